// SPDX-License-Identifier: Apache-2.0
#include "gui/actions/palette.h"

#include "gui/actions/actions.h"
#include "gui/actions/fuzzy.h"
#include "gui/theme/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

namespace {

constexpr int row_height = 34, palette_width = 560, most_rows_shown = 11;
enum Role { id_role = Qt::UserRole, group_role, keys_role, enabled_role };

/// Title, then its group in faint letters; the keys at the right.
class CommandDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(QStyleOptionViewItem const&, QModelIndex const&) const override { return { 0, row_height }; }
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override
    {
        Colours const& c = colours();
        bool const chosen = option.state & QStyle::State_Selected;
        QRect const box = option.rect.adjusted(Measures::unit, 1, -Measures::unit, -1);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(chosen ? c.accent : QColor(Qt::transparent));
        painter->drawRoundedRect(box, Measures::corner, Measures::corner);
        QRect text = box.adjusted(Measures::gap, 0, -Measures::gap, 0);
        QColor const plain = chosen ? c.on_accent : index.data(enabled_role).toBool() ? c.text : c.outline;
        QColor const faint = chosen ? c.on_accent : c.faint;
        auto const draw = [&](QString const& words, QColor const& colour, int side) {
            painter->setPen(colour);
            painter->drawText(text, side | Qt::AlignVCenter, words);
            return option.fontMetrics.horizontalAdvance(words) + 2 * Measures::gap;
        };
        text.setRight(text.right() - draw(index.data(keys_role).toString(), faint, Qt::AlignRight));
        text.setLeft(text.left() + draw(index.data(Qt::DisplayRole).toString(), plain, Qt::AlignLeft));
        draw(index.data(group_role).toString(), faint, Qt::AlignLeft);
        painter->restore();
    }
};

}

CommandPalette::CommandPalette(Actions& actions, QWidget& window)
    : QFrame(&window)
    , m_actions(actions)
    , m_text(new QLineEdit)
    , m_list(new QListView)
    , m_rows(new QStandardItemModel(this))
{
    setProperty("floating", true);
    m_text->setPlaceholderText(tr("What do you want to do?"));
    m_text->setAccessibleName(tr("Find a command"));
    m_list->setModel(m_rows);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Measures::gap, Measures::gap, Measures::gap, Measures::gap);
    column->setSpacing(Measures::gap);
    column->addWidget(m_text);
    column->addWidget(m_list);
    m_text->installEventFilter(this);
    connect(m_text, &QLineEdit::textChanged, this, &CommandPalette::find);
    connect(m_list, &QListView::clicked, this, &CommandPalette::run);
    hide();
}

void CommandPalette::open()
{
    m_before = QApplication::focusWidget();
    m_text->clear();
    find(QString());
    QWidget const* window = parentWidget();
    int const width = std::min(palette_width, window->width() - 4 * Measures::margin);
    int const height = m_text->sizeHint().height() + 3 * Measures::gap + most_rows_shown * row_height;
    setGeometry((window->width() - width) / 2, window->height() / 8, width, std::min(height, window->height() * 3 / 4));
    show();
    raise();
    m_text->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::find(QString const& text)
{
    struct Found {
        int score;
        QAction* action;
    };
    std::vector<Found> found;
    for (QAction* action : m_actions.all()) {
        QString const id = Actions::id(*action);
        if (id == QLatin1String("edit.palette") || !m_actions.is_reachable(id))
            continue;
        QString const title = action->text().remove(QLatin1Char('&'));
        int const score = std::max(
            fuzzy_score(text, title) * 2, fuzzy_score(text, Actions::group_title(Actions::group(*action)) + title));
        if (score > 0)
            found.push_back({ action->isEnabled() ? score : score / 2, action });
    }
    std::ranges::stable_sort(found, std::ranges::greater {}, &Found::score);
    m_rows->clear();
    for (Found const& one : found) {
        auto* row = new QStandardItem(one.action->text().remove(QLatin1Char('&')));
        QString const keys = one.action->shortcut().toString(QKeySequence::NativeText);
        row->setData(Actions::id(*one.action), id_role);
        row->setData(Actions::group_title(Actions::group(*one.action)), group_role);
        row->setData(keys, keys_role);
        row->setData(one.action->isEnabled(), enabled_role);
        row->setData(QStringLiteral("%1 %2").arg(row->text(), keys), Qt::AccessibleTextRole);
        m_rows->appendRow(row);
    }
    m_list->setCurrentIndex(m_rows->index(0, 0));
}

void CommandPalette::run()
{
    QAction* action = m_actions.find(m_list->currentIndex().data(id_role).toString());
    close_and_return();
    if (action)
        action->trigger();
}

void CommandPalette::close_and_return()
{
    hide();
    if (m_before)
        m_before->setFocus(Qt::PopupFocusReason);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut)
        hide();
    if (event->type() == QEvent::ShortcutOverride)
        event->accept();                   // nothing of the window runs while one types here
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape: close_and_return(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: run(); return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: QApplication::sendEvent(m_list, event); return true;
    default: return QFrame::eventFilter(watched, event);
    }
}

}
