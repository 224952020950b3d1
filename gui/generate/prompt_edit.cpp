// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_edit.h"

#include "gui/generate/prompt_highlighter.h"
#include "gui/generate/prompt_weights.h"
#include "gui/widgets/labels.h"

#include <QKeyEvent>
#include <QSignalBlocker>

#include <algorithm>

namespace igneous {

PromptEdit::PromptEdit(QString const& name, QString const& placeholder, int lines, QWidget* parent)
    : QPlainTextEdit(parent)
{
    setPlaceholderText(placeholder);
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
    setAccessibleName(name);
    setMinimumHeight(lines * fontMetrics().lineSpacing() + 18);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    new PromptHighlighter(document());
    connect(this, &QPlainTextEdit::textChanged, this, [this] { Q_EMIT edited(toPlainText()); });
}

void PromptEdit::set_text(QString const& text)
{
    if (text == toPlainText())
        return;
    QSignalBlocker const quiet(this);
    int const at = textCursor().position();
    setPlainText(text);
    QTextCursor cursor = textCursor();
    cursor.setPosition(std::min(at, static_cast<int>(text.size())));
    setTextCursor(cursor);
}

void PromptEdit::set_history(QStringList history)
{
    m_history = std::move(history);
    m_back = 0;
}

/// Ctrl+Z is the window's: there is one history, and it has the prompt too.
bool PromptEdit::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        auto const* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

void PromptEdit::keyPressEvent(QKeyEvent* event)
{
    bool const up = event->key() == Qt::Key_Up, down = event->key() == Qt::Key_Down;
    if ((up || down) && event->modifiers() == Qt::ControlModifier)
        return change_weight_by(up ? 0.1 : -0.1);
    if ((up || down) && event->modifiers() == Qt::AltModifier)
        return go_through_history(up ? 1 : -1);
    QPlainTextEdit::keyPressEvent(event);
}

void PromptEdit::change_weight_by(double step)
{
    QTextCursor cursor = textCursor();
    QString const before = toPlainText();
    WeightedText const after = change_weight(before, cursor.selectionStart(), cursor.selectionEnd(), step);
    if (after.text != before) {
        cursor.select(QTextCursor::Document);
        cursor.insertText(after.text);
    }
    cursor.setPosition(after.begin);
    cursor.setPosition(after.end, QTextCursor::KeepAnchor);
    setTextCursor(cursor);
}

void PromptEdit::go_through_history(int direction)
{
    int const back = std::clamp(m_back + direction, 0, static_cast<int>(m_history.size()));
    if (back == m_back)
        return;
    if (m_back == 0)
        m_written = toPlainText();
    m_back = back;
    QString const text = back == 0 ? m_written : m_history[m_history.size() - back];
    setPlainText(text);
    moveCursor(QTextCursor::End);
}

}
