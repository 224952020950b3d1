// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/generate_panel.h"

#include "gui/generate/prompt_edit.h"
#include "gui/generate/seed_row.h"
#include "gui/generate/size_row.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/number_row.h"
#include "gui/widgets/section.h"
#include "models/api/choices.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace igneous {

namespace {

QWidget* named_row(QString const& name, QComboBox* choices)
{
    auto* row = new QWidget;
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(Measures::gap);
    auto* title = label(name, Tone::faint);
    title->setFixedWidth(76);
    title->setBuddy(choices);
    name_control(*choices, name);
    choices->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choices->setMinimumContentsLength(8);
    line->addWidget(title);
    line->addWidget(choices, 1);
    return row;
}

QComboBox* choice_box(std::vector<Choice> const& choices)
{
    auto* box = new QComboBox;
    for (Choice const& choice : choices)
        box->addItem(QString::fromStdString(choice.shown), QString::fromStdString(choice.id));
    return box;
}

/// Shows `id`, also one that is not offered: a recipe of another program may name it.
void choose(QComboBox& box, std::string const& id)
{
    QString const wanted = QString::fromStdString(id);
    int index = box.findData(wanted);
    if (index < 0) {
        box.addItem(wanted, wanted);
        index = box.count() - 1;
    }
    box.setCurrentIndex(index);
}

QString time_text(double seconds)
{
    if (seconds < 1)
        return GeneratePanel::tr("under a second");
    if (seconds < 90)
        return GeneratePanel::tr("%1 s").arg(qRound(seconds));
    return GeneratePanel::tr("%1 min").arg(qRound(seconds / 60));
}

}

GeneratePanel::GeneratePanel(QWidget* parent)
    : QWidget(parent)
{
    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(Measures::margin, Measures::margin, Measures::margin, Measures::margin);
    column->setSpacing(Measures::gap);
    m_model = new QComboBox;
    column->addWidget(named_row(tr("Model"), m_model));
    column->addWidget(make_prompts(), 1);
    column->addWidget(make_settings());

    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(scroll, 1);
    outer->addWidget(make_footer());
    setMinimumWidth(320);

    connect(m_model, &QComboBox::activated, this, [this](int index) {
        ModelChoice const& model = m_models[static_cast<std::size_t>(index)];
        change(tr("model"), [&](GenerationRequest& request) {
            request.model = model.path.toStdString();
            request.model_hash.clear();
        });
        m_size->set_best_side(model.best_side);
    });
}

QWidget* GeneratePanel::make_prompts()
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    m_prompt = new PromptEdit(tr("Prompt"), tr("What should be in the picture"), 5);
    m_negative = new PromptEdit(tr("Negative prompt"), tr("What should not be in it"), 2);
    column->addWidget(m_prompt, 3);
    column->addWidget(m_negative, 1);
    connect(m_prompt, &PromptEdit::edited, this, [this](QString const& text) {
        change(tr("prompt"), [&](auto& request) { request.prompt = text.toStdString(); });
    });
    connect(m_negative, &PromptEdit::edited, this, [this](QString const& text) {
        change(tr("negative prompt"), [&](auto& request) { request.negative_prompt = text.toStdString(); });
    });
    return box;
}

QWidget* GeneratePanel::make_settings()
{
    m_size = new SizeRow;
    m_steps = new NumberRow(tr("Steps"), { .least = 1, .most = 1000, .slider_most = 60 });
    m_cfg = new NumberRow(tr("CFG"), { .least = 1, .most = 30, .step = 0.5, .decimals = 1, .slider_most = 20 });
    m_sampler = choice_box(sampler_choices());
    m_schedule = choice_box(schedule_choices());
    m_batch = new NumberRow(tr("Pictures"), { .least = 1, .most = 64, .slider_most = 8 });
    m_seed = new SeedRow;

    auto* section = new Section(tr("Settings"));
    for (QWidget* row : std::initializer_list<QWidget*> { m_size, m_steps, m_cfg,
             named_row(tr("Sampler"), m_sampler), named_row(tr("Schedule"), m_schedule), m_batch, m_seed })
        section->add(row);

    connect(m_size, &SizeRow::edited, this, [this](QSize size) {
        change(tr("size"), [&](GenerationRequest& request) {
            request.width = size.width();
            request.height = size.height();
        });
    });
    auto const number = [this](NumberRow* row, QString const& what, auto set) {
        connect(row, &NumberRow::edited, this, [this, what, set](double value) {
            change(what, [&](GenerationRequest& request) { set(request, value); });
        });
    };
    number(m_steps, tr("steps"), [](auto& request, double value) { request.sampling.steps = static_cast<int>(value); });
    number(m_cfg, tr("CFG"), [](auto& request, double value) { request.sampling.cfg = value; });
    number(m_batch, tr("pictures"), [](auto& request, double value) { request.batch = static_cast<int>(value); });
    auto const chosen = [this](QComboBox* box, QString const& what, auto set) {
        connect(box, &QComboBox::activated, this, [this, box, what, set] {
            change(
                what, [&](GenerationRequest& request) { set(request, box->currentData().toString().toStdString()); });
        });
    };
    chosen(m_sampler, tr("sampler"), [](auto& request, std::string id) { request.sampling.sampler = std::move(id); });
    chosen(
        m_schedule, tr("schedule"), [](auto& request, std::string id) { request.sampling.schedule = std::move(id); });
    connect(m_seed, &SeedRow::edited, this,
        [this](quint64 seed) { change(tr("seed"), [&](GenerationRequest& request) { request.seed = seed; }); });
    return section;
}

