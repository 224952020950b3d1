// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model library as a list: pages of the last query, read as they are shown.

#include "app/library/library_store.h"

#include <QAbstractListModel>
#include <QCache>

#include <memory>

namespace igneous {

class LibraryModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { model_id = Qt::UserRole, path, details, state, favourite };

    explicit LibraryModel(std::filesystem::path const& database, QObject* parent = nullptr);

    void find(LibraryQuery query);
    void refresh();
    /// With everything that is known about it.
    std::optional<LibraryEntry> entry_at(QModelIndex const& index) const;
    LibraryStore& store() { return *m_store; }

    int rowCount(QModelIndex const& parent = {}) const override;
    QVariant data(QModelIndex const& index, int role) const override;

private:
    LibraryEntry const* row(int index) const;

    std::unique_ptr<LibraryStore> m_store;
    LibraryQuery m_query;
    int m_count = 0;
    mutable QCache<int, LibraryEntry> m_rows { 2048 };
};

}
