// SPDX-License-Identifier: Apache-2.0
#pragma once

// Results that lie over the canvas and wait to be looked through: one of them is seen, the artist steps to the next,
// takes one or throws it away. Nothing is lost with them: their pictures are in the gallery.

#include "app/inpaint/task.h"
#include "app/session/document.h"

#include <QImage>
#include <QObject>

#include <deque>

namespace igneous {

struct Candidate {
    qint64 job = 0;
    int index = 0;                         // in the job's batch
    QString path;                          // of the picture in the gallery
    DocumentId document = 0;
    Rect area;                             // of the document
    Task task = Task::generate;
    QString prompt;
    Image layer;                           // RGBA, as large as the area: what accepting puts
    QImage shown;                          // the same for the screen
    QImage thumbnail;                      // what it makes of the picture, small, square
    bool live = false;                     // made while one paints: the next one takes its place
};

class Candidates : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Those of one document are shown at a time.
    void show_document(DocumentId document);
    /// Behind the others, in the order of job and batch. The first of a new job is seen at once.
    void add(Candidate candidate);
    /// Takes it out; the next one is seen.
    Candidate take(int position);
    /// Takes all of the shown document out and gives their jobs.
    std::vector<qint64> clear();

    int count() const { return static_cast<int>(m_shown.size()); }
    int position() const { return m_position; }                // of what is seen; -1: none is there
    /// Null where there is none.
    Candidate const* current() const { return at(m_position); }
    Candidate const* at(int position) const;
    /// Stays within the list; goes round at its ends.
    void step(int by);
    void choose(int position);
    /// Whether one of the job is there, of any document.
    bool has_job(qint64 job) const;

Q_SIGNALS:
    /// The list, or what of it is seen.
    void changed();

private:
    void list_shown();

    std::deque<Candidate> m_all;           // by job and index
    std::vector<std::size_t> m_shown;      // of them, those of the document
    DocumentId m_document = 0;
    int m_position = -1;
};

}
