// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/gallery_model.h"

#include "gui/studio/images.h"

#include <QMimeData>
#include <QUrl>

#include <algorithm>

namespace igneous {

namespace {

constexpr int thumbnail_side = 256;

}

GalleryModel::GalleryModel(std::filesystem::path const& data_folder, QObject* parent)
    : LazyList(
          QStringLiteral("gallery"), [this](std::span<std::int64_t const> ids) { return store().pictures(ids); }, parent)
    , m_data_folder(data_folder)
{
    Thumbnailer::Options const options { .folder = data_folder / "thumbnails", .side = thumbnail_side };
    m_thumbnailer = std::make_unique<Thumbnailer>(options, [this](Thumbnail thumbnail) {
        QMetaObject::invokeMethod(this, [this, thumbnail = std::move(thumbnail)] { take_thumbnail(thumbnail); });
    });
    refresh();
}

GalleryModel::~GalleryModel()
{
    m_thumbnailer.reset();
    stop();
}

GalleryStore& GalleryModel::store()
{
    if (!m_store)
        m_store = std::make_unique<GalleryStore>(m_data_folder);
    return *m_store;
}

void GalleryModel::search(GallerySearch search)
{
    m_search = std::move(search);
    refresh();
}

void GalleryModel::refresh()
{
    ask([this, search = m_search] {
        GalleryResult found = store().search(search);
        QStringList remarks;
        for (std::string const& remark : found.remarks)
            remarks.append(QString::fromStdString(remark));
        answer([this, remarks = remarks.join(QLatin1Char('\n')), boards = store().boards()] {
            m_remarks = remarks;
            m_boards = boards;
        });
        return std::move(found.ids);
    });
}

std::optional<GalleryPicture> GalleryModel::picture_at(QModelIndex const& index) const
{
    GalleryPicture const* picture = row(index);
    return picture ? std::optional(*picture) : std::nullopt;
}

void GalleryModel::set_visible(int first, int last)
{
    std::vector<PictureId> away;
    for (PictureId const id : std::as_const(m_awaited)) {
        QModelIndex const at = index_of(id);
        if (!at.isValid() || at.row() < first || at.row() > last)
            away.push_back(id);
    }
    m_thumbnailer->cancel(away);
    for (PictureId const id : away)
        m_awaited.remove(id);
}

QVariant GalleryModel::data(QModelIndex const& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == picture_id)
        return QVariant::fromValue<qint64>(id_at(index.row()));
    GalleryPicture const* picture = row(index);
    if (!picture)
        return {};
    switch (role) {
    case Qt::DecorationRole:
        if (QPixmap const* thumbnail = m_thumbnails.object(picture->id))
            return *thumbnail;
        ask_thumbnail(*picture);
        return {};
    case Qt::DisplayRole:
    case prompt:
    case Qt::AccessibleTextRole: return QString::fromStdString(picture->facts.prompt);
    case Qt::ToolTipRole:
        return QStringLiteral("%1\n%2 × %3")
            .arg(QString::fromStdString(picture->facts.prompt).left(400))
            .arg(picture->facts.width)
            .arg(picture->facts.height);
    case path: return QString::fromStdString(utf8_name(picture->path));
    case stars: return picture->stars;
    case thumbnail_reason: return QString::fromStdString(picture->thumbnail_reason);
    default: return {};
    }
}

void GalleryModel::ask_thumbnail(GalleryPicture const& picture) const
{
    if (m_awaited.contains(picture.id) || m_without.contains(picture.id))
        return;
    m_awaited.insert(picture.id);
    ThumbnailRequest const wanted[] = { { picture.id, picture.path, picture.facts.fingerprint } };
    m_thumbnailer->request(wanted);
}

void GalleryModel::take_thumbnail(Thumbnail const& thumbnail)
{
    m_awaited.remove(thumbnail.picture);
    if (thumbnail.state == ThumbnailState::made) {
        m_thumbnails.insert(thumbnail.picture, new QPixmap(QPixmap::fromImage(to_qimage(thumbnail.image))));
    } else {
        m_without.insert(thumbnail.picture);
        post([this, id = thumbnail.picture, state = thumbnail.state, reason = thumbnail.reason] {
            try {
                store().set_thumbnail(id, state, reason);
            } catch (std::exception const&) {        // found again by the next look at it
            }
        });
    }
    if (QModelIndex const at = index_of(thumbnail.picture); at.isValid())
        Q_EMIT dataChanged(at, at, { Qt::DecorationRole });
}

Qt::ItemFlags GalleryModel::flags(QModelIndex const& index) const
{
    return IdList::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList GalleryModel::mimeTypes() const
{
    return { QStringLiteral("text/uri-list"), QString::fromLatin1(picture_mime) };
}

QMimeData* GalleryModel::mimeData(QModelIndexList const& indexes) const
{
    auto* mime = new QMimeData;
    QList<QUrl> files;
    QByteArray ids;
    for (QModelIndex const& index : indexes) {
        ids += QByteArray::number(static_cast<qlonglong>(id_at(index.row()))) + '\n';
        if (GalleryPicture const* picture = row(index))
            files.append(QUrl::fromLocalFile(QString::fromStdString(utf8_name(picture->path))));
    }
    mime->setUrls(files);
    mime->setData(QString::fromLatin1(picture_mime), ids);
    return mime;
}

}