QWidget* GeneratePanel::make_footer()
{
    auto* footer = new QWidget;
    m_footer = new QVBoxLayout(footer);
    m_footer->setContentsMargins(Measures::margin, Measures::gap, Measures::margin, Measures::margin);
    m_footer->setSpacing(Measures::gap);
    m_estimate = label(QString(), Tone::faint);
    m_estimate->setWordWrap(true);
    m_estimate->setAccessibleName(tr("What it will take"));
    m_generate = primary_button(tr("Generate"));
    m_generate->setToolTip(tr("Ctrl+Enter; with Shift to the front of the queue"));
    m_cancel = new QPushButton(tr("Cancel"));
    name_control(*m_cancel, tr("Cancel the picture that is being made"));
    m_cancel->hide();
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(Measures::gap);
    m_buttons->addWidget(m_generate, 1);
    m_buttons->addWidget(m_cancel);
    m_footer->addWidget(m_estimate);
    m_footer->addLayout(m_buttons);
    connect(m_generate, &QPushButton::clicked, this, [this] { Q_EMIT generate_asked(false); });
    connect(m_cancel, &QPushButton::clicked, this, &GeneratePanel::cancel_asked);
    return footer;
}

void GeneratePanel::change(QString const& what, std::function<void(GenerationRequest&)> const& change)
{
    change(m_request);
    Q_EMIT edited(m_request, what);
}

void GeneratePanel::set_models(std::vector<ModelChoice> models)
{
    m_models = std::move(models);
    m_model->clear();
    for (ModelChoice const& model : m_models)
        m_model->addItem(model.name, model.path);
    show_request(m_request);
}

void GeneratePanel::show_request(GenerationRequest const& request)
{
    m_request = request;
    int const model = m_model->findData(QString::fromStdString(request.model));
    m_model->setCurrentIndex(model);
    if (model >= 0)
        m_size->set_best_side(m_models[static_cast<std::size_t>(model)].best_side);
    m_prompt->set_text(QString::fromStdString(request.prompt));
    m_negative->set_text(QString::fromStdString(request.negative_prompt));
    if (request.width > 0 && request.height > 0)
        m_size->set_size(QSize(request.width, request.height));
    m_steps->set_value(request.sampling.steps);
    m_cfg->set_value(request.sampling.cfg);
    choose(*m_sampler, request.sampling.sampler);
    choose(*m_schedule, request.sampling.schedule);
    m_batch->set_value(request.batch);
    m_seed->set_seed(request.seed);
}

void GeneratePanel::next_seed()
{
    if (!m_seed->locked())
        m_seed->throw_dice();
}

void GeneratePanel::set_prompt_history(QStringList const& history) { m_prompt->set_history(history); }

void GeneratePanel::show_plan(GenerationPlan const& plan)
{
    set_tone(*m_estimate, plan.fits() ? Tone::faint : Tone::danger);
    QString const memory = QLocale().formattedDataSize(static_cast<qint64>(plan.total_bytes), 1);
    m_estimate->setText(!plan.fits()
                            ? tr("Needs %1, which does not fit: ask for a smaller size or fewer pictures").arg(memory)
                        : plan.seconds > 0 ? tr("%1 of memory, %2").arg(memory, time_text(plan.seconds))
                                           : tr("%1 of memory").arg(memory));
}

void GeneratePanel::show_problem(QString const& problem)
{
    set_tone(*m_estimate, Tone::danger);
    m_estimate->setText(problem);
}

void GeneratePanel::set_running(bool running) { m_cancel->setVisible(running); }
void GeneratePanel::focus_prompt() { m_prompt->setFocus(); }
void GeneratePanel::add_to_footer(QWidget* rows) { m_footer->insertWidget(0, rows); }
void GeneratePanel::put_beside_generate(QWidget* control) { m_buttons->insertWidget(1, control); }

void GeneratePanel::name_generate(QString const& name)
{
    m_generate->setText(name);
    m_generate->setAccessibleName(name);
}

int GeneratePanel::best_side() const
{
    int const model = m_model->currentIndex();
    return model < 0 ? ModelChoice().best_side : m_models[static_cast<std::size_t>(model)].best_side;
}

}
