// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every command with its keys, as rows of a table.

#include <QAbstractTableModel>

class QAction;

namespace igneous {

class Actions;

class ShortcutModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { title, place, keys, columns };

    explicit ShortcutModel(Actions& actions, QObject* parent = nullptr);
    /// Shows the commands whose name, place or keys contain it.
    void find(QString const& text);
    QString id_at(QModelIndex const& index) const;

    int rowCount(QModelIndex const& parent = {}) const override;
    int columnCount(QModelIndex const& parent = {}) const override;
    QVariant data(QModelIndex const& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void list();

    Actions& m_actions;
    QString m_text;
    QList<QAction*> m_rows;
};

/// "Ctrl+Z, F5", as this system writes keys.
QString keys_text(QList<QKeySequence> const& keys);

}
