// SPDX-License-Identifier: Apache-2.0
#include "gui/layers/layers_panel.h"

#include "app/session/layer_commands.h"
#include "gui/layers/layer_delegate.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/number_row.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace igneous {

using namespace std::chrono_literals;

namespace {

/// A tree whose groups open and close with the program's own arrows.
class LayerList final : public QTreeView {
protected:
    void drawBranches(QPainter* painter, QRect const& rect, QModelIndex const& index) const override
    {
        if (!model()->hasChildren(index))
            return;
        QRect box(0, 0, 14, 14);
        box.moveCenter({ rect.right() - indentation() / 2, rect.center().y() });
        icon(isExpanded(index) ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")).paint(painter, box);
    }

    /// Eye and lock choose nothing: they are for all that are chosen already.
    QItemSelectionModel::SelectionFlags selectionCommand(QModelIndex const& index, QEvent const* event) const override
    {
        if (event && event->type() == QEvent::MouseButtonRelease) {
            QPoint const at = static_cast<QMouseEvent const*>(event)->position().toPoint();
            QRect const row = visualRect(index);
            if (LayerDelegate::eye_rect(row).contains(at) || LayerDelegate::lock_rect(row).contains(at))
                return QItemSelectionModel::NoUpdate;
        }
        return QTreeView::selectionCommand(index, event);
    }
};

}

LayersPanel::LayersPanel(Session& session, QList<QAction*> const& commands, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(session)
    , m_list(new LayerList)
    , m_blend(new QComboBox)
    , m_opacity(new NumberRow(tr("Opacity"), { .most = 100, .suffix = tr(" %") }))
{
    name_control(*m_blend, tr("Blend mode"));
    for (int mode = 0; mode <= static_cast<int>(BlendMode::add); ++mode) {
        QString name = QString::fromLatin1(blend_mode_name(static_cast<BlendMode>(mode)).data());
        name.replace(QLatin1Char('-'), QLatin1Char(' '));
        name[0] = name[0].toUpper();
        m_blend->addItem(name);
    }
    make_list();

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::gap);
    column->setSpacing(Measures::gap);
    auto* blend = new QHBoxLayout;
    blend->setSpacing(Measures::gap);
    auto* title = label(tr("Blend"), Tone::faint);
    title->setFixedWidth(76);
    title->setBuddy(m_blend);
    blend->addWidget(title);
    blend->addWidget(m_blend, 1);
    column->addLayout(blend);
    column->addWidget(m_opacity);
    column->addWidget(m_list, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(2);
    for (QAction* command : commands) {
        auto* button = new QToolButton;
        button->setDefaultAction(command);
        button->setIconSize(QSize(18, 18));
        button->setFixedSize(Measures::control, Measures::control);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAccessibleName(command->text());
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);

    connect(m_blend, &QComboBox::activated, this, [this](int mode) {
        edit(tr("Blend mode"), [mode](LayerProperties& has) { has.blend = static_cast<BlendMode>(mode); }, {});
    });
    connect(m_opacity, &NumberRow::edited, this, [this](double value) {
        edit(
            tr("Layer opacity"), [value](LayerProperties& has) { has.opacity = value / 100; },
            "opacity");
    });
    connect(&session, &Session::active_layer_changed, this, &LayersPanel::show_active);
    connect(&m_model, &LayersModel::rebuilt, this, [this] {
        m_list->expandAll();
        show_chosen();
    });
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &LayersPanel::show_properties);
    m_pictures_soon.setSingleShot(true);
    m_pictures_soon.setInterval(250ms);
    connect(&m_pictures_soon, &QTimer::timeout, m_list->viewport(), qOverload<>(&QWidget::update));
    connect(&session, &Session::document_changed, this, [this] {
        if (!m_pictures_soon.isActive())
            m_pictures_soon.start();
    });
    m_list->expandAll();
    show_active();
}

/// The list before the model that it shows.
LayersPanel::~LayersPanel() { delete m_list; }

void LayersPanel::make_list()
{
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new LayerDelegate(m_model, m_list));
    m_list->setAccessibleName(tr("Layers"));
    m_list->setHeaderHidden(true);
    // The ground of a chosen row is the delegate's to draw.
    m_list->setStyleSheet(QStringLiteral("QTreeView { selection-background-color: transparent; }"
                                         "QTreeView::branch, QTreeView::item { background: transparent; }"));
    m_list->setUniformRowHeights(true);
    m_list->setMouseTracking(true);
    m_list->setIndentation(16);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](QModelIndex const& current) {
        Document const* open = m_model.document();
        if (open && current.isValid() && m_model.layer_at(current) != open->active_layer)
            m_session.set_active_layer(open->id, m_model.layer_at(current));
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LayersPanel::take_chosen);
}

Layer const* LayersPanel::active() const
{
    Document const* const open = m_model.document();
    return open ? find_layer(open->layers, open->active_layer) : nullptr;
}

/// As the list has it. The layer that is painted on is always one of those.
void LayersPanel::take_chosen()
{
    m_session.stop_merging();
    QItemSelectionModel& selection = *m_list->selectionModel();
    QModelIndexList const rows = selection.selectedRows();
    std::vector<LayerId> layers;
    for (QModelIndex const& row : rows)
        layers.push_back(m_model.layer_at(row));
    m_model.choose(std::move(layers));
    if (!rows.isEmpty() && !selection.isSelected(selection.currentIndex()))
        selection.setCurrentIndex(rows.last(), QItemSelectionModel::NoUpdate);
}

void LayersPanel::choose(std::vector<LayerId> const& layers)
{
    if (layers.empty())
        return;
    m_session.set_active_layer(m_model.document()->id, layers.back());
    m_model.choose(layers);
    show_chosen();
}

/// What was chosen is chosen again, as far as it is still there.
void LayersPanel::show_chosen()
{
    Document const* const open = m_model.document();
    QModelIndex const active = open ? m_model.index_of(open->active_layer) : QModelIndex();
    QItemSelection rows;
    bool has_active = false;
    for (LayerId const layer : m_model.chosen())
        if (QModelIndex const index = m_model.index_of(layer); index.isValid()) {
            rows.select(index, index);
            has_active |= index == active;
        }
    m_list->selectionModel()->setCurrentIndex(active, QItemSelectionModel::NoUpdate);
    m_list->selectionModel()->select(
        has_active ? rows : QItemSelection(active, active), QItemSelectionModel::ClearAndSelect);
    show_properties();
}

void LayersPanel::show_active()
{
    Document const* const open = m_model.document();
    QModelIndex const index = open ? m_model.index_of(open->active_layer) : QModelIndex();
    if (index != m_list->currentIndex())   // else it is the list that chose it, perhaps with others
        m_list->setCurrentIndex(index);
    show_properties();
}

void LayersPanel::show_properties()
{
    Layer const* const layer = active();
    for (QWidget* control : { static_cast<QWidget*>(m_blend), static_cast<QWidget*>(m_opacity) })
        control->setEnabled(layer && !layer->properties.locked);
    m_blend->setCurrentIndex(layer ? static_cast<int>(layer->properties.blend) : 0);
    m_opacity->set_value(layer ? layer->properties.opacity * 100 : 100);
}

void LayersPanel::edit(QString const& name, std::function<void(LayerProperties&)> const& change, std::string const& key)
{
    if (Document const* document = m_model.document())
        m_session.push(edit_layers(*document, m_model.chosen(), name.toStdString(), change, key));
}

void LayersPanel::rename()
{
    if (m_list->currentIndex().isValid())
        m_list->edit(m_list->currentIndex());
}

}
