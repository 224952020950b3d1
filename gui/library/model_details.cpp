// SPDX-License-Identifier: Apache-2.0
#include "gui/library/model_details.h"

#include "app/files/places.h"
#include "gui/studio/library_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/breakable_label.h"
#include "gui/widgets/labels.h"
#include "gui/widgets/lora_strip.h"

#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr int preview_side = 88, note_height = 52;

QString shown(std::string const& text) { return QString::fromStdString(text); }
QString shown(std::filesystem::path const& path) { return shown(utf8_name(path)); }

QString joined(std::vector<std::string> const& words)
{
    QStringList all;
    for (std::string const& word : words)
        all.append(shown(word));
    return all.join(QStringLiteral(", "));
}

QString part_of(std::string const& part)
{
    return part == "text_encoder" ? ModelDetails::tr("text encoder") : ModelDetails::tr("denoiser");
}

QLabel* words_label(QString const& name)
{
    QLabel* made = label(QString());
    made->setWordWrap(true);
    made->setAccessibleName(name);
    made->setTextInteractionFlags(Qt::TextBrowserInteraction);
    return made;
}

}

ModelDetails::ModelDetails(QWidget* parent)
    : QWidget(parent)
    , m_preview(new QLabel)
    , m_title(words_label(tr("Name")))
    , m_kind(label(QString(), Tone::faint))
    , m_verdict(new BreakableLabel)
    , m_words(words_label(tr("Trigger words")))
    , m_facts(new BreakableLabel)
    , m_use(primary_button(tr("Use this model")))
    , m_strip(new LoraStrip)
    , m_note(new QPlainTextEdit)
{
    m_verdict->setAccessibleName(tr("Whether it fits"));
    m_facts->setAccessibleName(tr("About the chosen model"));
    set_tone(*m_facts, Tone::faint);
    m_note->setPlaceholderText(tr("Notes"));
    m_note->setAccessibleName(tr("Notes about this model"));
    m_note->setFixedHeight(note_height);
    m_note->setTabChangesFocus(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, Measures::gap, Measures::unit, Measures::gap);
    column->setSpacing(Measures::gap);
    column->addWidget(make_head());
    column->addWidget(m_verdict);
    column->addWidget(m_use);
    column->addWidget(m_strip);
    column->addWidget(m_words);
    column->addWidget(m_note);
    column->addWidget(m_facts);
    column->addStretch(1);
    m_typing.setSingleShot(true);
    m_typing.setInterval(800ms);
    connect(m_note, &QPlainTextEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, [this] { Q_EMIT noted(model(), m_note->toPlainText()); });
    connect(m_use, &QPushButton::clicked, this, &ModelDetails::use_asked);
    connect(m_words, &QLabel::linkActivated, this, &ModelDetails::words_asked);
    connect(m_strip, &LoraStrip::changed, this, [this](std::vector<LoraUse> const& shown_one, QString const& name) {
        auto all = m_loras;
        std::erase_if(all, [&](LoraUse const& use) { return shown_one.empty() && use.name == name.toStdString(); });
        for (LoraUse& use : all)
            for (LoraUse const& now : shown_one)
                if (use.name == now.name)
                    use = now;
        Q_EMIT weighed(all);
    });
}

QWidget* ModelDetails::make_head()
{
    m_preview->setFixedSize(preview_side, preview_side);
    m_preview->setAccessibleName(tr("Preview"));
    m_preview->setAlignment(Qt::AlignCenter);
    m_favourite = icon_button(QStringLiteral("star"), tr("Favourite"));
    m_favourite->setCheckable(true);
    connect(m_favourite, &QToolButton::clicked, this, [this](bool on) { Q_EMIT favourite_asked(model(), on); });
    m_choose_preview = icon_button(QStringLiteral("image"), tr("Choose a preview…"));
    connect(m_choose_preview, &QToolButton::clicked, this, &ModelDetails::preview_asked);
    m_kind->setWordWrap(true);
    QFont strong = m_title->font();
    strong.setWeight(QFont::DemiBold);
    m_title->setFont(strong);
    auto* words = new QVBoxLayout;
    words->setSpacing(Measures::unit);
    words->addWidget(m_title);
    words->addWidget(m_kind);
    words->addStretch(1);
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Measures::gap);
    row->addWidget(m_preview);
    row->addLayout(words, 1);
    row->addWidget(m_choose_preview, 0, Qt::AlignTop);
    row->addWidget(m_favourite, 0, Qt::AlignTop);
    return head;
}

