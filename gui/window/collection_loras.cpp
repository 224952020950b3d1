// SPDX-License-Identifier: Apache-2.0
// LoRAs of the request: into it, and whether they go with the model. Pictures that stand for models.
#include "app/files/places.h"
#include "app/library/library_watcher.h"
#include "app/library/place_models.h"
#include "app/library/recipe_files.h"
#include "app/session/session.h"
#include "gui/generate/generate_panel.h"
#include "gui/library/library_panel.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/library_model.h"
#include "gui/studio/lora_verdicts.h"
#include "gui/widgets/lora_strip.h"
#include "gui/window/collection_work.h"
#include "gui/window/main_window.h"

#include <algorithm>

namespace igneous {

void CollectionWork::use_lora(QString const& name, QString const& file)
{
    std::string const lora = name.toStdString();
    if (std::ranges::contains(m_parts.session.workspace().request.loras, lora, &LoraUse::name))
        return;
    edit(tr("Add a LoRA"), [&](GenerationRequest& request) {
        request.loras.push_back({ .name = lora, .file = file.toStdString() });
        if (request.prompt.find("<lora:" + lora + ":") == std::string::npos)
            request.prompt += (request.prompt.empty() ? "<lora:" : ", <lora:") + lora + ":1>";
    });
}

namespace {

/// Of a LoRA in use, by its keys where they can be read.
std::string warning_about(LibraryStore& store, LoraUse const& lora, ChosenModel const& chosen)
{
    if (lora.file.empty())
        return {};                         // looked for when it runs, and told about then
    std::filesystem::path const file = path_from_utf8(lora.file);
    try {
        auto const entry = store.entry(file);
        auto const info = inspect_lora(file);
        ModelFacts facts;
        facts.type = ModelType::lora;
        return adapter_warning(entry ? entry->facts : facts, chosen, info ? &*info : nullptr);
    } catch (Error const& error) {
        return error.what();
    }
}

}

/// Says of the LoRAs in use, and of all in the library, whether they go with the model that is chosen.
void CollectionWork::judge_loras()
{
    GenerationRequest const& request = m_parts.session.workspace().request;
    m_library_panel->set_loras(request.loras);
    if (request.model == m_judged_model && request.loras == m_judged_loras && sender() != m_watcher)
        return;
    m_judged_model = request.model;
    m_judged_loras = request.loras;
    QStringList files;
    for (LoraUse const& lora : request.loras)
        if (!lora.file.empty())
            files.append(QString::fromStdString(lora.file));
    std::filesystem::path const model = path_from_utf8(request.model);
    m_verdicts->set_model(QString::fromStdString(request.model),
        model == m_starter ? tr("Starter") : QString::fromStdString(utf8_name(model.stem())));
    m_verdicts->set_in_use(files);
    m_library->with_store([this, model = request.model, loras = request.loras, back = way_back()](LibraryStore& store) {
        ChosenModel const chosen = look_at_model(store, path_from_utf8(model));
        QHash<QString, QString> warnings;
        for (LoraUse const& lora : loras)
            if (std::string const warning = warning_about(store, lora, chosen); !warning.empty())
                warnings.insert(QString::fromStdString(lora.name), QString::fromStdString(warning));
        back([this, chosen, warnings] {
            m_library->set_chosen(chosen);
            m_lora_warnings = warnings;
            show_lora_notes();
        });
    });
}

void CollectionWork::show_lora_notes()
{
    QHash<QString, LoraNote> notes;
    for (LoraUse const& lora : m_judged_loras) {
        QString const name = QString::fromStdString(lora.name);
        using enum LoraVerdict::Kind;
        if (auto const told = m_verdicts->of(QString::fromStdString(lora.file)))
            notes.insert(name, { told->kind == fits       ? Tone::faint
                                   : told->kind == partly ? Tone::caution
                                                          : Tone::danger,
                                   QStringLiteral("%1\n%2").arg(told->sentence, told->reasons).trimmed() });
        else if (QString const warning = m_lora_warnings.value(name); !warning.isEmpty())
            notes.insert(name, { Tone::danger, warning });
    }
    m_parts.window.generate_panel().set_lora_notes(notes);
}

void CollectionWork::use_as_preview(QString const& picture, QString const& model, bool lora)
{
    m_library->with_store([this, picture, model, lora, back = way_back()](LibraryStore& store) {
        std::vector<std::string> notes;    // of other hashes: a picture may stand for those too
        std::string const file
            = find_model_file(store, lora ? ModelType::lora : ModelType::checkpoint, model.toStdString(), {}, notes);
        back([this, picture, model, file] {
            if (file.empty())
                trouble(tr("%1 is not among your models, so it can have no preview. Add its folder with the folder "
                           "button of the models.")
                        .arg(model));
            else
                m_edits->apply(set_preview(path_from_utf8(file), path_from_utf8(picture.toStdString())));
        });
    });
}

}
