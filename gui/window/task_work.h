// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Generate does while a document is open: which task is meant, its options beside the button, and the way from
// there to the queue. Without a document Generate makes a picture from the prompt, as ever.

#include "gui/window/candidate_work.h"
#include "gui/window/task_sender.h"

#include <QTimer>

class QActionGroup;

namespace igneous {

class CanvasView;
class GenerateWork;
class LiveWork;
class TaskBar;

class TaskWork : public QObject {
    Q_OBJECT

public:
    TaskWork(Parts const& parts, GenerateWork& generate, QObject* parent = nullptr);
    /// Results are shown there.
    void attach(CanvasView& canvas);

    /// What Generate would do now; nothing where no canvas is shown.
    std::optional<Task> task() const;
    void choose(Task task);
    Candidates& candidates() { return m_candidates->candidates(); }
    LiveWork& live() { return *m_live; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void make_bar();
    void make_actions();
    void follow_session();
    void show_task();
    void set_strength(double strength);
    TaskSituation situation() const;
    std::optional<TaskOrder> order(GenerationRequest request, Task task) const;
    bool generate(GenerationRequest const& request, QueuePlace const& place);
    std::optional<TaskOrder> live_order() const;
    void give_size(GenerationRequest& request) const;
    Document const* document() const;

    Parts m_parts;
    GenerateWork& m_generate;
    CanvasView* m_canvas = nullptr;
    TaskSender m_sender;
    TaskResults m_results;
    CandidateWork* m_candidates;
    LiveWork* m_live;
    TaskBar* m_bar;
    QActionGroup* m_choices = nullptr;     // one action a task, its number as data
    QTimer m_show_soon;
    std::optional<Task> m_chosen;          // by the artist, until something else is meant
    Task m_meant = Task::generate;
    QSize m_planned;                       // that the plan beside the button is for
};

}
