// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/completion_popup.h"

#include "gui/theme/theme.h"
#include "gui/widgets/detail_delegate.h"
#include "gui/widgets/labels.h"

#include <QListWidget>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

namespace {

constexpr std::size_t most_rows = 50;
constexpr int most_lines = 8, least_width = 220;

}

CompletionPopup::CompletionPopup(QPlainTextEdit& edit)
    : QFrame(edit.window())
    , m_edit(edit)
    , m_list(new QListWidget)
{
    setObjectName(QStringLiteral("completions"));
    setFocusPolicy(Qt::NoFocus);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setItemDelegate(new DetailDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    name_control(*m_list, tr("Completions"));
    m_list->setToolTip(QString());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(m_list);
    connect(m_list, &QListWidget::itemClicked, this,
        [this](QListWidgetItem* item) { Q_EMIT clicked(*m_rows[static_cast<std::size_t>(m_list->row(item))]); });
    hide();
}

void CompletionPopup::offer(std::shared_ptr<Completions const> const& all, std::optional<Unfinished> const& what)
{
    m_rows = all && what ? matching(*all, *what, most_rows) : std::vector<Completion const*>();
    if (m_rows.empty())
        return close_list();
    m_all = all;
    m_what = *what;
    m_list->clear();
    for (Completion const* row : m_rows) {
        auto* item = new QListWidgetItem(row->name, m_list);
        item->setData(DetailDelegate::detail_role, row->detail);
    }
    m_list->setCurrentRow(m_what.in_tag ? 0 : -1);
    place();
    show();
    raise();
}

/// Below the cursor; above it where the window ends.
void CompletionPopup::place()
{
    if (parentWidget() != m_edit.window())
        setParent(m_edit.window());                  // its panel was torn off
    int const lines = std::min(static_cast<int>(m_rows.size()), most_lines);
    resize(std::max(least_width, m_edit.width() * 9 / 10), lines * m_list->sizeHintForRow(0) + 8);
    QTextCursor start = m_edit.textCursor();
    start.setPosition(m_what.begin);
    QRect const word = m_edit.cursorRect(start);
    QPoint at = m_edit.viewport()->mapTo(parentWidget(), word.bottomLeft() + QPoint(0, Measures::unit));
    if (at.y() + height() > parentWidget()->height())
        at.setY(m_edit.viewport()->mapTo(parentWidget(), word.topLeft()).y() - height() - Measures::unit);
    at.setX(std::clamp(at.x(), 0, std::max(0, parentWidget()->width() - width())));
    move(at);
}

void CompletionPopup::close_list()
{
    hide();
    m_rows.clear();
}

void CompletionPopup::step(int rows)
{
    int const count = m_list->count(), now = m_list->currentRow();
    m_list->setCurrentRow(now < 0 ? (rows > 0 ? 0 : count - 1) : (now + rows + count) % count);
}

Completion const* CompletionPopup::chosen() const
{
    int const row = m_list->currentRow();
    return isVisible() && row >= 0 ? m_rows[static_cast<std::size_t>(row)] : nullptr;
}

Completion const* CompletionPopup::best() const
{
    Completion const* row = chosen();
    return row || !isVisible() || m_rows.empty() ? row : m_rows.front();
}

}
