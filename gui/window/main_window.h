// SPDX-License-Identifier: Apache-2.0
#pragma once

// The studio's window: the picture in the middle, panels around it that can be moved, torn off and hidden; their places
// are kept from run to run and no update moves them.

#include <QMainWindow>

class QLabel;
class QProgressBar;

namespace igneous {

class GeneratePanel;
class NoticeBar;
class PictureView;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);

    GeneratePanel& generate_panel() { return *m_generate; }
    PictureView& view() { return *m_view; }
    NoticeBar& notices() { return *m_notices; }
    /// How far the picture is, 0..1, and how many seconds are left; 1 hides it.
    void show_progress(double share, double seconds_left);
    void show_engine(QString const& state, QString const& device);
    void set_can_undo(bool undo, bool redo);
    /// Size and panels, to be brought back by restore_layout().
    QByteArray layout() const;
    void restore_layout(QByteArray const& layout);

    /// Brings a panel before the others of its side.
    void raise_panel(QString const& id);
    /// Adds a panel under a tab of its side. `id` names it in saved layouts.
    QDockWidget* add_panel(QString const& id, QString const& title, QWidget* panel, Qt::DockWidgetArea area);

Q_SIGNALS:
    void undo_asked();
    void redo_asked();

private:
    void make_menus();
    void make_status_bar();
    void toggle_panels();

    GeneratePanel* m_generate;
    PictureView* m_view;
    NoticeBar* m_notices;
    QProgressBar* m_progress = nullptr;
    QLabel* m_left = nullptr;
    QLabel* m_engine = nullptr;
    QMenu* m_panels = nullptr;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QList<QDockWidget*> m_hidden;          // by Tab, to be shown again
};

}
