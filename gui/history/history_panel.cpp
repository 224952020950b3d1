// SPDX-License-Identifier: Apache-2.0
#include "gui/history/history_panel.h"

#include "app/session/session.h"
#include "gui/history/history_model.h"
#include "gui/theme/theme.h"

#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace igneous {

namespace {

constexpr int row_height = 28;

/// The one that was done last has a mark; what was undone is faint.
class StepDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(QStyleOptionViewItem const&, QModelIndex const&) const override { return { 0, row_height }; }
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override
    {
        Colours const& c = colours();
        bool const here = option.state & QStyle::State_Selected, done = index.data(HistoryModel::done).toBool();
        if (here || option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, c.hover);
        if (here)
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), c.accent);
        painter->setPen(done ? c.text : c.outline);
        QRect const text = option.rect.adjusted(Measures::margin, 0, -Measures::margin, 0);
        painter->drawText(text, Qt::AlignVCenter,
            option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    }
};

}

HistoryPanel::HistoryPanel(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new HistoryModel(session, this))
    , m_list(new QListView)
{
    m_list->setModel(m_model);
    m_list->setItemDelegate(new StepDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("What was done"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, Measures::unit, 0, 0);
    column->addWidget(m_list);
    connect(m_list, &QListView::clicked, this, &HistoryPanel::go_to);
    connect(m_list, &QListView::activated, this, &HistoryPanel::go_to);
    connect(m_model, &HistoryModel::moved, this, &HistoryPanel::show_here);
    show_here();
}

void HistoryPanel::show_here()
{
    m_list->setCurrentIndex(m_model->here());
    if (isVisible())
        m_list->scrollTo(m_model->here());
}

void HistoryPanel::go_to(QModelIndex const& index)
{
    auto const position = static_cast<std::size_t>(index.row());
    if (position != m_session.history().position() && !m_session.history().in_group())
        m_session.go_to(position);
}

}