void ModelDetails::show_report(ModelReport const& report, ChosenModel const& chosen,
    std::optional<LoraVerdict> const& fit, QPixmap const& preview)
{
    if (report.entry.id != m_report.entry.id)
        finish_note();
    bool const typing = report.entry.id == m_report.entry.id && m_note->hasFocus();
    m_report = report;
    LibraryEntry const& entry = report.entry;
    set_preview(preview);
    m_title->setText(LibraryModel::name_of(entry).toHtmlEscaped());
    m_kind->setText(QStringLiteral("%1 · %2%3 · %4")
                        .arg(QString::fromUtf8(title_of(entry.facts.type)), QString::fromUtf8(title_of(entry.facts.base)),
                            entry.facts.base_detail.empty() ? QString() : QStringLiteral(" (%1)").arg(shown(entry.facts.base_detail)),
                            QLocale().formattedDataSize(static_cast<qint64>(entry.size), 1)));
    m_choose_preview->setEnabled(entry.state == FileState::here);
    m_favourite->setChecked(entry.favourite);
    m_favourite->setIcon(icon(entry.favourite ? QStringLiteral("star-full") : QStringLiteral("star")));
    if (!typing) {
        QSignalBlocker const quiet(m_note);
        m_note->setPlainText(shown(entry.note));
    }
    m_use->setText(entry.facts.type == ModelType::lora ? tr("Add to the prompt") : tr("Use this model"));
    m_use->setAccessibleName(m_use->text());
    show_words();
    set_fit(chosen, fit);
    show_strip();
}

void ModelDetails::finish_note()
{
    if (!m_typing.isActive())
        return;
    m_typing.stop();
    Q_EMIT noted(model(), m_note->toPlainText());
}

void ModelDetails::set_preview(QPixmap const& preview)
{
    m_preview->setVisible(!preview.isNull());
    if (!preview.isNull())
        m_preview->setPixmap(preview.scaled(preview_side, preview_side, Qt::KeepAspectRatio, Qt::SmoothTransformation));
}

void ModelDetails::set_fit(ChosenModel const& chosen, std::optional<LoraVerdict> const& fit)
{
    m_chosen = chosen;
    m_fit = fit;
    show_verdict();
    m_facts->set_text(lines().join(QLatin1Char('\n')));
}

/// What is wrong with the file, whatever model is chosen, and what to do about it.
QString ModelDetails::trouble() const
{
    ModelFacts const& facts = m_report.entry.facts;
    if (m_report.entry.state == FileState::away)
        return tr("Its disk is not there. Connect it, and the model can be used again.");
    if (m_report.entry.state == FileState::gone)
        return tr("The file is gone: it was deleted or moved out of the watched folders.");
    if (!facts.damage.empty())
        return tr("Damaged: %1. Download it again.").arg(shown(facts.damage));
    if (!facts.missing_parts.empty())
        return tr("Parts are missing: %1. Put them beside it.").arg(joined(facts.missing_parts));
    return {};
}

/// Of a LoRA: by what becomes of its keys, else by what is known of where it comes from.
std::pair<QString, Tone> ModelDetails::lora_verdict() const
{
    using enum LoraVerdict::Kind;
    if (m_fit)
        return { m_fit->sentence,
            m_fit->kind == fits     ? Tone::good
            : m_fit->kind == partly ? Tone::caution
                                    : Tone::danger };
    ModelFacts const& facts = m_report.entry.facts;
    LoraInfo const* info = m_report.lora ? &*m_report.lora : nullptr;
    if (surely_fits(facts, m_chosen, info))
        return { tr("Goes with the chosen model."), Tone::good };
    return { shown(adapter_warning(facts, m_chosen, info)), Tone::danger };
}

