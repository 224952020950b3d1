// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/gallery_watcher.h"

#include <chrono>

namespace igneous {

GalleryWatcher::GalleryWatcher(GalleryStore& store, QObject* parent)
    : QObject(parent)
    , m_store(store)
{
    m_store.changed_elsewhere();           // the first answer is always yes
    connect(&m_timer, &QTimer::timeout, this, [this] {
        try {
            if (m_store.changed_elsewhere())
                Q_EMIT changed();
        } catch (Error const&) {           // whoever reads next is told
        }
    });
    m_timer.start(std::chrono::seconds(1));
}

}
