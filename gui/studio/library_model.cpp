// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/library_model.h"

#include "app/files/places.h"

#include <QLocale>

namespace igneous {

constexpr int window = 100;

LibraryModel::LibraryModel(std::filesystem::path const& database, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(std::make_unique<LibraryStore>(database))
{
    refresh();
}

void LibraryModel::find(LibraryQuery query)
{
    m_query = std::move(query);
    refresh();
}

void LibraryModel::refresh()
{
    beginResetModel();
    m_rows.clear();
    m_query.offset = 0;
    m_query.limit = window;
    LibraryPage page = m_store->find(m_query);
    m_count = static_cast<int>(page.total);
    for (int i = 0; LibraryEntry & entry : page.entries)
        m_rows.insert(i++, new LibraryEntry(std::move(entry)));
    endResetModel();
}

LibraryEntry const* LibraryModel::row(int at) const
{
    if (LibraryEntry const* known = m_rows.object(at))
        return known;
    LibraryQuery query = m_query;
    query.offset = at / window * window;
    query.limit = window;
    int next = static_cast<int>(query.offset);
    for (LibraryEntry& entry : m_store->find(query).entries)
        m_rows.insert(next++, new LibraryEntry(std::move(entry)));
    return m_rows.object(at);
}

std::optional<LibraryEntry> LibraryModel::entry_at(QModelIndex const& index) const
{
    LibraryEntry const* entry = index.isValid() ? row(index.row()) : nullptr;
    return entry ? m_store->entry(entry->id) : std::nullopt;
}

int LibraryModel::rowCount(QModelIndex const& parent) const { return parent.isValid() ? 0 : m_count; }

QVariant LibraryModel::data(QModelIndex const& index, int role) const
{
    LibraryEntry const* entry = index.isValid() ? row(index.row()) : nullptr;
    if (!entry)
        return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: {
        QString const title = QString::fromStdString(entry->facts.title);
        return title.isEmpty() ? QString::fromStdString(utf8_name(entry->path.stem())) : title;
    }
    case Qt::ToolTipRole:
    case path: return QString::fromStdString(utf8_name(entry->path));
    case details: {
        QStringList parts { QString::fromUtf8(title_of(entry->facts.type)),
            QString::fromUtf8(title_of(entry->facts.base)),
            QLocale().formattedDataSize(static_cast<qint64>(entry->size), 1) };
        if (!entry->facts.damage.empty())
            parts.append(QString::fromStdString(entry->facts.damage));
        return parts.join(QStringLiteral(" · "));
    }
    case state: return static_cast<int>(entry->state);
    case model_id: return QVariant::fromValue<qint64>(entry->id);
    case favourite: return entry->favourite;
    default: return {};
    }
}

}
