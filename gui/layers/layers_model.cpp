// SPDX-License-Identifier: Apache-2.0
#include "gui/layers/layers_model.h"

#include "app/session/layer_commands.h"
#include "gui/studio/images.h"

#include <QMimeData>
#include <QPainter>

namespace igneous {

namespace {

QString const layer_mime = QStringLiteral("application/x-igneous-layer");

QString detail_of(Layer const& layer)
{
    QStringList parts;
    switch (layer.kind) {
    case LayerKind::paint: break;
    case LayerKind::group: parts.append(LayersModel::tr("Group")); break;
    case LayerKind::mask: parts.append(LayersModel::tr("Mask")); break;
    case LayerKind::reference: parts.append(LayersModel::tr("Reference")); break;
    }
    if (layer.properties.blend != BlendMode::normal) {
        QString name = QString::fromLatin1(blend_mode_name(layer.properties.blend).data())
                           .replace(QLatin1Char('-'), QLatin1Char(' '));
        name[0] = name[0].toUpper();
        parts.append(name);
    }
    if (layer.properties.opacity < 1)
        parts.append(QStringLiteral("%1 %").arg(qRound(layer.properties.opacity * 100)));
    return parts.join(QStringLiteral(" · "));
}

}

QImage thumbnail_of(Document const& document, Layer const& layer, int side)
{
    QImage const seen = sampled(layer, { 0, 0, document.properties.width, document.properties.height }, side);
    if (layer.kind != LayerKind::mask)
        return seen;
    QImage image(seen.size(), QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter(&image).drawImage(0, 0, seen);
    return image;
}

LayersModel::LayersModel(Session& session, QObject* parent)
    : QAbstractItemModel(parent)
    , m_session(session)
    , m_root(std::make_unique<Node>())
{
    connect(&session, &Session::documents_changed, this, &LayersModel::refresh);
    connect(&session, &Session::layers_changed, this, &LayersModel::refresh);
    refresh();
}

LayersModel::~LayersModel() = default;

Document const* LayersModel::document() const { return find_document(m_session.workspace(), m_document); }

void LayersModel::fill(Node& node, std::vector<Layer> const& layers)
{
    node.children.clear();
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
        auto child = std::make_unique<Node>();
        child->id = layer->id;
        child->parent = &node;
        child->row = static_cast<int>(node.children.size());
        fill(*child, layer->children);
        node.children.push_back(std::move(child));
    }
}

bool LayersModel::is_as(Node const& node, std::vector<Layer> const& layers)
{
    if (node.children.size() != layers.size())
        return false;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        Layer const& layer = layers[layers.size() - 1 - i];
        if (node.children[i]->id != layer.id || !is_as(*node.children[i], layer.children))
            return false;
    }
    return true;
}

/// Where the tree stays, only what it says is another.
void LayersModel::refresh()
{
    Workspace const& workspace = m_session.workspace();
    Document const* const open = find_document(workspace, workspace.active_document);
    static std::vector<Layer> const none;
    std::vector<Layer> const& layers = open ? open->layers : none;
    DocumentId const id = open ? open->id : 0;
    if (id == m_document && is_as(*m_root, layers)) {
        tell_all({});
        return;
    }
    beginResetModel();
    if (id != m_document)
        m_chosen.clear();
    m_document = id;
    fill(*m_root, layers);
    endResetModel();
    Q_EMIT rebuilt();
}

void LayersModel::tell_all(QModelIndex const& parent)
{
    int const rows = rowCount(parent);
    if (rows == 0)
        return;
    Q_EMIT dataChanged(index(0, 0, parent), index(rows - 1, 0, parent));
    for (int row = 0; row < rows; ++row)
        tell_all(index(row, 0, parent));
}

