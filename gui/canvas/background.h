// SPDX-License-Identifier: Apache-2.0
#pragma once

// Work on pixels that may take longer than a frame: done beside the window, its result brought back to it.

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <utility>

namespace igneous {

/// Calls done(work()) on `owner`'s thread; never where the owner is gone by then. `work` sees only copies.
void in_background(QObject* owner, auto work, auto done)
{
    QThreadPool::globalInstance()->start([owner = QPointer(owner), work = std::move(work), done = std::move(done)] {
        auto result = work();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [owner, done, result = std::move(result)]() mutable {
                if (owner)
                    done(std::move(result));
            },
            Qt::QueuedConnection);
    });
}

}
