// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells a window that the gallery has changed: by the queue, an import in another thread, or another program.

#include "app/gallery/gallery_store.h"

#include <QObject>
#include <QTimer>

namespace igneous {

class GalleryWatcher : public QObject {
    Q_OBJECT

public:
    /// Lives on the store's thread, and no longer than the store. Changes that this very store makes are not told.
    explicit GalleryWatcher(GalleryStore& store, QObject* parent = nullptr);

Q_SIGNALS:
    void changed();

private:
    GalleryStore& m_store;
    QTimer m_timer;
};

}
