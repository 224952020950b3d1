// SPDX-License-Identifier: Apache-2.0
#pragma once

// The request as an artist edits it. It shows the session's request and says what was changed; it keeps nothing itself.

#include "models/api/generator.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace igneous {

class NumberRow;
class PromptEdit;
class Section;
class SeedRow;
class SizeRow;

/// A model that can be chosen.
struct ModelChoice {
    QString name;
    QString path;
    int best_side = 512;                   // pixels of the squares it was trained on
};

class GeneratePanel : public QWidget {
    Q_OBJECT

public:
    explicit GeneratePanel(QWidget* parent = nullptr);

    void set_models(std::vector<ModelChoice> models);
    /// Shows the request without emitting. Fields that are not shown are kept as they are.
    void show_request(GenerationRequest const& request);
    GenerationRequest const& request() const { return m_request; }
    /// The seed for the next picture: a new one unless it is locked.
    void next_seed();
    void set_prompt_history(QStringList const& history);
    /// Beside the button: what the request will take, or why it will not run.
    void show_plan(GenerationPlan const& plan);
    void show_problem(QString const& problem);
    /// Whether something runs: the cancel button is there then.
    void set_running(bool running);
    void focus_prompt();
    /// Rows above the button, a control at its right, and what the button reads: for what works on the canvas.
    void add_to_footer(QWidget* rows);
    void put_beside_generate(QWidget* control);
    void name_generate(QString const& name);
    /// Of the chosen model: pixels of the squares it was trained on.
    int best_side() const;

Q_SIGNALS:
    /// By the artist's hand; `what` names it for the history: "prompt", "steps".
    void edited(GenerationRequest const& request, QString const& what);
    void generate_asked(bool front);
    void cancel_asked();

private:
    QWidget* make_prompts();
    QWidget* make_settings();
    QWidget* make_footer();
    void change(QString const& what, std::function<void(GenerationRequest&)> const& change);

    GenerationRequest m_request;
    std::vector<ModelChoice> m_models;
    QComboBox* m_model;
    PromptEdit* m_prompt;
    PromptEdit* m_negative;
    SizeRow* m_size;
    NumberRow* m_steps;
    NumberRow* m_cfg;
    QComboBox* m_sampler;
    QComboBox* m_schedule;
    NumberRow* m_batch;
    SeedRow* m_seed;
    QVBoxLayout* m_footer;
    QHBoxLayout* m_buttons;
    QPushButton* m_generate;
    QPushButton* m_cancel;
    QLabel* m_estimate;
};

}
