// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model library as a list: what the last query found, read as it is shown, with a preview for each: the file that
// lies beside it, or the last picture of the gallery that was made with it.

#include "app/gallery/thumbnails.h"
#include "app/library/base_match.h"
#include "app/library/library_store.h"
#include "gui/studio/lazy_list.h"
#include "gui/studio/lora_verdicts.h"

#include <QPixmap>

#include <memory>

namespace igneous {

class GalleryStore;

class LibraryModel : public LazyList<LibraryEntry> {
    Q_OBJECT

public:
    enum Role { model_id = Qt::UserRole, path, details, state, favourite, type, problem, warning, base_title,
        fit, fit_kind };                   // of a LoRA where its verdict is known: in brief, and LoraVerdict::Kind

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
    /// What is said of LoRAs, which lives as long as this list.
    void set_verdicts(LoraVerdicts const& verdicts);
    /// Of a LoRA, where the engine has told.
    std::optional<LoraVerdict> verdict(LibraryEntry const& entry) const;

    QVariant data(QModelIndex const& index, int role) const override;
    Qt::ItemFlags flags(QModelIndex const& index) const override;
    QStringList mimeTypes() const override { return { QStringLiteral("text/plain") }; }
    /// `<lora:name:1>` for prompts.
    QMimeData* mimeData(QModelIndexList const& indexes) const override;

    static QString name_of(LibraryEntry const& entry);

Q_SIGNALS:
    void verdicts_changed();
    void trouble(QString const& message) const;

private:
    LibraryStore& store() const;           // opened, and used, on the reader's thread
    std::filesystem::path preview_of(LibraryEntry const& entry) const;
    void ask_preview(LibraryEntry const& entry) const;
    void forget_preview(qint64 id);
    QString warning_of(LibraryEntry const& entry) const;
    void tell_all();
    void failed(QString const& why) override { Q_EMIT trouble(why); }

    std::filesystem::path const m_database;
    mutable std::unique_ptr<LibraryStore> m_store;
    mutable std::unique_ptr<GalleryStore> m_gallery;
    LibraryQuery m_query;
    ChosenModel m_chosen;
    LoraVerdicts const* m_verdicts = nullptr;
    std::vector<WatchedFolder> m_folders;
    mutable QCache<qint64, QPixmap> m_previews { 1000 };
    /// Previews, by the file that the row named: also of those that there are none of.
    mutable QHash<qint64, std::filesystem::path> m_asked_for;
    std::unique_ptr<Thumbnailer> m_thumbnailer;
};

}
