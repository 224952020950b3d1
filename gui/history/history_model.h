// SPDX-License-Identifier: Apache-2.0
#pragma once

// The commands that can be undone or done again, as rows; the first is how it was before all of them.

#include <QAbstractListModel>

namespace igneous {

class Session;

class HistoryModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { done = Qt::UserRole };     // false: undone, can be done again

    explicit HistoryModel(Session& session, QObject* parent = nullptr);
    /// The row of the command that was done last.
    QModelIndex here() const;

    int rowCount(QModelIndex const& parent = {}) const override;
    QVariant data(QModelIndex const& index, int role) const override;

Q_SIGNALS:
    void moved();

private:
    void refresh();

    Session& m_session;
    int m_rows = 0;
};

}
