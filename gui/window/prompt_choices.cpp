// SPDX-License-Identifier: Apache-2.0
#include "gui/window/prompt_choices.h"

#include "app/files/places.h"
#include "app/library/library_store.h"
#include "models/api/model_defaults.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace igneous {

namespace {

QString shown(std::filesystem::path const& path) { return QString::fromStdString(utf8_name(path)); }
QString tr(char const* text) { return QCoreApplication::translate("igneous::PromptChoices", text); }

/// LoRAs go by the names of their files: that is what stands in a tag.
QString name_in_prompts(LibraryEntry const& entry) { return shown(entry.path.stem()); }

QString details_of(LibraryEntry const& entry)
{
    QStringList parts;
    if (entry.facts.base != ModelBase::unknown)
        parts.append(QString::fromUtf8(title_of(entry.facts.base)));
    if (entry.size > 0)
        parts.append(QLocale().formattedDataSize(static_cast<qint64>(entry.size), 1));
    return parts.join(QStringLiteral(" · "));
}

ModelChoice choice_of(QString name, std::filesystem::path const& path, QString details)
{
    ModelChoice choice { .name = std::move(name), .path = shown(path), .details = std::move(details) };
    if (auto const usual = model_defaults(path)) {
        choice.best_side = usual->width;
        choice.usual = { usual->width, usual->height, usual->steps, usual->cfg };
    } else {
        choice.problem = QString::fromStdString(usual.error());
    }
    return choice;
}

template <class Take>
void each(LibraryStore& store, ModelType type, Take take)
{
    LibraryQuery query;
    query.type = type;
    for (LibraryEntry const& entry : store.find(query).entries)
        if (entry.state == FileState::here && entry.facts.damage.empty())
            take(entry);
}

/// Those of the program, where the library does not watch them.
void add_own_loras(Completions& names)
{
    std::error_code error;
    for (auto const& file : std::filesystem::directory_iterator(starter_loras(), error))
        if (QString const name = shown(file.path().stem());
            file.path().extension() == ".safetensors"
            && std::ranges::find(names, name, &Completion::name) == names.end())
            names.push_back({ Completion::Kind::lora, name, tr("for the starter model"), shown(file.path()) });
}

}

PromptChoices read_choices(
    std::filesystem::path const& library, std::filesystem::path const& starter, std::filesystem::path const& in_use)
{
    PromptChoices choices;
    choices.models.push_back(choice_of(tr("Starter"), starter, tr("comes with Igneous")));
    LibraryStore store(library);
    each(store, ModelType::checkpoint, [&](LibraryEntry const& entry) {
        std::error_code error;
        if (!std::filesystem::equivalent(entry.path, starter, error))
            choices.models.push_back(choice_of(name_in_prompts(entry), entry.path, details_of(entry)));
    });
    std::error_code error;
    if (std::filesystem::exists(in_use, error)
        && std::ranges::find(choices.models, shown(in_use), &ModelChoice::path) == choices.models.end())
        choices.models.push_back(choice_of(shown(in_use.stem()), in_use, tr("not in the library")));
    each(store, ModelType::vae, [&](LibraryEntry const& entry) {
        choices.vaes.push_back({ name_in_prompts(entry), shown(entry.path), details_of(entry) });
    });
    each(store, ModelType::lora, [&](LibraryEntry const& entry) {
        QString const base = QString::fromUtf8(title_of(entry.facts.base));
        choices.names.push_back({ Completion::Kind::lora, name_in_prompts(entry),
            entry.facts.base == ModelBase::unknown ? QString() : base, shown(entry.path) });
    });
    add_own_loras(choices.names);
    each(store, ModelType::embedding, [&](LibraryEntry const& entry) {
        choices.names.push_back(
            { Completion::Kind::embedding, name_in_prompts(entry), tr("embedding, not used yet"), shown(entry.path) });
    });
    return choices;
}

}
