// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/collection_edits.h"

#include "app/session/session.h"
#include "gui/studio/library_model.h"
#include "gui/studio/studio.h"

namespace igneous {

CollectionEdits::CollectionEdits(Studio& studio, Session& session, LibraryModel& library, QObject* parent)
    : QObject(parent)
    , m_studio(studio)
    , m_session(session)
    , m_library(library)
{}

std::function<void()> CollectionEdits::on_gallery(GalleryEdit::Function work)
{
    return [&studio = m_studio, work = std::move(work)] {
        studio.post([&studio, work](Services& services) {
            auto const failures = work(services.gallery);
            Q_EMIT studio.gallery_changed();
            if (!failures.empty())
                Q_EMIT studio.trouble(
                    (failures.size() == 1 ? tr("A picture could not be moved, the others were. %1")
                                          : tr("%1 pictures could not be moved, the others were. %2").arg(failures.size()))
                        .arg(QString::fromStdString(failures.front().reason)));
        });
    };
}

std::function<void()> CollectionEdits::on_queue(std::function<void(JobStore&)> work)
{
    return [&studio = m_studio, work = std::move(work)] {
        studio.post([&studio, work](Services& services) {
            work(services.queue);
            services.runner.look();
            Q_EMIT studio.queue_changed();
        });
    };
}

std::function<void()> CollectionEdits::on_library(std::function<void(LibraryStore&)> work)
{
    return [this, work = std::move(work)] {
        m_library.with_store([this, work](LibraryStore& store) {
            struct Told {                  // also where half of it was done
                CollectionEdits& edits;
                ~Told() { Q_EMIT edits.library_changed(); }
            } const told { *this };
            work(store);
        });
    };
}

void CollectionEdits::apply(GalleryEdit edit)
{
    m_session.push(
        outside(std::move(edit.name), on_gallery(std::move(edit.run)), on_gallery(std::move(edit.revert))));
}

void CollectionEdits::apply(QueueEdit edit)
{
    m_session.push(outside(std::move(edit.name), on_queue(std::move(edit.run)), on_queue(std::move(edit.revert))));
}

void CollectionEdits::apply(LibraryEdit edit)
{
    m_session.push(
        outside(std::move(edit.name), on_library(std::move(edit.run)), on_library(std::move(edit.revert))));
}

void CollectionEdits::erase(PictureIds ids)
{
    on_gallery([ids = std::move(ids)](GalleryStore& store) { return store.erase(ids); })();
}

}
