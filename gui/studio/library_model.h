// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model library as a list: what the last query found, read as it is shown, with a preview for each: the file that
// lies beside it, or the last picture of the gallery that was made with it.

#include "app/gallery/thumbnails.h"
#include "app/library/base_match.h"
#include "app/library/library_store.h"
#include "gui/studio/lazy_list.h"

#include <QPixmap>

#include <memory>

namespace igneous {

class GalleryStore;

class LibraryModel : public LazyList<LibraryEntry> {
    Q_OBJECT

public:
    enum Role { model_id = Qt::UserRole, path, details, state, favourite, type, problem, warning, base_title };

    /// `database` lies in the data folder, beside the gallery.
    explicit LibraryModel(std::filesystem::path const& database, QObject* parent = nullptr);
    ~LibraryModel() override;

    /// Soon shown; answered() follows.
    void find(LibraryQuery query);
    void refresh();
    LibraryQuery const& query() const { return m_query; }
    /// As lists know it; nothing while it is being read.
    std::optional<LibraryEntry> entry_at(QModelIndex const& index) const;
    /// Works with the store on the list's own thread; what it throws becomes trouble().
    void with_store(std::function<void(LibraryStore&)> work) const;
    std::vector<WatchedFolder> const& folders() const { return m_folders; }
    /// The model that is chosen: adapters that were made for another are warned about.
    void set_chosen(ChosenModel const& model);
    ChosenModel const& chosen() const { return m_chosen; }

    QVariant data(QModelIndex const& index, int role) const override;
    Qt::ItemFlags flags(QModelIndex const& index) const override;
    QStringList mimeTypes() const override { return { QStringLiteral("text/plain") }; }
    /// `<lora:name:1>` for prompts.
    QMimeData* mimeData(QModelIndexList const& indexes) const override;

    static QString name_of(LibraryEntry const& entry);

Q_SIGNALS:
    void trouble(QString const& message) const;

private:
    LibraryStore& store() const;           // opened, and used, on the reader's thread
    std::filesystem::path preview_of(LibraryEntry const& entry) const;
    void ask_preview(LibraryEntry const& entry) const;
    void failed(QString const& why) override { Q_EMIT trouble(why); }

    std::filesystem::path const m_database;
    mutable std::unique_ptr<LibraryStore> m_store;
    mutable std::unique_ptr<GalleryStore> m_gallery;
    LibraryQuery m_query;
    ChosenModel m_chosen;
    std::vector<WatchedFolder> m_folders;
    mutable QCache<qint64, QPixmap> m_previews { 1000 };
    mutable QSet<qint64> m_asked_for;      // previews: those that there are none of, too
    std::unique_ptr<Thumbnailer> m_thumbnailer;
};

}
