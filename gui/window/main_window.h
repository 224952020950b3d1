// SPDX-License-Identifier: Apache-2.0
#pragma once

// The studio's window: the picture in the middle, panels around it that can be moved, torn off and hidden; their places
// are kept from run to run and no update moves them.

#include <QMainWindow>

namespace igneous {

class GeneratePanel;
class NoticeBar;
class PictureView;
class StatusBar;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);

    GeneratePanel& generate_panel() { return *m_generate; }
    PictureView& view() { return *m_view; }
    NoticeBar& notices() { return *m_notices; }
    StatusBar& status() { return *m_status; }
    /// Size and panels, to be brought back by restore_layout().
    QByteArray layout() const;
    /// False for bytes that are no layout; then everything stays where it is.
    bool restore_layout(QByteArray const& layout);

    /// Brings a panel before the others of its side.
    void raise_panel(QString const& id);
    /// Adds a panel under a tab of its side. `id` names it in saved layouts.
    QDockWidget* add_panel(QString const& id, QString const& title, QWidget* panel, Qt::DockWidgetArea area);
    /// Of all panels, in the order in which they came.
    QList<QDockWidget*> panels() const;
    /// Hides the panels that are shown; the next call shows them again.
    void toggle_panels();

Q_SIGNALS:
    /// The user wants it closed; whoever is asked may refuse.
    void close_asked(QCloseEvent* event);
    /// The window came to the front or left it.
    void activation_changed();

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    GeneratePanel* m_generate;
    PictureView* m_view;
    NoticeBar* m_notices;
    StatusBar* m_status;
    QList<QDockWidget*> m_hidden;          // by Tab, to be shown again
};

}
