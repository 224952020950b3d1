// SPDX-License-Identifier: Apache-2.0
#pragma once

// The queue: what runs, what waits, what ended, with what can be done about it.

#include <QWidget>

class QListView;
class QToolButton;

namespace igneous {

class QueueModel;
class Studio;

class QueuePanel : public QWidget {
    Q_OBJECT

public:
    QueuePanel(Studio& studio, QueueModel& model, QWidget* parent = nullptr);

Q_SIGNALS:
    /// A double click on a job that is done.
    void picture_asked(QString const& path);
    void recipe_asked(qint64 job);

private:
    QWidget* make_bar();
    void show_menu(QPoint const& at);
    std::vector<qint64> selected() const;

    Studio& m_studio;
    QueueModel& m_model;
    QListView* m_list;
    QToolButton* m_pause = nullptr;
};

}
