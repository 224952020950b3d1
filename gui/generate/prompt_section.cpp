// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/prompt_section.h"

#include "gui/generate/prompt_edit.h"
#include "gui/generate/prompt_tags.h"
#include "gui/generate/style_row.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/lora_strip.h"
#include "gui/widgets/search_popup.h"
#include "models/api/error.h"

#include <QPointer>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace igneous {

namespace {

constexpr std::size_t counted_at_once = 8000;        // bytes that take well under a millisecond

struct Counts {
    std::optional<TokenCount> positive, negative;
};

/// Of the prompts as they will be sent, styles and all.
Counts counts_of(GenerationRequest request, std::vector<Style> const& styles, TokenCounter const& counter)
{
    try {
        std::erase_if(request.styles, [&](std::string const& name) { return !find_style(styles, name); });
        apply_styles(request, styles);
        return { counter.count(request.prompt, PromptSide::positive, request.weighting),
            counter.count(request.negative_prompt, PromptSide::negative, request.weighting) };
    } catch (Error const&) {                         // a weighting of another program
        return {};
    }
}

}

PromptSection::PromptSection(QWidget* parent)
    : QWidget(parent)
    , m_prompt(new PromptEdit(tr("Prompt"), tr("What should be in the picture"), 5))
    , m_negative(new PromptEdit(tr("Negative prompt"), tr("What should not be in it"), 2))
    , m_styles(new StyleRow)
    , m_loras(new LoraStrip)
    , m_earlier(new SearchPopup(tr("Search earlier prompts"), {}, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Measures::gap);
    column->addWidget(m_prompt, 3);
    column->addWidget(m_negative, 1);
    column->addWidget(m_styles);
    column->addWidget(m_loras);
    auto* earlier = icon_button(QStringLiteral("history"), tr("Earlier prompts"));
    earlier->setIconSize(QSize(14, 14));
    m_prompt->set_corner(earlier);
    connect(earlier, &QToolButton::clicked, this, &PromptSection::open_history);
    connect_words();
    connect_styles_and_loras();
}

void PromptSection::connect_words()
{
    connect(m_prompt, &PromptEdit::edited, this, [this](QString const& text) { write_prompt(tr("Prompt"), text); });
    connect(m_negative, &PromptEdit::edited, this, [this](QString const& text) {
        Q_EMIT edited(
            tr("Negative prompt"), [&](GenerationRequest& request) { request.negative_prompt = text.toStdString(); });
    });
    for (PromptEdit* edit : { m_prompt, m_negative }) {
        connect(edit, &PromptEdit::settings_pasted, this, &PromptSection::settings_pasted);
        connect(edit, &PromptEdit::style_chosen, this, [this](QString const& name) {
            Q_EMIT edited(tr("Add a style"), [&](GenerationRequest& request) {
                if (std::ranges::find(request.styles, name.toStdString()) == request.styles.end())
                    request.styles.push_back(name.toStdString());
            });
        });
    }
    connect(m_earlier, &SearchPopup::chosen, this,
        [this](int row) { write_prompt(tr("Earlier prompt"), m_history[m_history.size() - 1 - row]); });
}

void PromptSection::write_prompt(QString const& what, QString const& text)
{
    auto const place = [this](QString const& name) {
        if (m_completions)
            for (Completion const& one : *m_completions)
                if (one.kind == Completion::Kind::lora && one.name == name)
                    return one.file;
        return QString();
    };
    Q_EMIT edited(what, [&](GenerationRequest& request) {
        QString const before = QString::fromStdString(request.prompt);
        request.prompt = text.toStdString();
        follow_prompt(request, before, place);
    });
}

void PromptSection::connect_styles_and_loras()
{
    connect(m_styles, &StyleRow::edited, this, [this](std::vector<std::string> const& names) {
        Q_EMIT edited(tr("Styles"), [&](GenerationRequest& request) { request.styles = names; });
    });
    connect(m_styles, &StyleRow::edit_asked, this, &PromptSection::style_edit_asked);
    connect(m_loras, &LoraStrip::changed, this, [this](std::vector<LoraUse> const& loras, QString const& name) {
        Q_EMIT edited(tr("LoRA %1").arg(name), [&](GenerationRequest& request) {
            request.loras = loras;
            follow_loras(request);
        });
    });
}

void PromptSection::show_request(GenerationRequest const& request)
{
    m_request = request;
    m_prompt->set_text(QString::fromStdString(request.prompt));
    m_negative->set_text(QString::fromStdString(request.negative_prompt));
    m_styles->show_chosen(request.styles);
    m_loras->show_loras(request.loras);
    count();
}

void PromptSection::set_history(QStringList history)
{
    m_history = history;
    m_prompt->set_history(std::move(history));
}

void PromptSection::set_completions(std::shared_ptr<Completions const> completions)
{
    m_completions = completions;
    m_prompt->set_completions(completions);
    m_negative->set_completions(std::move(completions));
}

void PromptSection::set_styles(std::vector<Style> styles)
{
    m_known_styles = styles;
    m_styles->set_styles(std::move(styles));
    count();
}

void PromptSection::set_token_counter(std::shared_ptr<TokenCounter const> counter)
{
    m_counter = std::move(counter);
    count();
}

void PromptSection::set_lora_notes(QHash<QString, LoraNote> const& notes) { m_loras->set_notes(notes); }

void PromptSection::open_history()
{
    std::vector<SearchPopup::Row> rows;
    for (auto entry = m_history.rbegin(); entry != m_history.rend(); ++entry)
        rows.push_back({ *entry });
    m_earlier->set_rows(rows);
    m_earlier->open(*m_prompt, m_prompt->width());
}

/// At once where that takes no time to speak of; a whole book elsewhere.
void PromptSection::count()
{
    auto const show = [](PromptSection& section, Counts const& counts) {
        section.m_prompt->show_count(counts.positive);
        section.m_negative->show_count(counts.negative);
    };
    int const asked = ++m_asked;
    if (!m_counter)
        return show(*this, {});
    GenerationRequest words;
    words.prompt = m_request.prompt;
    words.negative_prompt = m_request.negative_prompt;
    words.styles = m_request.styles;
    words.weighting = m_request.weighting;
    if (words.prompt.size() + words.negative_prompt.size() <= counted_at_once)
        return show(*this, counts_of(std::move(words), m_known_styles, *m_counter));
    QThreadPool::globalInstance()->start(
        [self = QPointer(this), asked, show, words, styles = m_known_styles, counter = m_counter] {
            Counts const counts = counts_of(words, styles, *counter);
            QMetaObject::invokeMethod(qApp, [self, asked, show, counts] {
                if (self && self->m_asked == asked)
                    show(*self, counts);
            });
        });
}

}
