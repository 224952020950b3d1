// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/gallery_model.h"

#include "gui/studio/images.h"

#include <QMimeData>
#include <QUrl>

#include <algorithm>

namespace igneous {

constexpr int window = 256;
constexpr int thumbnail_side = 256;

GalleryModel::GalleryModel(std::filesystem::path const& data_folder, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(std::make_unique<GalleryStore>(data_folder))
{
    Thumbnailer::Options const options { .folder = data_folder / "thumbnails", .side = thumbnail_side };
    m_thumbnailer = std::make_unique<Thumbnailer>(options, [this](Thumbnail thumbnail) {
        QMetaObject::invokeMethod(this, [this, thumbnail = std::move(thumbnail)] { take_thumbnail(thumbnail); });
    });
    refresh();
}

void GalleryModel::search(GallerySearch search)
{
    m_search = std::move(search);
    refresh();
}

void GalleryModel::refresh()
{
    beginResetModel();
    m_thumbnailer->cancel_all();
    m_awaited.clear();
    m_rows.clear();
    m_found = m_store->search(m_search);
    endResetModel();
}

QString GalleryModel::remarks() const
{
    QStringList lines;
    for (std::string const& remark : m_found.remarks)
        lines.append(QString::fromStdString(remark));
    return lines.join(QLatin1Char('\n'));
}

GalleryPicture const* GalleryModel::row(int at) const
{
    if (GalleryPicture const* known = m_rows.object(at))
        return known;
    int const first = at / window * window;
    auto const ids = m_found.window(static_cast<std::size_t>(first), window);
    std::vector<GalleryPicture> pictures = m_store->pictures(ids);
    // Those that were erased meanwhile are left out: each row is found by its id.
    std::size_t next = 0;
    for (GalleryPicture& picture : pictures) {
        while (next < ids.size() && ids[next] != picture.id)
            ++next;
        m_rows.insert(first + static_cast<int>(next++), new GalleryPicture(std::move(picture)));
    }
    return m_rows.object(at);
}

std::optional<GalleryPicture> GalleryModel::picture_at(QModelIndex const& index) const
{
    GalleryPicture const* picture = index.isValid() ? row(index.row()) : nullptr;
    return picture ? std::optional(*picture) : std::nullopt;
}

QModelIndex GalleryModel::index_of(PictureId id) const
{
    auto const found = std::ranges::find(m_found.ids, id);
    return found == m_found.ids.end() ? QModelIndex() : index(static_cast<int>(found - m_found.ids.begin()));
}

int GalleryModel::rowCount(QModelIndex const& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_found.ids.size());
}

QVariant GalleryModel::data(QModelIndex const& index, int role) const
{
    GalleryPicture const* picture = index.isValid() ? row(index.row()) : nullptr;
    if (!picture)
        return {};
    switch (role) {
    case Qt::DecorationRole:
        if (QPixmap const* thumbnail = m_thumbnails.object(picture->id))
            return *thumbnail;
        if (!m_awaited.contains(picture->id)) {
            m_awaited.insert(picture->id, index.row());
            ThumbnailRequest const wanted[] = { { picture->id, picture->path, picture->facts.fingerprint } };
            m_thumbnailer->request(wanted);
        }
        return {};
    case Qt::DisplayRole:
    case prompt:
    case Qt::AccessibleTextRole: return QString::fromStdString(picture->facts.prompt);
    case Qt::ToolTipRole:
        return QStringLiteral("%1\n%2 × %3")
            .arg(QString::fromStdString(picture->facts.prompt))
            .arg(picture->facts.width)
            .arg(picture->facts.height);
    case picture_id: return QVariant::fromValue<qint64>(picture->id);
    case path: return QString::fromStdString(utf8_name(picture->path));
    case stars: return picture->stars;
    case thumbnail_reason: return QString::fromStdString(picture->thumbnail_reason);
    default: return {};
    }
}

void GalleryModel::take_thumbnail(Thumbnail const& thumbnail)
{
    if (thumbnail.state == ThumbnailState::made)
        m_thumbnails.insert(thumbnail.picture, new QPixmap(QPixmap::fromImage(to_qimage(thumbnail.image))));
    auto const awaited = m_awaited.constFind(thumbnail.picture);
    if (awaited == m_awaited.constEnd())
        return;
    QModelIndex const at = index(*awaited);
    if (thumbnail.state == ThumbnailState::made)
        m_awaited.erase(awaited);                    // asked for again should it leave the cache
    Q_EMIT dataChanged(at, at, { Qt::DecorationRole });
}

Qt::ItemFlags GalleryModel::flags(QModelIndex const& index) const
{
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList GalleryModel::mimeTypes() const
{
    return { QStringLiteral("text/uri-list"), QStringLiteral("application/x-igneous-pictures") };
}

QMimeData* GalleryModel::mimeData(QModelIndexList const& indexes) const
{
    auto* mime = new QMimeData;
    QList<QUrl> files;
    QByteArray ids;
    for (QModelIndex const& index : indexes)
        if (GalleryPicture const* picture = row(index.row())) {
            files.append(QUrl::fromLocalFile(QString::fromStdString(utf8_name(picture->path))));
            ids += QByteArray::number(static_cast<qlonglong>(picture->id)) + '\n';
        }
    mime->setUrls(files);
    mime->setData(QStringLiteral("application/x-igneous-pictures"), ids);
    return mime;
}

}
