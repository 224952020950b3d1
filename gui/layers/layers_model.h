// SPDX-License-Identifier: Apache-2.0
#pragma once

// The layers of the session's active document as a tree, the uppermost first. Names, eyes and locks are edited here and
// layers are moved by drag and drop; all of it through commands of the session. What is done to one of several that are
// chosen is done to all of them.

#include "app/session/session.h"

#include <QAbstractItemModel>
#include <QImage>

#include <memory>

namespace igneous {

class LayersModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role { id_role = Qt::UserRole + 1, thumbnail_role, visible_role, locked_role, kind_role, detail_role };

    explicit LayersModel(Session& session, QObject* parent = nullptr);
    ~LayersModel() override;

    Document const* document() const;
    QModelIndex index_of(LayerId layer) const;
    LayerId layer_at(QModelIndex const& index) const;
    /// Those that commands are about: what the list has chosen, else the active layer. The lowest first, groups without
    /// what lies in them.
    std::vector<LayerId> chosen() const;
    void choose(std::vector<LayerId> layers) { m_chosen = std::move(layers); }
    /// The chosen ones where `layer` is among them, else it alone.
    std::vector<LayerId> chosen_with(LayerId layer) const;
    void set_visible(std::vector<LayerId> const& layers, bool visible);
    void set_locked(std::vector<LayerId> const& layers, bool locked);

    QModelIndex index(int row, int column, QModelIndex const& parent = {}) const override;
    QModelIndex parent(QModelIndex const& child) const override;
    int rowCount(QModelIndex const& parent = {}) const override;
    int columnCount(QModelIndex const& = {}) const override { return 1; }
    QVariant data(QModelIndex const& index, int role) const override;
    bool setData(QModelIndex const& index, QVariant const& value, int role) override;
    Qt::ItemFlags flags(QModelIndex const& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(QModelIndexList const& indexes) const override;
    bool dropMimeData(
        QMimeData const* data, Qt::DropAction action, int row, int column, QModelIndex const& parent) override;

Q_SIGNALS:
    /// The tree is another: rows were added, moved or taken away.
    void rebuilt();

private:
    struct Node {
        LayerId id = 0;
        Node* parent = nullptr;
        int row = 0;
        std::vector<std::unique_ptr<Node>> children; // uppermost first
    };
    void refresh();
    void fill(Node& node, std::vector<Layer> const& layers);
    static bool is_as(Node const& node, std::vector<Layer> const& layers);
    Node* node(QModelIndex const& index) const;
    Node* find(Node& from, LayerId id) const;
    QModelIndex index_of(Node const& node) const;
    void tell_all(QModelIndex const& parent);

    Session& m_session;
    DocumentId m_document = 0;
    std::vector<LayerId> m_chosen;
    std::unique_ptr<Node> m_root;
};

/// A small picture of a layer, transparent around what it has: of `side` pixels at most.
QImage thumbnail_of(Document const& document, Layer const& layer, int side);

}
