// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/generate_panel.h"

#include "gui/generate/advanced_section.h"
#include "gui/generate/choice_row.h"
#include "gui/generate/footer.h"
#include "gui/generate/init_row.h"
#include "gui/generate/prompt_edit.h"
#include "gui/generate/prompt_section.h"
#include "gui/generate/seed_row.h"
#include "gui/generate/size_row.h"
#include "gui/generate/style_editor.h"
#include "gui/theme/theme.h"
#include "gui/widgets/number_row.h"
#include "gui/widgets/section.h"
#include "gui/widgets/vertical_scroll.h"

#include <QComboBox>
#include <QVBoxLayout>

namespace igneous {

GeneratePanel::GeneratePanel(QWidget* parent)
    : QWidget(parent)
    , m_models(new ModelRows)
    , m_prompts(new PromptSection)
    , m_init(new InitRow)
    , m_advanced(new AdvancedSection)
    , m_footer(new GenerateFooter)
{
    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    column->setSpacing(Measures::gap);
    column->addWidget(m_models);
    column->addWidget(m_prompts, 1);
    column->addWidget(m_init);
    column->addWidget(make_settings());
    column->addWidget(m_advanced);

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(new VerticalScroll(body), 1);
    outer->addWidget(m_footer);
    connect_settings();
    connect_parts();
}

QWidget* GeneratePanel::make_settings()
{
    m_size = new SizeRow;
    m_steps = new NumberRow(tr("Steps"), { .least = 1, .most = 1000, .slider_most = 60 });
    m_cfg = new NumberRow(tr("CFG"), { .least = 0, .most = 100, .step = 0.5, .decimals = 1, .slider_most = 20 });
    m_sampler = new ChoiceRow(tr("Sampler"), sampler_choices());
    m_schedule = new ChoiceRow(tr("Schedule"), schedule_choices());
    m_batch = new NumberRow(tr("Pictures"), { .least = 1, .most = 64, .slider_most = 8 });
    m_seed = new SeedRow;
    auto* section = new Section(tr("Settings"));
    for (QWidget* row :
        std::initializer_list<QWidget*> { m_size, m_steps, m_cfg, m_sampler, m_schedule, m_batch, m_seed })
        section->add(row);
    return section;
}

void GeneratePanel::connect_settings()
{
    connect(m_size, &SizeRow::edited, this, [this](QSize size) {
        change(tr("Size"), [&](GenerationRequest& request) {
            request.width = size.width();
            request.height = size.height();
        });
    });
    auto const number = [this](NumberRow* row, QString const& what, auto set) {
        connect(row, &NumberRow::edited, this, [this, what, set](double value) {
            change(what, [&](GenerationRequest& request) { set(request, value); });
        });
    };
    number(m_steps, tr("Steps"), [](auto& request, double value) { request.sampling.steps = static_cast<int>(value); });
    number(m_cfg, tr("CFG"), [](auto& request, double value) { request.sampling.cfg = value; });
    number(m_batch, tr("Pictures"), [](auto& request, double value) { request.batch = static_cast<int>(value); });
    connect(m_sampler, &ChoiceRow::edited, this, [this](std::string const& id) {
        change(tr("Sampler"), [&](GenerationRequest& request) { request.sampling.sampler = id; });
    });
    connect(m_schedule, &ChoiceRow::edited, this, [this](std::string const& id) {
        change(tr("Schedule"), [&](GenerationRequest& request) { request.sampling.schedule = id; });
    });
    connect(m_seed, &SeedRow::edited, this,
        [this](quint64 seed) { change(tr("Seed"), [&](GenerationRequest& request) { request.seed = seed; }); });
    connect(m_advanced, &AdvancedSection::edited, this, &GeneratePanel::change);
}

void GeneratePanel::connect_parts()
{
    connect(m_models, &ModelRows::model_edited, this, &GeneratePanel::use_model);
    connect(m_models, &ModelRows::vae_edited, this, [this](QString const& path) {
        change(tr("VAE"), [&](GenerationRequest& request) { request.vae = path.toStdString(); });
    });
    connect(m_prompts, &PromptSection::edited, this, &GeneratePanel::change);
    connect(m_prompts, &PromptSection::settings_pasted, this, &GeneratePanel::settings_pasted);
    connect(m_prompts, &PromptSection::style_edit_asked, this, &GeneratePanel::open_style_editor);
    connect(m_init, &InitRow::file_chosen, this, &GeneratePanel::init_file_chosen);
    connect(m_init, &InitRow::picture_dropped, this, &GeneratePanel::init_picture_dropped);
    connect(m_init, &InitRow::last_asked, this, &GeneratePanel::init_last_asked);
    connect(m_init, &InitRow::cleared, this, &GeneratePanel::init_cleared);
    connect(m_footer, &GenerateFooter::generate_asked, this, [this] { Q_EMIT generate_asked(false); });
    connect(m_footer, &GenerateFooter::cancel_asked, this, &GeneratePanel::cancel_asked);
    connect(m_footer, &GenerateFooter::fix_asked, this, &GeneratePanel::fix_asked);
}

/// What the artist left as the model before has it becomes what this one has.
void GeneratePanel::use_model(QString const& path)
{
    ModelChoice const* before = m_models->find(QString::fromStdString(m_request.model));
    ModelChoice const* now = m_models->find(path);
    UsualSettings const old = before ? before->usual : UsualSettings(), usual = now ? now->usual : old;
    change(tr("Model"), [&](GenerationRequest& request) {
        request.model = path.toStdString();
        request.model_hash.clear();
        if (request.width == old.width && request.height == old.height) {
            request.width = usual.width;
            request.height = usual.height;
        }
        if (request.sampling.steps == old.steps)
            request.sampling.steps = usual.steps;
        if (request.sampling.cfg == old.cfg)
            request.sampling.cfg = usual.cfg;
    });
}

void GeneratePanel::change(QString const& what, std::function<void(GenerationRequest&)> const& change)
{
    change(m_request);
    Q_EMIT edited(GenerationRequest(m_request), what);     // whoever hears it may show another
}

void GeneratePanel::show_request(GenerationRequest const& request)
{
    m_request = request;
    m_models->show_choice(QString::fromStdString(request.model), QString::fromStdString(request.vae));
    m_size->set_best_side(best_side());
    m_prompts->show_request(request);
    if (request.width > 0 && request.height > 0)
        m_size->set_size(QSize(request.width, request.height));
    m_steps->set_value(request.sampling.steps);
    m_cfg->set_value(request.sampling.cfg);
    m_sampler->set_chosen(request.sampling.sampler);
    m_schedule->set_chosen(request.sampling.schedule);
    m_batch->set_value(request.batch);
    m_seed->set_seed(request.seed);
    m_advanced->show_request(request);
}

void GeneratePanel::set_models(std::vector<ModelChoice> models)
{
    m_models->set_models(std::move(models));
    m_size->set_best_side(best_side());
}

void GeneratePanel::set_styles(std::vector<Style> styles)
{
    m_styles = std::move(styles);
    m_prompts->set_styles(m_styles);
}

void GeneratePanel::open_style_editor()
{
    auto* editor = new StyleEditor(m_styles, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &QDialog::accepted, this, [this, editor] { Q_EMIT styles_edited(editor->styles()); });
    editor->open();
}

void GeneratePanel::next_seed()
{
    if (!m_seed->locked())
        m_seed->throw_dice();
}

void GeneratePanel::set_completions(std::shared_ptr<Completions const> completions)
{
    m_prompts->set_completions(std::move(completions));
}

void GeneratePanel::set_token_counter(std::shared_ptr<TokenCounter const> counter)
{
    m_prompts->set_token_counter(std::move(counter));
}

int GeneratePanel::best_side() const
{
    ModelChoice const* model = m_models->model();
    return model ? model->best_side : ModelChoice().best_side;
}

void GeneratePanel::set_vaes(std::vector<VaeChoice> const& vaes) { m_models->set_vaes(vaes); }
void GeneratePanel::set_prompt_history(QStringList const& history) { m_prompts->set_history(history); }
void GeneratePanel::set_lora_notes(QHash<QString, LoraNote> const& notes) { m_prompts->set_lora_notes(notes); }
void GeneratePanel::set_seed_locked(bool locked) { m_seed->set_locked(locked); }
bool GeneratePanel::seed_locked() const { return m_seed->locked(); }
void GeneratePanel::throw_dice() { m_seed->throw_dice(); }
void GeneratePanel::show_init(QImage const& thumbnail, QSize size) { m_init->show_picture(thumbnail, size); }
void GeneratePanel::set_last_there(bool there) { m_init->set_last_there(there); }
void GeneratePanel::show_plan(GenerationPlan const& plan, SafetyMeasures const& measures)
{
    m_footer->show_plan(plan, measures);
}
void GeneratePanel::show_problem(QString const& problem) { m_footer->show_problem(problem); }
void GeneratePanel::offer_fix(QString const& words) { m_footer->offer_fix(words); }
void GeneratePanel::set_running(bool running) { m_footer->set_running(running); }
void GeneratePanel::focus_prompt() { m_prompts->prompt().setFocus(); }
void GeneratePanel::focus_negative() { m_prompts->negative().setFocus(); }
void GeneratePanel::open_history() { m_prompts->open_history(); }
void GeneratePanel::swap_sides() { m_size->swap_sides(); }
void GeneratePanel::add_to_footer(QWidget* rows) { m_footer->add_rows(rows); }
void GeneratePanel::put_beside_generate(QWidget* control) { m_footer->put_beside_generate(control); }
void GeneratePanel::name_generate(QString const& name) { m_footer->name_generate(name); }

}
