// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/library_model.h"

#include "app/files/places.h"
#include "app/gallery/gallery_store.h"
#include "app/gallery/picture_facts.h"
#include "gui/studio/images.h"

#include <QLocale>
#include <QMimeData>

namespace igneous {

namespace {

constexpr int preview_side = 320;

/// What is wrong with it, in few words; empty for most.
QString problem_of(LibraryEntry const& entry)
{
    switch (entry.state) {
    case FileState::away: return LibraryModel::tr("its disk is away");
    case FileState::gone: return LibraryModel::tr("the file is gone");
    case FileState::unwatched: return LibraryModel::tr("its folder is no longer watched");
    default: break;
    }
    if (!entry.facts.damage.empty())
        return LibraryModel::tr("damaged");
    if (!entry.facts.missing_parts.empty())
        return LibraryModel::tr("parts missing");
    return {};
}

}

namespace {

QStringList details_of(LibraryEntry const& entry)
{
    QStringList parts;
    if (entry.facts.type != ModelType::unknown)
        parts.append(QString::fromUtf8(title_of(entry.facts.type)));
    if (entry.facts.base != ModelBase::unknown)
        parts.append(QString::fromUtf8(title_of(entry.facts.base)));
    parts.append(QLocale().formattedDataSize(static_cast<qint64>(entry.size), 1));
    return parts;
}

}

LibraryModel::LibraryModel(std::filesystem::path const& database, QObject* parent)
    : LazyList(
          QStringLiteral("library"), [this](std::span<std::int64_t const> ids) { return store().entries(ids); }, parent)
    , m_database(database)
{
    Thumbnailer::Options const options { .folder = database.parent_path() / "thumbnails",
        .side = preview_side,
        .threads = 1 };
    m_thumbnailer = std::make_unique<Thumbnailer>(options, [this](Thumbnail thumbnail) {
        answer([this, thumbnail = std::move(thumbnail)] {
            if (thumbnail.state != ThumbnailState::made)
                return;
            m_previews.insert(thumbnail.picture, new QPixmap(QPixmap::fromImage(to_qimage(thumbnail.image))));
            if (QModelIndex const at = index_of(thumbnail.picture); at.isValid())
                Q_EMIT dataChanged(at, at, { Qt::DecorationRole });
        });
    });
    refresh();
}

LibraryModel::~LibraryModel()
{
    stop();                                // it asks for previews
    m_thumbnailer.reset();
}

LibraryStore& LibraryModel::store() const
{
    if (!m_store)
        m_store = std::make_unique<LibraryStore>(m_database);
    return *m_store;
}

void LibraryModel::find(LibraryQuery query)
{
    m_query = std::move(query);
    refresh();
}

void LibraryModel::refresh()
{
    m_asked_for.clear();                   // pictures may have been made meanwhile
    ask([this, query = m_query] {
        answer([this, folders = store().folders()] { m_folders = folders; });
        return store().ids(query);
    });
}

void LibraryModel::set_chosen(ChosenModel const& model)
{
    m_chosen = model;
    tell_all();
}

void LibraryModel::set_verdicts(LoraVerdicts const& verdicts)
{
    m_verdicts = &verdicts;
    connect(&verdicts, &LoraVerdicts::changed, this, [this] {
        tell_all();
        Q_EMIT verdicts_changed();
    });
}

/// That what is said of LoRAs is something else by now.
void LibraryModel::tell_all()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), { warning, fit, fit_kind });
}

std::optional<LoraVerdict> LibraryModel::verdict(LibraryEntry const& entry) const
{
    if (!m_verdicts || entry.facts.type != ModelType::lora)
        return std::nullopt;
    return m_verdicts->of(QString::fromStdString(utf8_name(entry.path)));
}

/// By what the engine found, else by what recognition did.
QString LibraryModel::warning_of(LibraryEntry const& entry) const
{
    if (entry.facts.type != ModelType::lora)
        return {};
    if (auto const told = verdict(entry))
        return told->kind == LoraVerdict::Kind::fits ? QString() : told->sentence;
    return QString::fromStdString(adapter_warning(entry.facts, m_chosen));
}

std::optional<LibraryEntry> LibraryModel::entry_at(QModelIndex const& index) const
{
    LibraryEntry const* entry = row(index);
    return entry ? std::optional(*entry) : std::nullopt;
}

