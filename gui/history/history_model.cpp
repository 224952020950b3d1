// SPDX-License-Identifier: Apache-2.0
#include "gui/history/history_model.h"

#include "app/session/session.h"

namespace igneous {

HistoryModel::HistoryModel(Session& session, QObject* parent)
    : QAbstractListModel(parent)
    , m_session(session)
{
    refresh();
    connect(&session, &Session::history_changed, this, &HistoryModel::refresh);
}

/// A stroke adds a row at the end; what was undone before it goes.
void HistoryModel::refresh()
{
    int const rows = static_cast<int>(m_session.history().size()) + 1;
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        endRemoveRows();
    }
    Q_EMIT dataChanged(index(0), index(m_rows - 1));
    Q_EMIT moved();
}

QModelIndex HistoryModel::here() const { return index(static_cast<int>(m_session.history().position())); }

int HistoryModel::rowCount(QModelIndex const& parent) const { return parent.isValid() ? 0 : m_rows; }

QVariant HistoryModel::data(QModelIndex const& index, int role) const
{
    auto const row = static_cast<std::size_t>(index.row());
    UndoStack const& history = m_session.history();
    if (row > history.size())
        return {};
    if (role == done)
        return row <= history.position();
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    QString name = row == 0 ? tr("Where it began") : QString::fromStdString(history.name(row - 1));
    if (!name.isEmpty())
        name[0] = name[0].toUpper();
    return role == Qt::AccessibleTextRole && row > history.position() ? tr("%1, undone").arg(name) : name;
}

}
