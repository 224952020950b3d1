// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole pictures, decoded off the window's thread; the last few are kept, so that going back and forth shows them at
// once.

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QThreadPool>

namespace igneous {

class PictureLoader : public QObject {
    Q_OBJECT

public:
    explicit PictureLoader(QObject* parent = nullptr);
    ~PictureLoader() override;
    /// At once where it is known; else null, and loaded() or failed() follows.
    QImage load(QString const& path);
    /// Probably wanted next.
    void prepare(QString const& path);

Q_SIGNALS:
    void loaded(QString const& path, QImage const& picture);
    void failed(QString const& path, QString const& why);

private:
    void begin(QString const& path, int priority);

    QCache<QString, QImage> m_known;       // costs are in KiB
    QSet<QString> m_awaited;
    QThreadPool m_threads;
};

}
