// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a prompt is written: colours, Ctrl+Up and Ctrl+Down for weight, Alt+Up and Alt+Down for what was written
// before, names that finish themselves, and in the corner how many tokens it has.

#include "gui/generate/completion.h"
#include "models/api/tokens.h"

#include <QPlainTextEdit>
#include <QPointer>
#include <QStringList>

class QLabel;

namespace igneous {

class CompletionPopup;
class PromptHighlighter;

class PromptEdit : public QPlainTextEdit {
    Q_OBJECT

public:
    PromptEdit(QString const& name, QString const& placeholder, int lines, QWidget* parent = nullptr);
    /// Keeps the cursor where it can; does not emit edited(). Not on the field's own undo: the session's history has
    /// it.
    void set_text(QString const& text);
    /// What Alt+Up goes back through, the newest last.
    void set_history(QStringList history);
    void set_completions(std::shared_ptr<Completions const> completions);
    /// "81 / 150"; nothing where the tokenizer is not known.
    void show_count(std::optional<TokenCount> const& count);
    /// A control for the corner at the left.
    void set_corner(QWidget* control);
    /// As typed over what is chosen.
    void insert(QString const& text);

Q_SIGNALS:
    void edited(QString const& text);
    /// The artist chose the style by writing its name, which is not in the text any more.
    void style_chosen(QString const& name);
    /// What was to be pasted holds the settings of a picture; it was not pasted.
    void settings_pasted(QString const& text);

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void insertFromMimeData(QMimeData const* source) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    bool is_open() const;
    bool take_popup_key(QKeyEvent const& event);
    void offer_completions();
    void complete(Completion const& choice);
    void change_weight_by(double step);
    void go_through_history(int direction);

    PromptHighlighter* m_highlighter;
    QPointer<CompletionPopup> m_popup; // made when it first opens; stands in the window
    std::shared_ptr<Completions const> m_completions;
    QLabel* m_count;
    QWidget* m_corner = nullptr;
    QStringList m_history;
    QString m_written; // what stood there before going back
    int m_back = 0; // steps back in history
};

}
