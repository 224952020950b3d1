// SPDX-License-Identifier: Apache-2.0
#include "gui/generate/advanced_section.h"

#include "gui/generate/choice_row.h"
#include "gui/widgets/number_row.h"

#include <cmath>

namespace igneous {

namespace {

std::string shown(QString const& text) { return text.toStdString(); }

/// Wherever the pointer rests on the row.
void explain(QWidget& row, QString const& tip)
{
    row.setToolTip(tip);
    for (auto* part : row.findChildren<QWidget*>())
        part->setToolTip(tip);
}

}

/// `field` gives a reference to the request's field, constant or not.
template <class Field>
void AdvancedSection::choice(QString const& name, QString const& tip, std::vector<Choice> const& choices, Field field)
{
    auto* row = new ChoiceRow(name, choices);
    explain(*row, tip);
    add(row);
    m_show.emplace_back([row, field](GenerationRequest const& request) { row->set_chosen(field(request)); });
    connect(row, &ChoiceRow::edited, this, [this, name, field](std::string const& id) {
        Q_EMIT edited(name, [field, id](GenerationRequest& request) { field(request) = id; });
    });
}

template <class Field>
void AdvancedSection::number(QString const& name, QString const& tip, NumberRange const& range, Field field)
{
    auto* row = new NumberRow(name, range);
    explain(*row, tip);
    add(row);
    m_show.emplace_back([row, field](GenerationRequest const& request) { row->set_value(field(request)); });
    connect(row, &NumberRow::edited, this, [this, name, field](double value) {
        Q_EMIT edited(name, [field, value](GenerationRequest& request) {
            using Value = std::remove_reference_t<decltype(field(request))>;
            field(request) = static_cast<Value>(value);
        });
    });
}

AdvancedSection::AdvancedSection(QWidget* parent)
    : Section(tr("Advanced"), parent)
{
    number(tr("Clip skip"), tr("Which layer of the text encoder is taken: 1 is its last, 2 the one before"),
        { .least = 1, .most = 24, .slider_most = 12 }, [](auto& r) -> auto& { return r.clip_skip; });
    choice(tr("Weights"), tr("How (words:1.2) is read"),
        { { "a1111", shown(tr("As A1111")) }, { "comfy", shown(tr("As ComfyUI")) } },
        [](auto& r) -> auto& { return r.weighting; });
    choice(tr("Noise"), tr("Whose random numbers a seed means"),
        { { "torch-cpu", shown(tr("CPU: as ComfyUI")) }, { "torch-cuda", shown(tr("GPU: as A1111 on NVIDIA")) } },
        [](auto& r) -> auto& { return r.rng; });
    choice(tr("First noise"), tr("How strong the noise is that a picture begins with"),
        { { "sigma", shown(tr("As A1111")) }, { "variance", shown(tr("As ComfyUI")) } },
        [](auto& r) -> auto& { return r.sampling.initial_noise; });
    choice(tr("Time steps"), tr("The time that the model is told for a noise level"),
        { { "interpolate", shown(tr("Between: as A1111")) }, { "nearest", shown(tr("Nearest: as ComfyUI")) } },
        [](auto& r) -> auto& { return r.sampling.timesteps; });
    number(tr("Eta"), tr("Share of fresh noise in samplers that add some"),
        { .least = 0, .most = 10, .step = 0.05, .decimals = 2, .slider_most = 2 },
        [](auto& r) -> auto& { return r.sampling.eta; });
    number(tr("Noise scale"), tr("Strength of that fresh noise"),
        { .least = 0, .most = 10, .step = 0.01, .decimals = 2, .slider_most = 2 },
        [](auto& r) -> auto& { return r.sampling.s_noise; });

    auto* tiles = new ChoiceRow(
        tr("VAE tiles"), { { "0", shown(tr("None: the whole picture")) }, { "512", shown(tr("512 pixels")) },
                             { "768", shown(tr("768 pixels")) }, { "1024", shown(tr("1024 pixels")) } });
    explain(*tiles, tr("Turning a large picture into pixels in squares takes far less memory"));
    add(tiles);
    m_show.emplace_back(
        [tiles](GenerationRequest const& request) { tiles->set_chosen(std::to_string(request.vae_tile)); });
    connect(tiles, &ChoiceRow::edited, this, [this](std::string const& side) {
        Q_EMIT edited(tr("VAE tiles"), [side](GenerationRequest& r) { r.vae_tile = std::stoi(side); });
    });

    auto* precision = new ChoiceRow(
        tr("Precision"), { { "f16", shown(tr("16 bits: fast")) }, { "f32", shown(tr("32 bits: to compare")) } });
    explain(*precision, tr("32 bits take twice the memory; pictures hardly differ"));
    add(precision);
    m_show.emplace_back([precision](GenerationRequest const& request) {
        precision->set_chosen(request.tier == Tier::f32 ? "f32" : "f16");
    });
    connect(precision, &ChoiceRow::edited, this, [this](std::string const& id) {
        Q_EMIT edited(tr("Precision"), [id](GenerationRequest& r) { r.tier = id == "f32" ? Tier::f32 : Tier::f16; });
    });
    set_open(false);
}

void AdvancedSection::show_request(GenerationRequest const& request)
{
    for (auto const& show : m_show)
        show(request);
}

}
