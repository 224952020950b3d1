// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/breakable_label.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>

namespace igneous {

namespace {

constexpr QChar mark(0x200b);              // a space without width

}

BreakableLabel::BreakableLabel(QWidget* parent)
    : QLabel(parent)
{
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
}

void BreakableLabel::set_text(QString text) { setText(text.replace(QLatin1Char('_'), QLatin1Char('_') + QString(mark))); }

QString BreakableLabel::selected() const
{
    QString text = selectedText().remove(mark);
    for (QChar::SpecialCharacter line : { QChar::ParagraphSeparator, QChar::LineSeparator })
        text.replace(line, QLatin1Char('\n'));
    return text;
}

void BreakableLabel::copy() const { QGuiApplication::clipboard()->setText(selected()); }

/// What the middle button pastes.
void BreakableLabel::clean_selection() const
{
    QClipboard* const clipboard = QGuiApplication::clipboard();
    if (clipboard->ownsSelection() && hasSelectedText())
        clipboard->setText(selected(), QClipboard::Selection);
}

void BreakableLabel::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    QLabel::keyPressEvent(event);
    clean_selection();
}

void BreakableLabel::mouseReleaseEvent(QMouseEvent* event)
{
    QLabel::mouseReleaseEvent(event);
    clean_selection();
}

void BreakableLabel::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this, [this] { copy(); })->setEnabled(hasSelectedText());
    menu->addAction(tr("Select all"), this, [this] { setSelection(0, static_cast<int>(text().size())); });
    menu->popup(event->globalPos());
}

}
