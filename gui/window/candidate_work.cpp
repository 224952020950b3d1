// SPDX-License-Identifier: Apache-2.0
#include "gui/window/candidate_work.h"

#include "app/files/places.h"
#include "app/session/session.h"
#include "gui/actions/actions.h"
#include "gui/canvas/canvas_view.h"
#include "gui/studio/studio.h"
#include "gui/tasks/task_names.h"
#include "gui/window/accept_candidate.h"
#include "gui/window/main_window.h"

#include <QApplication>
#include <QMenu>

namespace igneous {

namespace {

/// `id` is the picture's once it was put away: in the trash it is at its path no more.
void trash(Studio& studio, QString const& path, std::shared_ptr<PictureId> const& id, bool away)
{
    studio.post([studio = &studio, file = path_from_utf8(path.toStdString()), id, away](Services& services) {
        if (auto const picture = away ? services.gallery.picture_at(file) : std::nullopt)
            *id = picture->id;
        if (*id == 0)
            return;
        PictureId const ids[] = { *id };
        auto const failures = away ? services.gallery.trash(ids) : services.gallery.restore(ids);
        for (PictureFailure const& failure : failures)
            Q_EMIT studio->trouble(QString::fromStdString(failure.reason));
        Q_EMIT studio->gallery_changed();
    });
}

}

CandidateWork::CandidateWork(Parts const& parts, TaskResults& results, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_results(results)
{
    make_actions();
    connect(&results, &TaskResults::candidate_ready, this, &CandidateWork::ready);
    connect(&results, &TaskResults::preview_ready, this,
        [this](DocumentId document, QImage const& preview, Rect const& area) {
            if (m_canvas && is_open(document))
                m_canvas->show_preview(preview, area);
        });
    connect(&results, &TaskResults::preview_over, this, &CandidateWork::show_current);
    connect(&m_candidates, &Candidates::changed, this, &CandidateWork::show_current);
    auto const follow = [this] { m_candidates.show_document(m_parts.session.workspace().active_document); };
    connect(&parts.session, &Session::documents_changed, this, follow);
    follow();
}

void CandidateWork::make_actions()
{
    // While there are results these keys are theirs in the middle of the window.
    QWidget* const middle = m_parts.window.centralWidget();
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = m_parts.actions.add(QString::fromLatin1(id), title, QStringLiteral("Results"), keys, middle);
        connect(action, &QAction::triggered, this, done);
        action->setEnabled(false);
        action->setPriority(QAction::HighPriority);
        return action;
    };
    m_actions.previous
        = add("results.previous", tr("Previous result"), Qt::Key_Left, [this] { m_candidates.step(-1); });
    m_actions.next = add("results.next", tr("Next result"), Qt::Key_Right, [this] { m_candidates.step(1); });
    m_actions.accept = add("results.accept", tr("Accept the result as a layer"), Qt::Key_Return, [this] { accept(); });
    m_parts.actions.also(QStringLiteral("results.accept"), Qt::Key_Enter);
    m_actions.remove = add("results.delete", tr("Throw the result away"), Qt::Key_Delete, [this] { remove(); });
    m_actions.hide = add("results.hide", tr("Hide the results"), Qt::Key_Escape, [this] { hide(); });
    m_show
        = m_parts.actions.add(QStringLiteral("results.show"), tr("Show the results again"), QStringLiteral("Results"));
    m_show->setEnabled(false);
    m_parts.actions.menu(QStringLiteral("Generate"))->addAction(m_show);
    connect(m_show, &QAction::triggered, this, &CandidateWork::show_again);
}

void CandidateWork::attach(CanvasView& canvas)
{
    m_canvas = &canvas;
    new CandidateStrip(m_candidates, m_actions, canvas);
    show_current();
}

bool CandidateWork::is_open(DocumentId document) const
{
    return m_parts.session.workspace().active_document == document;
}

void CandidateWork::ready(Candidate const& candidate)
{
    if (!find_document(m_parts.session.workspace(), candidate.document))
        return m_results.settle({ candidate.job });
    m_candidates.add(candidate);
    // Arrows and Enter are for the results now, unless somebody types.
    QWidget const* const focus = QApplication::focusWidget();
    if (m_canvas && !candidate.live && !(focus && focus->testAttribute(Qt::WA_InputMethodEnabled)))
        m_canvas->setFocus();
}

void CandidateWork::show_current()
{
    Candidate const* const current = m_candidates.current();
    // The arrows of a single result too: they would move a layer under it.
    for (QAction* action : { m_actions.previous, m_actions.next, m_actions.accept, m_actions.remove, m_actions.hide })
        action->setEnabled(current);
    if (!m_canvas)
        return;
    if (current)
        m_canvas->show_candidate(current->shown, current->area);
    else
        m_canvas->hide_candidate();
}

void CandidateWork::step_aside()
{
    if (m_canvas)
        m_canvas->hide_candidate();
}

void CandidateWork::accept()
{
    if (!m_candidates.current())
        return;
    Candidate const taken = m_candidates.take(m_candidates.position());
    std::vector<qint64> jobs = m_candidates.clear();
    jobs.push_back(taken.job);
    m_results.settle(jobs);
    accept_candidate(m_parts.session, taken, task_title(taken.task));
}

void CandidateWork::remove()
{
    if (!m_candidates.current())
        return;
    auto const taken = std::make_shared<Candidate>(m_candidates.take(m_candidates.position()));
    if (taken->live)
        return;                            // nobody kept it
    if (!m_candidates.has_job(taken->job))
        m_results.settle({ taken->job });
    auto const id = std::make_shared<PictureId>();
    m_parts.session.push(outside(
        tr("Throw the result away").toStdString(),
        [self = QPointer(this), taken, id] {
            if (!self)
                return;
            trash(self->m_parts.studio, taken->path, id, true);
            for (int i = 0; i < self->m_candidates.count(); ++i)
                if (Candidate const& one = *self->m_candidates.at(i);
                    one.job == taken->job && one.index == taken->index) {
                    self->m_candidates.take(i);
                    break;
                }
        },
        [self = QPointer(this), taken, id] {
            if (!self)
                return;
            trash(self->m_parts.studio, taken->path, id, false);
            self->m_candidates.add(*taken);
        }));
}

void CandidateWork::hide()
{
    m_hidden.clear();
    for (int i = 0; i < m_candidates.count(); ++i)
        if (Candidate const& one = *m_candidates.at(i); !one.live)
            m_hidden.push_back(one);
    m_results.settle(m_candidates.clear());
    m_show->setEnabled(!m_hidden.empty());
}

void CandidateWork::show_again()
{
    for (Candidate const& one : std::exchange(m_hidden, {}))
        if (find_document(m_parts.session.workspace(), one.document))
            m_candidates.add(one);
    m_show->setEnabled(false);
}

}
