// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/id_list.h"

#include <algorithm>
#include <span>
#include <unordered_set>

namespace igneous {

namespace {

using Set = std::unordered_set<std::int64_t>;

constexpr int most_runs = 64;              // more of them, and the views had better begin anew

/// The runs of rows for which `chosen` holds: first and last, from the back.
template<class Chosen>
std::vector<std::pair<int, int>> runs_from_back(std::vector<std::int64_t> const& ids, Chosen const& chosen)
{
    std::vector<std::pair<int, int>> runs;
    for (int row = static_cast<int>(ids.size()) - 1; row >= 0; --row) {
        if (!chosen(ids[static_cast<std::size_t>(row)]))
            continue;
        if (!runs.empty() && runs.back().first == row + 1)
            runs.back().first = row;
        else
            runs.emplace_back(row, row);
    }
    return runs;
}

}

int IdList::rowCount(QModelIndex const& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_ids.size()); }

QModelIndex IdList::index_of(std::int64_t id) const
{
    if (m_places.isEmpty())
        for (int row = 0; row < rowCount(); ++row)
            m_places.insert(id_at(row), row);
    auto const found = m_places.constFind(id);
    return found == m_places.constEnd() ? QModelIndex() : index(*found);
}

void IdList::become(std::vector<std::int64_t> ids)
{
    if (ids == m_ids)
        return;
    Set const now(ids.begin(), ids.end()), before(m_ids.begin(), m_ids.end());
    auto const gone = runs_from_back(m_ids, [&](std::int64_t id) { return !now.contains(id); });
    auto const come = runs_from_back(ids, [&](std::int64_t id) { return !before.contains(id); });
    bool const nothing_stays = gone.size() == 1 && gone[0] == std::pair(0, rowCount() - 1);
    if (nothing_stays || gone.size() + come.size() > most_runs)
        return replace(std::move(ids));
    remove_others(ids);
    arrange(ids);
    insert_new(ids);
}

void IdList::replace(std::vector<std::int64_t> ids)
{
    beginResetModel();
    m_ids = std::move(ids);
    m_places.clear();
    endResetModel();
}

void IdList::remove_others(std::vector<std::int64_t> const& ids)
{
    Set const now(ids.begin(), ids.end());
    for (auto const& [first, last] : runs_from_back(m_ids, [&](std::int64_t id) { return !now.contains(id); })) {
        beginRemoveRows({}, first, last);
        m_ids.erase(m_ids.begin() + first, m_ids.begin() + last + 1);
        m_places.clear();
        endRemoveRows();
    }
}

/// Those that stay, in their new order.
void IdList::arrange(std::vector<std::int64_t> const& ids)
{
    Set const here(m_ids.begin(), m_ids.end());
    std::vector<std::int64_t> order;
    std::ranges::copy_if(ids, std::back_inserter(order), [&](std::int64_t id) { return here.contains(id); });
    if (order == m_ids)
        return;
    Q_EMIT layoutAboutToBeChanged();
    QModelIndexList const old = persistentIndexList();
    std::vector<std::int64_t> held;
    for (QModelIndex const& at : old)
        held.push_back(id_at(at.row()));
    m_ids = std::move(order);
    m_places.clear();
    QModelIndexList moved;
    for (std::int64_t id : held)
        moved.append(index_of(id));
    changePersistentIndexList(old, moved);
    Q_EMIT layoutChanged();
}

void IdList::insert_new(std::vector<std::int64_t> const& ids)
{
    Set const here(m_ids.begin(), m_ids.end());
    auto runs = runs_from_back(ids, [&](std::int64_t id) { return !here.contains(id); });
    std::ranges::reverse(runs);            // from the front every place is the final one
    for (auto const& [first, last] : runs) {
        beginInsertRows({}, first, last);
        m_ids.insert(m_ids.begin() + first, ids.begin() + first, ids.begin() + last + 1);
        m_places.clear();
        endInsertRows();
    }
}

}
