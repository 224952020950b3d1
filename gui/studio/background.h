// SPDX-License-Identifier: Apache-2.0
#pragma once

// Work that may take longer than a frame: done beside the window, its result brought back to it.

#include "gui/studio/way_back.h"

#include <QCoreApplication>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace igneous {

/// Calls done(work()) on `owner`'s thread; never where the owner is gone by then. `work` sees only copies.
void in_background(QObject* owner, auto work, auto done)
{
    QThreadPool::globalInstance()->start(
        [work = std::move(work), done = std::move(done), back = WayBack(owner, QCoreApplication::instance())] {
            auto const result = std::make_shared<decltype(work())>(work());
            back([done, result]() mutable { done(std::move(*result)); });
        });
}

}
