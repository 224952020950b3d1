// SPDX-License-Identifier: Apache-2.0
#include "gui/settings/shortcut_model.h"

#include "gui/actions/actions.h"

#include <QFont>

namespace igneous {

QString keys_text(QList<QKeySequence> const& keys)
{
    QStringList texts;
    for (QKeySequence const& one : keys)
        texts.append(one.toString(QKeySequence::NativeText));
    return texts.join(QStringLiteral(", "));
}

ShortcutModel::ShortcutModel(Actions& actions, QObject* parent)
    : QAbstractTableModel(parent)
    , m_actions(actions)
{
    list();
    connect(&actions, &Actions::keys_changed, this, [this] {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
    });
}

void ShortcutModel::find(QString const& text)
{
    beginResetModel();
    m_text = text.trimmed();
    list();
    endResetModel();
}

void ShortcutModel::list()
{
    m_rows.clear();
    for (QAction* action : m_actions.all()) {
        QString const said = Actions::title(*action) + QLatin1Char(' ') + Actions::group_title(Actions::group(*action))
                             + QLatin1Char(' ') + keys_text(action->shortcuts());
        if (said.contains(m_text, Qt::CaseInsensitive))
            m_rows.append(action);
    }
}

QString ShortcutModel::id_at(QModelIndex const& index) const
{
    return index.isValid() ? Actions::id(*m_rows.at(index.row())) : QString();
}

int ShortcutModel::rowCount(QModelIndex const& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ShortcutModel::columnCount(QModelIndex const& parent) const { return parent.isValid() ? 0 : columns; }

QVariant ShortcutModel::data(QModelIndex const& index, int role) const
{
    QAction const* action = m_rows.at(index.row());
    bool const changed = m_actions.is_changed(Actions::id(*action));
    if (role == Qt::FontRole && index.column() == keys) {
        QFont font;
        font.setBold(changed);
        return font;
    }
    if (role == Qt::ToolTipRole && index.column() == keys && changed)
        return tr("Changed; usual: %1").arg(keys_text(m_actions.usual_keys(Actions::id(*action))));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case title: return Actions::title(*action);
    case place: return Actions::group_title(Actions::group(*action));
    default: return keys_text(action->shortcuts());
    }
}

QVariant ShortcutModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == title ? tr("Command") : section == place ? tr("Where") : tr("Keys");
}

}
