// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the generate panel needs beside the request: models, VAEs and names to choose from, styles, tokens, a size that
// fits, and settings that come and go as A1111's text.

#include "app/styles/style.h"
#include "gui/window/parts.h"
#include "gui/window/prompt_choices.h"
#include "models/api/request.h"

#include <QObject>
#include <QTimer>

namespace igneous {

class GeneratePanel;

class PromptWork : public QObject {
    Q_OBJECT

public:
    /// `starter`: the model that comes with the program.
    PromptWork(Parts const& parts, std::filesystem::path starter, QObject* parent = nullptr);
    /// Soon, after the library has changed; several calls are one.
    void refresh_choices();

Q_SIGNALS:
    /// Settings were pasted: they name models, which are to be found first.
    void settings_read(GenerationRequest const& request);

private:
    void make_actions();
    void read_library();
    void show_choices(PromptChoices choices);
    void show_names();
    void connect_styles();
    void show_styles(std::vector<Style> styles);
    void edit_styles(std::vector<Style> const& styles);
    void count_tokens_of(std::string const& model);
    void connect_fit();
    void copy_settings();
    void paste_settings(QString const& text);
    std::filesystem::path styles_file() const;

    Parts m_parts;
    GeneratePanel& m_panel;
    std::filesystem::path m_starter;
    PromptChoices m_choices;
    std::string m_read_for;                        // the model that they were read for
    QTimer m_choices_soon, m_pause;                // m_pause: what comes after it is a new step of the history
    std::string m_counted_model;                   // whose tokens are counted, or being prepared
    std::optional<GenerationRequest> m_fitting;
};

}
