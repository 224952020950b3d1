// SPDX-License-Identifier: Apache-2.0
#pragma once

// The gallery as a list of pictures: ids of the last search, rows read by window, thumbnails made elsewhere as they come
// into sight. 100,000 pictures scroll like a hundred.

#include "app/gallery/gallery_store.h"
#include "app/gallery/thumbnails.h"

#include <QAbstractListModel>
#include <QCache>
#include <QPixmap>

#include <memory>

namespace igneous {

class GalleryModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { picture_id = Qt::UserRole, path, stars, prompt, thumbnail_reason };

    explicit GalleryModel(std::filesystem::path const& data_folder, QObject* parent = nullptr);

    /// Searches and shows what was found. What of the search made no sense is in remarks().
    void search(GallerySearch search);
    GallerySearch const& shown() const { return m_search; }
    QString remarks() const;
    /// The same search again: something changed.
    void refresh();
    std::optional<GalleryPicture> picture_at(QModelIndex const& index) const;
    QModelIndex index_of(PictureId id) const;

    int rowCount(QModelIndex const& parent = {}) const override;
    QVariant data(QModelIndex const& index, int role) const override;
    Qt::ItemFlags flags(QModelIndex const& index) const override;
    QStringList mimeTypes() const override;
    /// The files, for other programs, and the ids, for boards.
    QMimeData* mimeData(QModelIndexList const& indexes) const override;

private:
    GalleryPicture const* row(int index) const;
    void take_thumbnail(Thumbnail const& thumbnail);

    std::unique_ptr<GalleryStore> m_store;
    GallerySearch m_search;
    GalleryResult m_found;
    mutable QCache<int, GalleryPicture> m_rows { 4096 };
    mutable QCache<PictureId, QPixmap> m_thumbnails { 1500 };
    mutable QHash<PictureId, int> m_awaited;         // row by picture
    std::unique_ptr<Thumbnailer> m_thumbnailer;      // last: its threads end first
};

}
