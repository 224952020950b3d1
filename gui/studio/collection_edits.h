// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the user does to gallery, library and queue, as steps of the one history: each is done on the thread that keeps
// what it changes, and so is its way back.

#include "app/gallery/gallery_edits.h"
#include "app/jobs/queue_edits.h"
#include "app/library/library_edits.h"

#include <QObject>

namespace igneous {

class LibraryModel;
class Session;
class Studio;

class CollectionEdits : public QObject {
    Q_OBJECT

public:
    CollectionEdits(Studio& studio, Session& session, LibraryModel& library, QObject* parent = nullptr);

    void apply(GalleryEdit edit);
    void apply(QueueEdit edit);
    void apply(LibraryEdit edit);
    /// For good; what was in the trash cannot come back after it.
    void erase(PictureIds ids);

Q_SIGNALS:
    void library_changed();

private:
    std::function<void()> on_gallery(GalleryEdit::Function work);
    std::function<void()> on_queue(std::function<void(JobStore&)> work);
    std::function<void()> on_library(std::function<void(LibraryStore&)> work);

    Studio& m_studio;
    Session& m_session;
    LibraryModel& m_library;
};

}
