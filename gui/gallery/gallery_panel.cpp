// SPDX-License-Identifier: Apache-2.0
#include "gui/gallery/gallery_panel.h"

#include "gui/gallery/picture_delegate.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/studio.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

using namespace std::chrono_literals;

GalleryPanel::GalleryPanel(Studio& studio, GalleryModel& model, QWidget* parent)
    : QWidget(parent)
    , m_studio(studio)
    , m_model(model)
    , m_delegate(new PictureDelegate(this))
    , m_text(new QLineEdit)
    , m_order(new QComboBox)
    , m_trash(icon_button(QStringLiteral("trash"), tr("Show the trash")))
    , m_remove(icon_button(QStringLiteral("close"), tr("Move what is chosen to the trash")))
    , m_grid(new QListView)
    , m_count(label(QString(), Tone::faint))
{
    m_text->setPlaceholderText(tr("Search: words, model:…, stars:>=3, after:2026-11"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_text->setAccessibleName(tr("Search the gallery"));
    struct Order {
        QString name;
        GalleryOrder order;
    };
    for (Order const& order : { Order { tr("Newest"), GalleryOrder::newest }, { tr("Oldest"), GalleryOrder::oldest },
             { tr("Stars"), GalleryOrder::stars }, { tr("Name"), GalleryOrder::name } })
        m_order->addItem(order.name, static_cast<int>(order.order));
    name_control(*m_order, tr("Order"));
    m_trash->setCheckable(true);

    m_grid->setModel(&model);
    m_grid->setItemDelegate(m_delegate);
    m_grid->setViewMode(QListView::IconMode);
    m_grid->setResizeMode(QListView::Adjust);
    m_grid->setMovement(QListView::Static);
    m_grid->setUniformItemSizes(true);
    m_grid->setLayoutMode(QListView::Batched);
    m_grid->setBatchSize(2000);
    m_grid->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_grid->setDragEnabled(true);
    m_grid->setMouseTracking(true);
    m_grid->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_grid->setContextMenuPolicy(Qt::CustomContextMenu);
    m_grid->setAccessibleName(tr("Pictures"));
    m_grid->setFrameShape(QFrame::NoFrame);

    auto* first = new QHBoxLayout;
    first->addWidget(m_text, 1);
    first->addWidget(m_trash);
    auto* second = new QHBoxLayout;
    second->addWidget(m_count, 1);
    second->addWidget(m_remove);
    second->addWidget(m_order);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, 0);
    column->setSpacing(Measures::gap);
    column->addLayout(first);
    column->addLayout(second);
    column->addWidget(m_grid, 1);
    setMinimumWidth(300);

    m_typing.setSingleShot(true);
    m_typing.setInterval(80ms);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &GalleryPanel::search);
    connect(m_order, &QComboBox::activated, this, &GalleryPanel::search);
    connect(m_trash, &QToolButton::toggled, this, [this](bool trash) {
        m_remove->setIcon(icon(trash ? QStringLiteral("undo") : QStringLiteral("close")));
        m_remove->setToolTip(trash ? tr("Restore what is chosen") : tr("Move what is chosen to the trash"));
        m_remove->setAccessibleName(m_remove->toolTip());
        search();
    });
    connect(m_remove, &QToolButton::clicked, this, &GalleryPanel::trash_or_restore);
    connect(m_grid, &QListView::customContextMenuRequested, this, &GalleryPanel::show_menu);
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](QModelIndex const& index) {
        if (QString const path = index.data(GalleryModel::path).toString(); !path.isEmpty())
            Q_EMIT picture_chosen(path);
    });
    connect(&model, &GalleryModel::answered, this, &GalleryPanel::show_count);
    connect(&studio, &Studio::gallery_changed, &model, &GalleryModel::refresh);
    show_count();
}

void GalleryPanel::focus_search()
{
    m_text->setFocus();
    m_text->selectAll();
}

void GalleryPanel::search_for(QString const& text) { m_text->setText(text); }
bool GalleryPanel::in_trash() const { return m_trash->isChecked(); }

void GalleryPanel::search()
{
    m_model.search({ .text = m_text->text().toStdString(),
        .order = static_cast<GalleryOrder>(m_order->currentData().toInt()),
        .shelf = in_trash() ? GalleryShelf::trashed : GalleryShelf::present });
}

void GalleryPanel::show_count()
{
    int const count = m_model.rowCount();
    m_count->setText(in_trash()   ? tr("%Ln in the trash", nullptr, count)
                     : count == 1 ? tr("1 picture")
                                  : tr("%Ln pictures", nullptr, count));
    m_count->setToolTip(m_model.remarks());
}

std::vector<PictureId> GalleryPanel::selected() const
{
    std::vector<PictureId> ids;
    for (QModelIndex const& index : m_grid->selectionModel()->selectedIndexes())
        ids.push_back(index.data(GalleryModel::picture_id).toLongLong());
    return ids;
}

void GalleryPanel::set_stars(int stars)
{
    m_studio.post([ids = selected(), stars, &studio = m_studio](Services& services) {
        services.gallery.set_stars(ids, stars);
        Q_EMIT studio.gallery_changed();
    });
}

void GalleryPanel::trash_or_restore()
{
    m_studio.post([ids = selected(), restore = in_trash(), &studio = m_studio](Services& services) {
        auto const failures = restore ? services.gallery.restore(ids) : services.gallery.trash(ids);
        Q_EMIT studio.gallery_changed();
        if (!failures.empty())
            Q_EMIT studio.trouble(QString::fromStdString(failures.front().reason));
    });
}

void GalleryPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() >= Qt::Key_0 && event->key() <= Qt::Key_5 && event->modifiers() == Qt::NoModifier)
        return set_stars(event->key() - Qt::Key_0);
    if (event->key() == Qt::Key_Delete)
        return trash_or_restore();
    QString const path = m_grid->currentIndex().data(GalleryModel::path).toString();
    if (event->key() == Qt::Key_A && event->modifiers() == Qt::NoModifier && !path.isEmpty()) {
        Q_EMIT recipe_asked(path);
        return;
    }
    QWidget::keyPressEvent(event);
}

void GalleryPanel::show_menu(QPoint const& at)
{
    QModelIndex const index = m_grid->indexAt(at);
    if (!index.isValid())
        return;
    QMenu menu(this);
    QString const path = index.data(GalleryModel::path).toString();
    menu.addAction(tr("Use its settings"), this, [this, path] { Q_EMIT recipe_asked(path); });
    QMenu* stars = menu.addMenu(tr("Stars"));
    for (int count = 0; count <= 5; ++count)
        stars->addAction(
            count == 0 ? tr("None") : QString(count, QChar(0x2605)), this, [this, count] { set_stars(count); });
    menu.addSeparator();
    menu.addAction(in_trash() ? tr("Restore") : tr("Move to the trash"), this, &GalleryPanel::trash_or_restore);
    menu.exec(m_grid->viewport()->mapToGlobal(at));
}

}
