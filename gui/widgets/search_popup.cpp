// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/search_popup.h"

#include "gui/theme/theme.h"
#include "gui/widgets/detail_delegate.h"
#include "gui/widgets/labels.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScreen>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace igneous {

constexpr int most_lines = 10;

SearchPopup::SearchPopup(QString const& name, QString const& command, QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_search(new QLineEdit)
    , m_list(new QListView)
    , m_rows(new QStandardItemModel(this))
    , m_found(new QSortFilterProxyModel(this))
{
    setObjectName(QStringLiteral("popup"));
    setAccessibleName(name);
    m_search->setPlaceholderText(name);
    name_control(*m_search, name);
    m_search->installEventFilter(this);
    m_found->setSourceModel(m_rows);
    m_found->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_found);
    m_list->setItemDelegate(new DetailDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    name_control(*m_list, name);
    m_list->setToolTip(QString());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, Measures::gap);
    column->setSpacing(Measures::gap);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    if (!command.isEmpty()) {
        auto* button = new QPushButton(command);
        name_control(*button, command);
        column->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this] {
            hide();
            Q_EMIT command_asked();
        });
    }
    connect(m_search, &QLineEdit::textChanged, this, [this](QString const& words) {
        m_found->setFilterFixedString(words);
        m_list->setCurrentIndex(m_found->index(0, 0));
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] { choose(m_list->currentIndex()); });
    connect(m_list, &QListView::clicked, this, &SearchPopup::choose);
    connect(m_list, &QListView::activated, this, &SearchPopup::choose);
}

void SearchPopup::set_rows(std::vector<Row> const& rows)
{
    m_rows->clear();
    for (Row const& row : rows) {
        auto* item = new QStandardItem(row.text.simplified());
        item->setToolTip(row.text);
        item->setData(row.detail, DetailDelegate::detail_role);
        m_rows->appendRow(item);
    }
}

void SearchPopup::open(QWidget const& beside, int width)
{
    m_search->clear();
    int const lines = std::clamp(m_rows->rowCount(), 1, most_lines);
    m_list->setFixedHeight(
        lines * m_list->itemDelegate()->sizeHint({}, {}).expandedTo(QSize(0, Measures::control)).height());
    setFixedWidth(width);
    adjustSize();
    QPoint at = beside.mapToGlobal(QPoint(0, beside.height() + Measures::unit));
    if (QScreen const* screen = beside.screen(); screen && at.y() + height() > screen->availableGeometry().bottom())
        at = beside.mapToGlobal(QPoint(0, -height() - Measures::unit));
    move(at);
    m_list->setCurrentIndex(m_found->index(0, 0));
    show();
    m_search->setFocus();
}

void SearchPopup::choose(QModelIndex const& index)
{
    if (!index.isValid())
        return;
    hide();
    Q_EMIT chosen(m_found->mapToSource(index).row());
}

/// The arrows go through the list while one types.
bool SearchPopup::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        int const key = static_cast<QKeyEvent*>(event)->key();
        int const step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step != 0) {
            int const row = std::clamp(m_list->currentIndex().row() + step, 0, std::max(0, m_found->rowCount() - 1));
            m_list->setCurrentIndex(m_found->index(row, 0));
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

}