void LibraryModel::with_store(std::function<void(LibraryStore&)> work) const
{
    post([this, work = std::move(work)] {
        try {
            work(store());
        } catch (std::exception const& error) {
            answer([this, why = QString::fromUtf8(error.what())] { Q_EMIT trouble(why); });
        }
    });
}

QString LibraryModel::name_of(LibraryEntry const& entry)
{
    QString const title = QString::fromStdString(entry.facts.title);
    return title.isEmpty() ? QString::fromStdString(utf8_name(entry.path.stem())) : title;
}

/// On the reader's thread.
std::filesystem::path LibraryModel::preview_of(LibraryEntry const& entry) const
{
    if (!entry.preview.empty())
        return entry.preview;
    bool const lora = entry.facts.type == ModelType::lora;
    if (!lora && entry.facts.type != ModelType::checkpoint)
        return {};
    if (!m_gallery)
        m_gallery = std::make_unique<GalleryStore>(m_database.parent_path());
    std::string name = utf8_name(entry.path.stem());
    std::erase(name, '"');
    auto const found = m_gallery->search({ .text = (lora ? "lora:\"" : "model:\"") + name + '"' });
    if (found.ids.empty())
        return {};
    auto const picture = m_gallery->picture(found.ids.front());
    return picture ? picture->path : std::filesystem::path();
}

void LibraryModel::ask_preview(LibraryEntry const& entry) const
{
    if (auto const asked = m_asked_for.constFind(entry.id); asked != m_asked_for.constEnd() && *asked == entry.preview)
        return;
    m_asked_for.insert(entry.id, entry.preview);
    post([this, entry] {
        try {
            std::filesystem::path const file = preview_of(entry);
            if (file.empty())
                return answer([self = const_cast<LibraryModel*>(this), id = entry.id] { self->forget_preview(id); });
            ThumbnailRequest const wanted[] = { { entry.id, file, fingerprint(file).value_or(0) } };
            m_thumbnailer->request(wanted);
        } catch (std::exception const&) {  // a model without a preview
        }
    });
}

/// There is none any more.
void LibraryModel::forget_preview(qint64 id)
{
    QModelIndex const at = index_of(id);
    if (m_previews.remove(id) && at.isValid())
        Q_EMIT dataChanged(at, at, { Qt::DecorationRole });
}

QVariant LibraryModel::data(QModelIndex const& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == model_id)
        return QVariant::fromValue<qint64>(id_at(index.row()));
    LibraryEntry const* entry = row(index);
    if (!entry)
        return {};
    switch (role) {
    case Qt::DecorationRole:
        ask_preview(*entry);               // once after each change; until it comes the old one is shown
        if (QPixmap const* preview = m_previews.object(entry->id))
            return *preview;
        return {};
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return name_of(*entry);
    case Qt::ToolTipRole: {
        QString const file = QString::fromStdString(utf8_name(entry->path));
        auto const told = verdict(*entry);
        return told ? QStringLiteral("%1\n\n%2\n%3").arg(file, told->sentence, told->reasons).trimmed() : file;
    }
    case Qt::AccessibleDescriptionRole: return warning_of(*entry);
    case path: return QString::fromStdString(utf8_name(entry->path));
    case details: return details_of(*entry).join(QStringLiteral(" · "));
    case base_title: return QString::fromUtf8(title_of(entry->facts.base));
    case problem: return problem_of(*entry);
    case warning: return warning_of(*entry);
    case fit:
    case fit_kind: {
        auto const told = verdict(*entry);
        if (!told)
            return {};
        return role == fit ? QVariant(told->brief) : QVariant(static_cast<int>(told->kind));
    }
    case state: return static_cast<int>(entry->state);
    case type: return static_cast<int>(entry->facts.type);
    case favourite: return entry->favourite;
    default: return {};
    }
}

Qt::ItemFlags LibraryModel::flags(QModelIndex const& index) const
{
    LibraryEntry const* entry = row(index);
    bool const lora = entry && entry->facts.type == ModelType::lora;
    return IdList::flags(index) | (lora ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QMimeData* LibraryModel::mimeData(QModelIndexList const& indexes) const
{
    QStringList tags;
    for (QModelIndex const& index : indexes)
        if (LibraryEntry const* entry = row(index); entry && entry->facts.type == ModelType::lora)
            tags.append(QStringLiteral("<lora:%1:1>").arg(QString::fromStdString(utf8_name(entry->path.stem()))));
    auto* mime = new QMimeData;
    mime->setText(tags.join(QStringLiteral(", ")));
    return mime;
}

}
