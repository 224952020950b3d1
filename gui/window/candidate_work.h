// SPDX-License-Identifier: Apache-2.0
#pragma once

// Results over the canvas and what can be done with them: step through, accept one as a layer, throw one away, hide
// all.

#include "gui/tasks/candidates.h"
#include "gui/tasks/candidate_strip.h"
#include "gui/window/task_results.h"

namespace igneous {

class CanvasView;

class CandidateWork : public QObject {
    Q_OBJECT

public:
    CandidateWork(Parts const& parts, TaskResults& results, QObject* parent = nullptr);
    void attach(CanvasView& canvas);
    Candidates& candidates() { return m_candidates; }
    /// Out of the artist's way, until a newer one comes: what is painted has to be seen.
    void step_aside();

private:
    void make_actions();
    void ready(Candidate const& candidate);
    void show_current();
    void accept();
    void remove();
    void hide();
    void show_again();
    bool is_open(DocumentId document) const;

    Parts m_parts;
    TaskResults& m_results;
    Candidates m_candidates;
    CandidateActions m_actions;
    QAction* m_show = nullptr;
    std::vector<Candidate> m_hidden;       // of the last hide()
    CanvasView* m_canvas = nullptr;
};

}
