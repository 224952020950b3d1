// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/picture_loader.h"

#include "app/files/places.h"
#include "app/picture/picture.h"
#include "gui/studio/images.h"

namespace igneous {

namespace {

constexpr int kept_kib = 512 * 1024, thread_count = 2;

}

PictureLoader::PictureLoader(QObject* parent)
    : QObject(parent)
    , m_known(kept_kib)
{
    m_threads.setMaxThreadCount(thread_count);
}

PictureLoader::~PictureLoader()
{
    m_threads.clear();
    m_threads.waitForDone();
}

QImage PictureLoader::load(QString const& path)
{
    if (QImage const* known = m_known.object(path))
        return *known;
    begin(path, 1);
    return {};
}

void PictureLoader::prepare(QString const& path)
{
    if (!m_known.contains(path))
        begin(path, 0);
}

void PictureLoader::begin(QString const& path, int priority)
{
    if (path.isEmpty() || m_awaited.contains(path))
        return;
    m_awaited.insert(path);
    auto const answer = [this](auto work) { QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection); };
    m_threads.start(
        [this, path, answer] {
            try {
                QImage picture = to_qimage(read_picture(path_from_utf8(path.toStdString())));
                answer([this, path, picture = std::move(picture)] {
                    m_awaited.remove(path);
                    m_known.insert(path, new QImage(picture), static_cast<int>(picture.sizeInBytes() / 1024));
                    Q_EMIT loaded(path, picture);
                });
            } catch (std::exception const& error) {
                answer([this, path, why = QString::fromUtf8(error.what())] {
                    m_awaited.remove(path);
                    Q_EMIT failed(path, why);
                });
            }
        },
        priority);
}

}
