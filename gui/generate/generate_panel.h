// SPDX-License-Identifier: Apache-2.0
#pragma once

// The request as an artist edits it. It shows the session's request and says what was changed; it keeps nothing itself.

#include "app/styles/style.h"
#include "gui/generate/completion.h"
#include "gui/generate/model_rows.h"
#include "models/api/generator.h"
#include "models/api/tokens.h"

#include <QWidget>

#include <vector>

namespace igneous {

class AdvancedSection;
class ChoiceRow;
class GenerateFooter;
class InitRow;
class NumberRow;
class PromptSection;
class SeedRow;
class SizeRow;
struct LoraNote;

class GeneratePanel : public QWidget {
    Q_OBJECT

public:
    explicit GeneratePanel(QWidget* parent = nullptr);

    /// Shows the request without emitting. Fields that are not shown are kept as they are.
    void show_request(GenerationRequest const& request);
    GenerationRequest const& request() const { return m_request; }

    // What there is to choose from.
    void set_models(std::vector<ModelChoice> models);
    void set_vaes(std::vector<VaeChoice> const& vaes);
    void set_completions(std::shared_ptr<Completions const> completions);
    void set_styles(std::vector<Style> styles);
    std::vector<Style> const& styles() const { return m_styles; }
    void set_prompt_history(QStringList const& history); // the newest last
    /// Null: tokens are not counted.
    void set_token_counter(std::shared_ptr<TokenCounter const> counter);
    /// How LoRAs go with the model, by name.
    void set_lora_notes(QHash<QString, LoraNote> const& notes);

    /// The seed for the next picture: a new one unless it is locked.
    void next_seed();
    void set_seed_locked(bool locked);
    bool seed_locked() const;
    void throw_dice();
    /// The picture to start from, small; null: none.
    void show_init(QImage const& thumbnail, QSize size);
    /// Whether there is a last picture to start from.
    void set_last_there(bool there);
    /// Beside the button: what the request will take, or why it will not run.
    /// `measures`: what it fits with, if it fits.
    void show_plan(GenerationPlan const& plan, SafetyMeasures const& measures = {});
    void show_problem(QString const& problem);
    /// What would fit where this does not, in words; empty: nothing to offer.
    void offer_fix(QString const& words);
    /// Whether something runs: the cancel button is there then.
    void set_running(bool running);
    void focus_prompt();
    void focus_negative();
    void open_history();
    void open_style_editor();
    void swap_sides();
    /// Rows above the button, a control at its right, and what the button reads: for what works on the canvas.
    void add_to_footer(QWidget* rows);
    void put_beside_generate(QWidget* control);
    void name_generate(QString const& name);
    /// Of the chosen model: pixels of the squares it was trained on.
    int best_side() const;

Q_SIGNALS:
    /// By the artist's hand; `what` names it for the history: "Prompt", "Steps".
    void edited(GenerationRequest const& request, QString const& what);
    void generate_asked(bool front);
    void cancel_asked();
    void fix_asked();
    /// A1111's text was pasted into a prompt.
    void settings_pasted(QString const& text);
    /// All of them, after the artist edited the list.
    void styles_edited(std::vector<igneous::Style> const& styles);
    void init_file_chosen(QString const& path);
    void init_picture_dropped(QImage const& picture);
    void init_last_asked();
    void init_cleared();

private:
    QWidget* make_settings();
    void connect_settings();
    void connect_parts();
    void use_model(QString const& path);
    void change(QString const& what, std::function<void(GenerationRequest&)> const& change);

    GenerationRequest m_request;
    std::vector<Style> m_styles;
    ModelRows* m_models;
    PromptSection* m_prompts;
    InitRow* m_init;
    SizeRow* m_size;
    NumberRow* m_steps;
    NumberRow* m_cfg;
    ChoiceRow* m_sampler;
    ChoiceRow* m_schedule;
    NumberRow* m_batch;
    SeedRow* m_seed;
    AdvancedSection* m_advanced;
    GenerateFooter* m_footer;
};

}
