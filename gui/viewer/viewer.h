// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture of the gallery over the whole window, its recipe beside it: step through what the search found, judge it,
// compare it with another, take over how it was made.

#include "app/gallery/recall.h"
#include "gui/viewer/compare_view.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QScrollArea;
class QToolButton;

namespace igneous {

class CollectionEdits;
class FactsTable;
class GalleryModel;
class PictureLoader;

class Viewer : public QWidget {
    Q_OBJECT

public:
    /// Covers `window` while it is shown.
    Viewer(GalleryModel& model, PictureLoader& loader, CollectionEdits& edits, QWidget* window);

    void open(qint64 picture);
    /// The second one is what one goes on from.
    void open_two(qint64 one, qint64 other);
    void close_view();
    /// The one that is shown; with two, B.
    qint64 picture() const { return m_id; }
    /// What it is compared with; 0: nothing.
    qint64 other() const { return m_other; }
    QString path() const;

    /// Through what the search found: -1 and 1, or further.
    void walk(int by);
    void set_stars(int stars);
    void trash();
    /// Keeps this one as A: those that one walks to are compared with it. Again: no more.
    void toggle_compare();
    void set_mode(CompareMode mode);
    void copy();
    void show_folder();
    CompareView& view() { return *m_view; }
    FactsTable& facts() { return *m_facts; }

Q_SIGNALS:
    void recall_asked(qint64 picture, igneous::Recall what);
    void edit_asked(QString const& path);
    void init_asked(QString const& path);
    void full_screen_asked();
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void build();
    QWidget* make_top();
    QWidget* make_bottom();
    QWidget* make_side();
    QWidget* make_recall();
    void show_id(qint64 id);
    void show_facts();
    void fit_words();
    void show_stars(int stars);
    void show_loaded(QString const& path, QImage const& picture);
    void follow_model();
    QString path_of(qint64 id) const;

    GalleryModel& m_model;
    PictureLoader& m_loader;
    CollectionEdits& m_edits;
    CompareView* m_view;
    FactsTable* m_facts;
    QLabel* m_place = nullptr;
    QLabel* m_prompt = nullptr;
    QLabel* m_negative = nullptr;
    QScrollArea* m_words = nullptr;
    QToolButton* m_compare = nullptr;
    QList<QToolButton*> m_modes, m_stars;
    QPointer<QWidget> m_before;            // had the focus
    qint64 m_id = 0, m_other = 0;
    int m_row = 0;
};

}
