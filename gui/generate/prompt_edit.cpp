// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_edit.h"

#include "gui/generate/completion_popup.h"
#include "gui/generate/prompt_highlighter.h"
#include "gui/generate/prompt_weights.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QRegularExpression>
#include <QSignalBlocker>

#include <algorithm>

namespace igneous {

namespace {

constexpr int foot = 22;                             // pixels below the text, for the count

/// A1111's text of a picture, as people copy it from anywhere.
bool holds_settings(QString const& text)
{
    static QRegularExpression const settings(
        QStringLiteral("^Steps: \\d+,.*Sampler: "), QRegularExpression::MultilineOption);
    return settings.match(text).hasMatch();
}

}

PromptEdit::PromptEdit(QString const& name, QString const& placeholder, int lines, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_highlighter(new PromptHighlighter(document()))
    , m_count(label(QString(), Tone::faint))
{
    setPlaceholderText(placeholder);
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
    setAccessibleName(name);
    setViewportMargins(0, 0, 0, foot);
    setMinimumHeight(lines * fontMetrics().lineSpacing() + 18 + foot);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    m_count->setParent(this);
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_count->setAccessibleName(tr("Tokens"));
    connect(this, &QPlainTextEdit::textChanged, this, [this] { Q_EMIT edited(toPlainText()); });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        if (is_open())
            offer_completions();
    });
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
    if (m_popup)
        m_popup->close_list();
}

void PromptEdit::set_history(QStringList history)
{
    m_history = std::move(history);
    m_back = 0;
}

void PromptEdit::set_completions(std::shared_ptr<Completions const> completions)
{
    m_completions = std::move(completions);
    if (is_open())
        offer_completions();
}

void PromptEdit::show_count(std::optional<TokenCount> const& count)
{
    m_count->setText(count ? QStringLiteral("%1 / %2").arg(count->tokens).arg(count->room()) : QString());
    m_count->setToolTip(!count ? QString()
                        : count->chunks == 1
                            ? tr("Tokens of the prompt. The model reads %1 at a time.").arg(count->per_chunk)
                            : tr("Tokens of the prompt. The model reads %1 at a time, so this one in %2 parts; words "
                                 "of different parts know little of one another.")
                                  .arg(count->per_chunk)
                                  .arg(count->chunks));
}

void PromptEdit::set_corner(QWidget* control)
{
    m_corner = control;
    control->setParent(this);
    control->setFixedHeight(foot - 2);
}

void PromptEdit::insert(QString const& text)
{
    insertPlainText(text);
    ensureCursorVisible();
}

bool PromptEdit::is_open() const { return m_popup && m_popup->isVisible(); }

/// Ctrl+Z is the window's: there is one history, and it has the prompt too. What the open list needs is the list's.
bool PromptEdit::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        auto const* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
        bool const arrows = key->key() == Qt::Key_Up || key->key() == Qt::Key_Down;
        bool const ours = (arrows && (key->modifiers() == Qt::ControlModifier || key->modifiers() == Qt::AltModifier))
                          || (is_open() && key->modifiers() == Qt::NoModifier
                              && (arrows || key->key() == Qt::Key_Tab || key->key() == Qt::Key_Escape));
        if (ours) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::KeyPress && take_popup_key(*static_cast<QKeyEvent*>(event)))
        return true;                                 // before Tab changes the focus
    return QPlainTextEdit::event(event);
}

bool PromptEdit::take_popup_key(QKeyEvent const& event)
{
    if (!is_open() || event.modifiers() != Qt::NoModifier)
        return false;
    switch (event.key()) {
    case Qt::Key_Up: m_popup->step(-1); return true;
    case Qt::Key_Down: m_popup->step(1); return true;
    case Qt::Key_Escape: m_popup->close_list(); return true;
    case Qt::Key_Tab:
        if (Completion const* choice = m_popup->best())
            complete(*choice);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (Completion const* choice = m_popup->chosen()) {
            complete(*choice);
            return true;
        }
        m_popup->close_list();
        return false;
    default: return false;
    }
}

void PromptEdit::keyPressEvent(QKeyEvent* event)
{
    bool const up = event->key() == Qt::Key_Up, down = event->key() == Qt::Key_Down;
    if ((up || down) && event->modifiers() == Qt::ControlModifier)
        return change_weight_by(up ? 0.1 : -0.1);
    if ((up || down) && event->modifiers() == Qt::AltModifier)
        return go_through_history(up ? 1 : -1);
    QString const before = toPlainText();
    QPlainTextEdit::keyPressEvent(event);
    if (toPlainText() != before)
        offer_completions();
}

void PromptEdit::offer_completions()
{
    auto const what
        = textCursor().hasSelection() ? std::nullopt : unfinished_at(toPlainText(), textCursor().position());
    if (!what && !m_popup)
        return;
    if (!m_popup) {
        m_popup = new CompletionPopup(*this);
        connect(m_popup, &CompletionPopup::clicked, this, [this](Completion const& choice) { complete(choice); });
        connect(this, &QObject::destroyed, m_popup, &QObject::deleteLater);
    }
    m_popup->offer(m_completions, what);
}

void PromptEdit::complete(Completion const& choice)
{
    Completion const chosen = choice;                // the list it lies in goes
    Finished const done = finished(toPlainText(), textCursor().position(), m_popup->what(), chosen);
    m_popup->close_list();
    QTextCursor cursor = textCursor();
    cursor.select(QTextCursor::Document);
    cursor.insertText(done.text);
    cursor.setPosition(done.cursor);
    setTextCursor(cursor);
    m_popup->close_list();
    if (chosen.kind == Completion::Kind::style)
        Q_EMIT style_chosen(chosen.name);
}

void PromptEdit::focusOutEvent(QFocusEvent* event)
{
    if (m_popup)
        m_popup->close_list();
    QPlainTextEdit::focusOutEvent(event);
}

void PromptEdit::insertFromMimeData(QMimeData const* source)
{
    if (QString const text = source->text(); holds_settings(text))
        Q_EMIT settings_pasted(text);
    else
        insertPlainText(text);
}

void PromptEdit::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        m_highlighter->rehighlight();                // in the colours of the theme
}

void PromptEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    m_count->setGeometry(width() / 2, height() - foot - 1, width() / 2 - Measures::gap, foot - 2);
    if (m_corner)
        m_corner->move(Measures::unit, height() - foot - 1);
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
