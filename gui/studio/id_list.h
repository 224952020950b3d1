// SPDX-License-Identifier: Apache-2.0
#pragma once

// A list of ids that turns into another one row by row, so that what is selected and where one has scrolled to stay
// while pictures come, jobs move and models go.

#include <QAbstractListModel>
#include <QHash>

#include <cstdint>
#include <vector>

namespace igneous {

class IdList : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    int rowCount(QModelIndex const& parent = {}) const override;
    std::int64_t id_at(int row) const { return m_ids[static_cast<std::size_t>(row)]; }
    QModelIndex index_of(std::int64_t id) const;
    std::vector<std::int64_t> const& ids() const { return m_ids; }

Q_SIGNALS:
    /// An answer has come, whether or not it is another one.
    void answered();

protected:
    void become(std::vector<std::int64_t> ids);

private:
    void remove_others(std::vector<std::int64_t> const& ids);
    void arrange(std::vector<std::int64_t> const& ids);
    void insert_new(std::vector<std::int64_t> const& ids);
    void replace(std::vector<std::int64_t> ids);

    std::vector<std::int64_t> m_ids;
    mutable QHash<std::int64_t, int> m_places;   // filled when first asked
};

}