LayersModel::Node* LayersModel::node(QModelIndex const& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

LayersModel::Node* LayersModel::find(Node& from, LayerId id) const
{
    if (from.id == id)
        return &from;
    for (auto const& child : from.children)
        if (Node* found = find(*child, id))
            return found;
    return nullptr;
}

QModelIndex LayersModel::index_of(Node const& found) const
{
    return found.parent ? createIndex(found.row, 0, &found) : QModelIndex();
}

QModelIndex LayersModel::index_of(LayerId layer) const
{
    Node const* found = layer ? find(*m_root, layer) : nullptr;
    return found ? index_of(*found) : QModelIndex();
}

LayerId LayersModel::layer_at(QModelIndex const& index) const { return node(index)->id; }

QModelIndex LayersModel::index(int row, int column, QModelIndex const& parent) const
{
    Node const* const above = node(parent);
    bool const there = column == 0 && row >= 0 && static_cast<std::size_t>(row) < above->children.size();
    return there ? createIndex(row, 0, above->children[static_cast<std::size_t>(row)].get()) : QModelIndex();
}

QModelIndex LayersModel::parent(QModelIndex const& child) const
{
    return child.isValid() ? index_of(*node(child)->parent) : QModelIndex();
}

int LayersModel::rowCount(QModelIndex const& parent) const { return static_cast<int>(node(parent)->children.size()); }

QVariant LayersModel::data(QModelIndex const& index, int role) const
{
    Document const* const open = document();
    Layer const* const layer = open && index.isValid() ? find_layer(open->layers, layer_at(index)) : nullptr;
    if (!layer)
        return {};
    LayerProperties const& has = layer->properties;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return QString::fromStdString(has.name);
    case Qt::ToolTipRole: return QString::fromStdString(has.name);
    case Qt::AccessibleTextRole:
        return QStringList { QString::fromStdString(has.name), detail_of(*layer),
            has.visible ? QString() : tr("hidden"), has.locked ? tr("locked") : QString() }
            .filter(QRegularExpression(QStringLiteral(".")))
            .join(QStringLiteral(", "));
    case id_role: return QVariant::fromValue(layer->id);
    case thumbnail_role: return thumbnail_of(*open, *layer, 56);
    case visible_role: return has.visible;
    case locked_role: return has.locked;
    case kind_role: return static_cast<int>(layer->kind);
    case detail_role: return detail_of(*layer);
    default: return {};
    }
}

bool LayersModel::setData(QModelIndex const& index, QVariant const& value, int role)
{
    Document const* const open = document();
    QString const name = value.toString().trimmed();
    if (role != Qt::EditRole || !open || name.isEmpty() || name == data(index, Qt::EditRole).toString())
        return false;
    m_session.push(edit_layer(*open, layer_at(index), tr("Rename layer").toStdString(),
        [&](LayerProperties& has) { has.name = name.toStdString(); }));
    return true;
}

std::vector<LayerId> LayersModel::chosen() const
{
    Document const* const open = document();
    if (!open)
        return {};
    std::vector<LayerId> const all = outermost(*open, m_chosen);
    return all.empty() ? outermost(*open, { open->active_layer }) : all;
}

std::vector<LayerId> LayersModel::chosen_with(LayerId layer) const
{
    return std::ranges::contains(m_chosen, layer) ? chosen() : std::vector { layer };
}

void LayersModel::set_visible(std::vector<LayerId> const& layers, bool visible)
{
    m_session.push(edit_layers(*document(), layers, (visible ? tr("Show layer") : tr("Hide layer")).toStdString(),
        [&](LayerProperties& has) { has.visible = visible; }));
}

void LayersModel::set_locked(std::vector<LayerId> const& layers, bool locked)
{
    m_session.push(edit_layers(*document(), layers, (locked ? tr("Lock layer") : tr("Unlock layer")).toStdString(),
        [&](LayerProperties& has) { has.locked = locked; }));
}

Qt::ItemFlags LayersModel::flags(QModelIndex const& index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    bool const group = data(index, kind_role).toInt() == static_cast<int>(LayerKind::group);
    Qt::ItemFlags const all = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable | Qt::ItemIsDragEnabled;
    return group ? all | Qt::ItemIsDropEnabled : all | Qt::ItemNeverHasChildren;
}

QStringList LayersModel::mimeTypes() const { return { layer_mime }; }

QMimeData* LayersModel::mimeData(QModelIndexList const& indexes) const
{
    QByteArray ids;
    for (QModelIndex const& index : indexes)
        ids += QByteArray::number(layer_at(index)) + ' ';
    auto* data = new QMimeData;
    data->setData(layer_mime, ids);
    return data;
}

/// Rows count from above, places from below, and layers that move are not counted among those that they come to.
bool LayersModel::dropMimeData(QMimeData const* data, Qt::DropAction action, int row, int, QModelIndex const& parent)
{
    Document const* const open = document();
    if (action != Qt::MoveAction || !open)
        return false;
    std::vector<LayerId> moving;
    for (QByteArray const& id : data->data(layer_mime).simplified().split(' '))
        if (LayerId const layer = id.toULongLong(); find(*m_root, layer) && layer != 0)
            moving.push_back(layer);
    moving = outermost(*open, moving);
    Node const* const to = node(parent);
    for (Node const* above = to; above; above = above->parent)
        if (std::ranges::contains(moving, above->id))
            return false;                  // into itself
    auto const place = std::ranges::count_if(to->children, [&](auto const& child) {
        return child->row >= row && !std::ranges::contains(moving, child->id);
    });
    m_session.push(move_layers(*open, moving, to->id, static_cast<std::size_t>(place)));
    return !moving.empty();
}

}