/// The one sentence that matters most: what is wrong, or that it fits.
void ModelDetails::show_verdict()
{
    ModelFacts const& facts = m_report.entry.facts;
    std::pair<QString, Tone> said { trouble(), Tone::danger };
    if (said.first.isEmpty())
        said = facts.type == ModelType::lora ? lora_verdict() : std::pair(shown(not_used_yet(facts)), Tone::faint);
    m_verdict->set_text(said.first);
    m_verdict->setVisible(!said.first.isEmpty());
    set_tone(*m_verdict, said.second);
}

void ModelDetails::show_words()
{
    constexpr std::size_t most = 12;
    QStringList links;
    auto const& words = m_report.entry.facts.trigger_words;
    for (std::size_t i = 0; i < std::min(most, words.size()); ++i) {
        QString const word = shown(words[i]).toHtmlEscaped();
        links.append(QStringLiteral("<a href=\"%1\" style=\"text-decoration:none\">%1</a>").arg(word));
    }
    m_words->setVisible(!links.isEmpty());
    m_words->setText(tr("Trigger words: %1").arg(links.join(QStringLiteral(", "))));
    m_words->setToolTip(tr("Click one to put it in the prompt"));
}

QStringList ModelDetails::lines() const
{
    LibraryEntry const& entry = m_report.entry;
    ModelFacts const& facts = entry.facts;
    QStringList lines;
    auto const add = [&](QString const& name, QString const& value) {
        if (!value.isEmpty())
            lines.append(QStringLiteral("%1: %2").arg(name, value));
    };
    if (m_fit && !m_fit->reasons.isEmpty())
        lines.append(m_fit->reasons);
    if (m_report.lora) {
        QStringList parts;
        for (auto const& [part, count] : m_report.lora->layers)
            parts.append(tr("%1 of the %2").arg(count).arg(part_of(part)));
        add(tr("Layers"), parts.join(QStringLiteral(", ")));
        if (!m_fit && !m_report.lora->unknown_keys.empty())
            add(tr("Not understood"),
                tr("%1 keys, such as %2")
                    .arg(m_report.lora->unknown_keys.size())
                    .arg(shown(m_report.lora->unknown_keys.front())));
        add(tr("Made for"), shown(m_report.lora->base_model));
    }
    if (facts.rank > 0)
        add(tr("Rank"), QString::number(facts.rank));
    add(tr("Kind"), shown(facts.variant));
    add(tr("Precision"), shown(facts.precision));
    add(tr("Prediction"), shown(facts.prediction));
    add(tr("Author"), shown(facts.author));
    add(tr("Licence"), shown(facts.licence));
    for (std::string const& warning : facts.warnings)
        add(tr("Take care"), shown(warning));
    if (!entry.better_folder.empty())
        add(tr("Misplaced"), tr("other programs look for it in %1").arg(shown(entry.better_folder)));
    for (std::filesystem::path const& twin : m_report.twins)
        add(tr("The same file"), shown(twin));
    add(tr("Hash (AutoV2)"), shown(entry.auto_v2()));
    if (!entry.sha256.empty())             // whole in the card's menu: one word of 64 letters would widen the panel
        add(tr("SHA-256"), shown(entry.sha256).left(16) + QChar(0x2026));
    add(tr("File"), shown(entry.path));
    if (!facts.description.empty())
        lines.append(QLatin1Char('\n') + shown(facts.description).left(1500));
    return lines;
}

void ModelDetails::set_loras(std::vector<LoraUse> const& loras)
{
    m_loras = loras;
    show_strip();
}

void ModelDetails::show_strip()
{
    std::string const name = utf8_name(m_report.entry.path.stem());
    std::vector<LoraUse> mine;
    if (m_report.entry.facts.type == ModelType::lora)
        for (LoraUse const& use : m_loras)
            if (use.name == name)
                mine.push_back(use);
    m_strip->show_loras(mine);
    bool const usable = m_report.entry.state == FileState::here && m_report.entry.facts.damage.empty();
    bool const chosen = m_report.entry.facts.type == ModelType::checkpoint
                        || (m_report.entry.facts.type == ModelType::lora && mine.empty());
    m_use->setVisible(chosen && usable && is_used(m_report.entry.facts));
}

}
