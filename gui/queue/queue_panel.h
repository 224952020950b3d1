// SPDX-License-Identifier: Apache-2.0
#pragma once

// The queue: what runs, what waits, what ended, with what can be done about it. Every edit can be undone; pausing is a
// switch.

#include <QWidget>

class QLabel;
class QListView;
class QToolButton;

namespace igneous {

class CollectionEdits;
class QueueModel;
class Studio;

class QueuePanel : public QWidget {
    Q_OBJECT

public:
    QueuePanel(Studio& studio, QueueModel& model, CollectionEdits& edits, QWidget* parent = nullptr);
    QListView& list() { return *m_list; }
    /// In the order of the queue.
    std::vector<qint64> selected() const;

    void pause(bool pause);
    bool is_paused() const;
    // On what is selected.
    void move_up();
    void move_down();
    void move_to_front();
    void cancel();
    void retry();
    void clear_ended();

Q_SIGNALS:
    /// The first picture of a job that is done.
    void picture_asked(QString const& path);
    void recipe_asked(qint64 job);
    /// How many wait or run: for a badge.
    void badge_changed(qint64 jobs);

private:
    QWidget* make_bar();
    void show_counts();
    void show_menu(QPoint const& at);

    Studio& m_studio;
    QueueModel& m_model;
    CollectionEdits& m_edits;
    QListView* m_list;
    QLabel* m_counts;
    QToolButton* m_pause = nullptr;
};

}
