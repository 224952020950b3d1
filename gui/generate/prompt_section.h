// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words of a request: prompt and negative prompt with their tokens, styles around them, LoRAs of their tags.

#include "app/styles/style.h"
#include "gui/generate/completion.h"
#include "models/api/tokens.h"

#include <QStringList>
#include <QWidget>

#include <functional>

namespace igneous {

class LoraStrip;
class PromptEdit;
class SearchPopup;
class StyleRow;
struct LoraNote;

class PromptSection : public QWidget {
    Q_OBJECT

public:
    explicit PromptSection(QWidget* parent = nullptr);
    /// Does not emit.
    void show_request(GenerationRequest const& request);
    void set_history(QStringList history);         // the newest last
    void set_completions(std::shared_ptr<Completions const> completions);
    void set_styles(std::vector<Style> styles);
    /// Null: tokens are not counted.
    void set_token_counter(std::shared_ptr<TokenCounter const> counter);
    void set_lora_notes(QHash<QString, LoraNote> const& notes);
    PromptEdit& prompt() { return *m_prompt; }
    PromptEdit& negative() { return *m_negative; }
    void open_history();

Q_SIGNALS:
    /// By the artist's hand; `what` for the history.
    void edited(QString const& what, std::function<void(GenerationRequest&)> const& change);
    void settings_pasted(QString const& text);
    void style_edit_asked();

private:
    void connect_words();
    void connect_styles_and_loras();
    void write_prompt(QString const& what, QString const& text);
    void count();

    GenerationRequest m_request;                   // as shown
    std::shared_ptr<Completions const> m_completions;
    std::shared_ptr<TokenCounter const> m_counter;
    std::vector<Style> m_known_styles;
    QStringList m_history;
    PromptEdit* m_prompt;
    PromptEdit* m_negative;
    StyleRow* m_styles;
    LoraStrip* m_loras;
    SearchPopup* m_earlier;
    int m_asked = 0;                               // of counts of long prompts: only the last answer is shown
};

}
