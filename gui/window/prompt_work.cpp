// SPDX-License-Identifier: Apache-2.0
#include "gui/window/prompt_work.h"

#include "app/files/places.h"
#include "app/recipes/recipe.h"
#include "app/recipes/write_recipe.h"
#include "app/session/session.h"
#include "app/styles/style_file.h"
#include "gui/actions/actions.h"
#include "gui/generate/generate_panel.h"
#include "gui/studio/background.h"
#include "gui/studio/studio.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QMenu>
#include <QPointer>

#include <algorithm>

namespace igneous {

using namespace std::chrono_literals;

namespace {

std::vector<Style> shipped_styles()
{
    QFile file(QStringLiteral(":/styles/styles.json"));
    bool const open = file.open(QIODevice::ReadOnly);
    return open ? styles_from_json(file.readAll().toStdString()) : std::vector<Style>();
}

}

PromptWork::PromptWork(Parts const& parts, std::filesystem::path starter, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_panel(parts.window.generate_panel())
    , m_starter(std::move(starter))
{
    make_actions();
    m_choices_soon.setSingleShot(true);
    m_choices_soon.setInterval(200ms);
    connect(&m_choices_soon, &QTimer::timeout, this, &PromptWork::read_library);
    read_library();
    connect_styles();
    connect_fit();
    // Typing is one step; after a pause, or in another field, it is the next.
    m_pause.setSingleShot(true);
    m_pause.setInterval(1200ms);
    connect(&m_panel, &GeneratePanel::edited, &m_pause, qOverload<>(&QTimer::start));
    connect(&m_pause, &QTimer::timeout, this, [this] { m_parts.session.stop_merging(); });
    auto const follow = [this] {
        std::string const& model = m_parts.session.workspace().request.model;
        count_tokens_of(model);
        if (model != m_read_for && std::ranges::find(m_choices.models, QString::fromStdString(model), &ModelChoice::path)
                                       == m_choices.models.end())
            refresh_choices();             // a recipe's, say: what it is at its best with is not known yet
    };
    connect(&m_parts.session, &Session::request_changed, this, follow);
    follow();
}

void PromptWork::make_actions()
{
    Actions& actions = m_parts.actions;
    QString const group = QStringLiteral("Generate");
    QMenu* menu = actions.menu(group);
    menu->addSeparator();
    auto const add = [&](char const* id, QString const& title, QKeySequence const& keys, auto const& done) {
        QAction* action = actions.add(QString::fromLatin1(id), title, group, keys);
        menu->addAction(action);
        connect(action, &QAction::triggered, this, done);
    };
    GeneratePanel* panel = &m_panel;
    auto const to_front = [this] { m_parts.window.raise_panel(QStringLiteral("generate")); };
    add("prompt.focus", tr("Write the prompt"), Qt::CTRL | Qt::Key_P, [=] { to_front(), panel->focus_prompt(); });
    add("prompt.negative", tr("Write the negative prompt"), Qt::CTRL | Qt::ALT | Qt::Key_N,
        [=] { to_front(), panel->focus_negative(); });
    add("prompt.history", tr("Earlier prompts…"), Qt::CTRL | Qt::Key_H, [=] { to_front(), panel->open_history(); });
    add("prompt.styles", tr("Edit styles…"), {}, [=] { panel->open_style_editor(); });
    menu->addSeparator();
    add("prompt.new_seed", tr("New seed"), Qt::CTRL | Qt::SHIFT | Qt::Key_R, [=] { panel->throw_dice(); });
    add("prompt.lock_seed", tr("Keep the seed"), Qt::CTRL | Qt::SHIFT | Qt::Key_L,
        [=] { panel->set_seed_locked(!panel->seed_locked()); });
    add("prompt.swap_size", tr("Swap width and height"), {}, [=] { panel->swap_sides(); });
    menu->addSeparator();
    add("prompt.copy_settings", tr("Copy settings"), Qt::CTRL | Qt::ALT | Qt::Key_C, [this] { copy_settings(); });
    add("prompt.paste_settings", tr("Paste settings"), Qt::CTRL | Qt::ALT | Qt::Key_V,
        [this] { paste_settings(QApplication::clipboard()->text()); });
    connect(panel, &GeneratePanel::settings_pasted, this, &PromptWork::paste_settings);
}

// ---- What there is to choose from ----

void PromptWork::refresh_choices()
{
    if (!m_choices_soon.isActive())
        m_choices_soon.start();
}

void PromptWork::read_library()
{
    std::string const& model = m_parts.session.workspace().request.model;
    auto const read = [library = m_parts.studio.data_folder() / "library.db", starter = m_starter,
                          in_use = path_from_utf8(m_read_for = model)] {
        try {
            return read_choices(library, starter, in_use);
        } catch (Error const&) {                     // the library itself says what is wrong with it
            return PromptChoices();
        }
    };
    in_background(this, read, [this](PromptChoices choices) { show_choices(std::move(choices)); });
}

void PromptWork::show_choices(PromptChoices choices)
{
    m_choices = std::move(choices);
    m_panel.set_models(m_choices.models);
    m_panel.set_vaes(m_choices.vaes);
    show_names();
}

void PromptWork::show_names()
{
    auto names = std::make_shared<Completions>(m_choices.names);
    for (Style const& style : m_panel.styles())
        names->push_back({ Completion::Kind::style, QString::fromStdString(style.name), tr("style") });
    m_panel.set_completions(std::move(names));
}

/// Loading a tokenizer takes longer than a frame.
void PromptWork::count_tokens_of(std::string const& model)
{
    if (model == m_counted_model)
        return;
    m_counted_model = model;
    auto const load = [model]() -> std::shared_ptr<TokenCounter const> {
        try {
            return TokenCounter::load(path_from_utf8(model), clip_vocabulary());
        } catch (Error const&) {                     // nothing to count with: the plan says what is wrong
            return nullptr;
        }
    };
    in_background(this, load, [this, model](std::shared_ptr<TokenCounter const> counter) {
        if (model == m_counted_model)
            m_panel.set_token_counter(std::move(counter));
    });
}

// ---- Styles ----

std::filesystem::path PromptWork::styles_file() const { return m_parts.studio.data_folder() / "styles.json"; }

void PromptWork::connect_styles()
{
    show_styles(shipped_styles());
    connect(&m_panel, &GeneratePanel::styles_edited, this, &PromptWork::edit_styles);
    in_background(
        this, [file = styles_file()] { return read_styles(file, shipped_styles()); },
        [this](ReadStyles read) {
            show_styles(std::move(read.styles));
            if (!read.notice.empty())
                m_parts.window.notices().tell(QString::fromStdString(read.notice));
        });
}

void PromptWork::show_styles(std::vector<Style> styles)
{
    m_parts.studio.set_styles(styles);
    m_panel.set_styles(std::move(styles));
    show_names();
}

void PromptWork::edit_styles(std::vector<Style> const& styles)
{
    auto const use = [self = QPointer(this)](std::vector<Style> const& which) {
        if (!self)
            return;
        self->show_styles(which);
        self->m_parts.studio.post([file = self->styles_file(), which](Services&) { write_styles(file, which); });
    };
    std::vector<Style> const before = m_panel.styles();
    if (styles != before)
        m_parts.session.push(outside(tr("Edit styles").toStdString(), [=] { use(styles); }, [=] { use(before); }));
}

// ---- What fits ----

void PromptWork::connect_fit()
{
    Studio* studio = &m_parts.studio;
    connect(studio, &Studio::planned, this, [this](GenerationPlan const& plan) {
        m_fitting.reset();
        m_panel.offer_fix({});
        if (!plan.fits())
            m_parts.studio.find_fit(request_to_run(m_parts.session.workspace()));
    });
    connect(studio, &Studio::fit_found, this, [this](GenerationRequest const& request, QString const& words) {
        m_fitting = request;
        m_panel.offer_fix(words);
    });
    connect(&m_panel, &GeneratePanel::fix_asked, this, [this] {
        if (!m_fitting)
            return;
        auto const fit = [&](GenerationRequest& request) {
            request.batch = m_fitting->batch;
            request.width = m_fitting->width;
            request.height = m_fitting->height;
        };
        m_parts.session.push(edit_request(m_parts.session.workspace(), tr("A size that fits").toStdString(), fit));
    });
}

// ---- Settings as text ----

void PromptWork::copy_settings()
{
    GenerationRequest request = m_parts.session.workspace().request;
    try {
        apply_styles(request, m_panel.styles());
    } catch (Error const& error) {
        m_parts.window.notices().tell(QString::fromUtf8(error.what()));
        return;
    }
    request.vae = request.vae.empty() ? std::string() : model_name(request.vae);
    if (request.init)
        request.init = m_parts.session.workspace().init_image ? request.init : std::nullopt;
    QApplication::clipboard()->setText(QString::fromStdString(a1111_parameters(request, model_name(request.model), 0)));
}

void PromptWork::paste_settings(QString const& text)
{
    PictureText const parameters[] = { { "parameters", text.toStdString() } };
    auto const recipe = read_recipe(parameters);
    if (!recipe) {
        m_parts.window.notices().tell(
            tr("The clipboard holds no settings of a picture. Copy the text that begins with the prompt and has a line "
               "\"Steps: …, Sampler: …\"."));
        return;
    }
    m_parts.session.stop_merging();
    Q_EMIT settings_read(alone(*recipe));
    if (!recipe->notes.empty())
        m_parts.window.notices().tell(QString::fromStdString(recipe->notes.front()));
}

}
