// SPDX-License-Identifier: Apache-2.0
#pragma once

// The gallery as a list of pictures: ids of the last search, rows read by window, thumbnails made elsewhere as they come
// into sight and forgotten about as they scroll away.

#include "app/gallery/gallery_store.h"
#include "app/gallery/thumbnails.h"
#include "gui/studio/lazy_list.h"

#include <QPixmap>

#include <memory>

namespace igneous {

class GalleryModel : public LazyList<GalleryPicture> {
    Q_OBJECT

public:
    enum Role { picture_id = Qt::UserRole, path, stars, prompt, thumbnail_reason };
    /// The ids of pictures that are dragged, a line each.
    static constexpr char const* picture_mime = "application/x-igneous-pictures";

    explicit GalleryModel(std::filesystem::path const& data_folder, QObject* parent = nullptr);
    ~GalleryModel() override;

    /// Searches and, soon, shows what was found; answered() follows.
    void search(GallerySearch search);
    GallerySearch const& shown() const { return m_search; }
    /// What of the search made no sense.
    QString const& remarks() const { return m_remarks; }
    /// As of the last answer.
    std::vector<Board> const& boards() const { return m_boards; }
    /// The same search again: something changed.
    void refresh();
    /// Nothing while it is being read.
    std::optional<GalleryPicture> picture_at(QModelIndex const& index) const;
    /// Only thumbnails of these rows are waited for from now on.
    void set_visible(int first, int last);

    QVariant data(QModelIndex const& index, int role) const override;
    Qt::ItemFlags flags(QModelIndex const& index) const override;
    QStringList mimeTypes() const override;
    /// The files, for other programs, and the ids, for boards.
    QMimeData* mimeData(QModelIndexList const& indexes) const override;

Q_SIGNALS:
    /// The gallery cannot be read; why, for the user.
    void trouble(QString const& message);

private:
    void take_thumbnail(Thumbnail const& thumbnail);
    void ask_thumbnail(GalleryPicture const& picture) const;
    void failed(QString const& why) override { Q_EMIT trouble(why); }

    GalleryStore& store();                 // opened, and used, on the reader's thread

    std::filesystem::path const m_data_folder;
    std::unique_ptr<GalleryStore> m_store;
    GallerySearch m_search;
    QString m_remarks;
    std::vector<Board> m_boards;
    mutable QCache<PictureId, QPixmap> m_thumbnails { 1500 };
    mutable QSet<PictureId> m_awaited;
    QSet<PictureId> m_without;             // thumbnails that cannot be made
    std::unique_ptr<Thumbnailer> m_thumbnailer;      // last: its threads end first
};

}
