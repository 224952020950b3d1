// SPDX-License-Identifier: Apache-2.0
#include "gui/settings/setting_texts.h"

#include "app/settings/settings_schema.h"

#include <QCoreApplication>

namespace igneous {

namespace {

QString tr(char const* text) { return QCoreApplication::translate("igneous::Settings", text); }

SettingText engine_text(std::string_view name)
{
    if (name == setting::device.name)
        return { tr("Graphics card"), tr("Makes the pictures. Automatic takes the fastest that works.") };
    if (name == setting::precision.name)
        return { tr("Precision"),
            tr("Full takes twice the memory and time; for comparing numbers, not for better pictures."),
            { tr("Half, 16 bits"), tr("Full, 32 bits") } };
    if (name == setting::memory_limit.name)
        return { tr("Memory limit"), tr("The most that Igneous takes of the graphics card's memory."), {}, tr(" MiB"),
            tr("All there is") };
    if (name == setting::previews_per_second.name)
        return { tr("Previews"), tr("How often the picture is shown while it is being made."), {}, tr(" a second"),
            tr("None") };
    return {};
}

SettingText folder_text(std::string_view name)
{
    if (name == setting::model_folders.name)
        return { tr("Model folders"), tr("Everything in them and below is found, also in the folders of other "
                                         "programs. Nothing in them is changed.") };
    if (name == setting::lora_folders.name)
        return { tr("LoRA folders"),
            tr("Where the names of <lora:...> tags are looked for, beside the model folders.") };
    if (name == setting::output_folder.name)
        return { tr("Pictures"), tr("New pictures go here, a folder for each day. Empty: Igneous's own folder.") };
    return {};
}

SettingText privacy_text(std::string_view name)
{
    if (name == setting::write_recipe.name)
        return { tr("Write the recipe into pictures"),
            tr("Prompt, seed and all settings, so that a picture can be made again.") };
    if (name == setting::write_a1111.name)
        return { tr("Write the recipe for other programs too"),
            tr("As A1111 writes it; nearly every program reads it.") };
    if (name == setting::write_label.name)
        return { tr("Label pictures as made by AI"), tr("The IPTC's label, which sites and programs look for.") };
    if (name == setting::remember_prompts.name)
        return { tr("Remember prompts"), tr("Alt+Up and Alt+Down in the prompt bring earlier ones back.") };
    return {};
}

SettingText look_text(std::string_view name)
{
    if (name == setting::theme.name)
        return { tr("Theme"), {}, { tr("As the system"), tr("Dark"), tr("Light") } };
    if (name == setting::font_size.name)
        return { tr("Text size"), {}, {}, tr(" pt"), tr("As the system") };
    if (name == setting::language.name)
        return { tr("Language"), tr("Igneous speaks English so far; this decides how numbers and dates are written. "
                                    "Used from the next start on.") };
    return {};
}

SettingText pen_text(std::string_view name)
{
    if (name == setting::brush_pressure.name)
        return { tr("Pen pressure"), tr("Without it a pen paints like a mouse.") };
    if (name == setting::brush_pressure_size.name)
        return { tr("Pressure changes the size"), tr("A light touch draws a thin line.") };
    if (name == setting::brush_pressure_opacity.name)
        return { tr("Pressure changes the opacity"), tr("A light touch lets through what is below.") };
    if (name == setting::brush_pressure_curve.name)
        return { tr("Pressure curve"), tr("Above 1 it takes a firmer hand for the same line, below 1 a lighter one.") };
    if (name == setting::brush_spacing.name)
        return { tr("Brush spacing"), tr("How far the dabs of a stroke are apart, as a share of the brush's size.") };
    return {};
}

SettingText work_text(std::string_view name)
{
    if (name == setting::autosave_minutes.name)
        return { tr("Save documents by themselves"),
            tr("Into their own files. A crash loses nothing either way: every stroke is kept in the session."), {},
            tr(" min"), tr("Never") };
    if (name == setting::undo_memory.name)
        return { tr("Memory for undo"), tr("Over it the oldest steps are forgotten."), {}, tr(" MiB") };
    if (name == setting::queue_at_start.name)
        return { tr("When Igneous starts"), tr("What becomes of jobs that were waiting."),
            { tr("Go on with the queue"), tr("Pause the queue") } };
    if (name == setting::queue_retry.name)
        return { tr("Try failed jobs once more"),
            tr("With a plan that takes less memory or computes more exactly, where that may help.") };
    if (name == setting::queue_notify.name)
        return { tr("Tell when a long job ends"),
            tr("A message of the desktop after 30 seconds and more, while another window is in front.") };
    if (name == setting::queue_keep_days.name)
        return { tr("Keep ended jobs"), tr("Older ones leave the list at the next start; their pictures stay."), {},
            tr(" days") };
    return {};
}

}

SettingText setting_text(std::string_view name)
{
    for (auto const& part : { engine_text, folder_text, privacy_text, look_text, pen_text, work_text })
        if (SettingText text = part(name); !text.title.isEmpty())
            return text;
    return {};
}

std::vector<SettingsPage> settings_pages()
{
    return {
        { QStringLiteral("appearance"), tr("Appearance") },
        { QStringLiteral("engine"), tr("Engine") },
        { QStringLiteral("generate"), tr("Generating") },
        { QStringLiteral("pen"), tr("Pen and brush") },
        { QStringLiteral("folders"), tr("Folders") },
        { QStringLiteral("privacy"), tr("Privacy") },
        { QStringLiteral("session"), tr("Session") },
        { QStringLiteral("queue"), tr("Queue") },
        { QStringLiteral("keys"), tr("Keyboard") },
    };
}

}
