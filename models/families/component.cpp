// SPDX-License-Identifier: Apache-2.0
#include "models/families/component.h"

#include "compute/graph/program.h"
#include "compute/memory/weight_store.h"
#include "compute/ops/ops.h"
#include "compute/tune/tune.h"
#include "models/adapters/adapters.h"
#include "models/api/error.h"
#include "models/families/stable_diffusion/stable_diffusion.h"

#include <algorithm>

namespace igneous {

namespace {

/// The inputs of a component: each taken once, none left over.
class Inputs {
public:
    Inputs(std::string_view component, NamedTensors const& tensors, std::initializer_list<std::string_view> expected)
        : m_component(component)
        , m_tensors(tensors)
    {
        for (auto const& [name, tensor] : tensors)
            require(std::ranges::find(expected, name) != expected.end(), "{}: there is no input {}", component, name);
        for (std::string_view name : expected)
            require(tensors.contains(name), "{}: input {} is missing", component, name);
    }
    HostTensor f32(std::string_view name, std::size_t rank) const
    {
        HostTensor const& tensor = m_tensors.find(name)->second;
        require(tensor.shape.rank() == rank && tensor.shape.elements() > 0,
            "{}: {} is {}, expected {} extents of at least 1", m_component, name, tensor.shape, rank);
        require(tensor.dtype == DType::f32 || tensor.dtype == DType::f16 || tensor.dtype == DType::bf16
                    || tensor.dtype == DType::f64,
            "{}: {} is {}, expected floating point", m_component, name, name_of(tensor.dtype));
        return tensor.to(DType::f32);
    }
    HostTensor const& raw(std::string_view name) const { return m_tensors.find(name)->second; }

private:
    std::string_view m_component;
    NamedTensors const& m_tensors;
};

/// Plans and runs a graph once: inputs in, every output back.
NamedTensors run_once(std::shared_ptr<Device> device, std::shared_ptr<Graph> graph, NamedTensors const& inputs)
{
    auto plan = std::make_shared<Plan const>(make_plan(graph, { .profile = device->profile() }));
    if (TunedPlan const one { plan }; tune(*device, { &one, 1 }).measured > 0)
        plan = std::make_shared<Plan const>(make_plan(graph, { .profile = device->profile() }));
    Program program(device, plan, WeightStore::create(device));
    for (auto const& [name, tensor] : inputs)
        program.write(name, tensor);
    program.run();
    NamedTensors outputs;
    for (auto const& [name, value] : plan->outputs)
        outputs[name] = program.read(name);
    return outputs;
}

void adapt(Graph& graph, std::span<LoraUse const> loras)
{
    if (auto const adapted = Adapters().adapt(loras, AdapterTargets({ &graph })))
        adapted->apply(graph);
}

template<class V>
NamedTensors encode(std::shared_ptr<Device> device, V const& vae, NamedTensors const& tensors, DType tier)
{
    HostTensor const sample = Inputs("vae.encode", tensors, { "sample" }).f32("sample", 4).nchw_to_nhwc();
    VaeGraph const settings { static_cast<int>(sample.shape[0]), static_cast<int>(sample.shape[1]),
        static_cast<int>(sample.shape[2]), tier };
    require(sample.shape[3] == vae.config.in_channels, "vae.encode: sample has {} channels, expected {}",
        sample.shape[3], vae.config.in_channels);
    NamedTensors out = run_once(std::move(device), build_vae_encode_graph(vae, settings), { { "sample", sample } });
    for (auto& [name, tensor] : out)
        tensor = tensor.nhwc_to_nchw();
    if (auto const logvar = out.find("logvar"); logvar != out.end())
        for (float& value : logvar->second.f32())
            value = std::clamp(value, AutoencoderKL::least_logvar, AutoencoderKL::most_logvar);
    return out;
}

template<class V>
NamedTensors decode(std::shared_ptr<Device> device, V const& vae, NamedTensors const& tensors, DType tier)
{
    HostTensor const latent = Inputs("vae.decode", tensors, { "latent" }).f32("latent", 4).nchw_to_nhwc();
    VaeGraph const settings { static_cast<int>(latent.shape[0]), static_cast<int>(latent.shape[1]),
        static_cast<int>(latent.shape[2]), tier };
    require(latent.shape[3] == vae.config.latent_channels, "vae.decode: latent has {} channels, expected {}",
        latent.shape[3], vae.config.latent_channels);
    NamedTensors out = run_once(std::move(device), build_vae_decode_graph(vae, settings), { { "latent", latent } });
    for (auto& [name, tensor] : out)
        tensor = tensor.nhwc_to_nchw();
    return out;
}

/// Integers of either width, checked to be token ids.
HostTensor token_ids(HostTensor const& tensor, int vocabulary)
{
    require(tensor.shape.rank() == 2 && tensor.shape.elements() > 0, "text_encoder: input_ids are {}, expected [N, L]",
        tensor.shape);
    require(tensor.dtype == DType::i64 || tensor.dtype == DType::i32,
        "text_encoder: input_ids are {}, expected i64 or i32", name_of(tensor.dtype));
    HostTensor ids = tensor.dtype == DType::i64 ? tensor.to(DType::i32) : tensor;
    for (std::int32_t id : ids.i32())
        require(id >= 0 && id < vocabulary, "text_encoder: input_ids hold {}, expected 0 to {}", id, vocabulary - 1);
    return ids;
}

/// One timestep for all rows, or one each.
HostTensor timesteps(HostTensor const& tensor, std::int64_t rows)
{
    HostTensor const given = tensor.dtype == DType::f32 ? tensor : tensor.to(DType::f32);
    std::int64_t const count = given.shape.elements();
    require(given.shape.rank() <= 1 && (count == 1 || count == rows),
        "unet: timestep is {}, expected [{}] or one value", given.shape, rows);
    HostTensor out(DType::f32, { rows });
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
        out.f32()[i] = given.f32()[count == 1 ? 0 : i];
    return out;
}

}

std::vector<std::string> const& component_names()
{
    static std::vector<std::string> const names { "text_encoder", "unet", "vae.encode", "vae.decode" };
    return names;
}

NamedTensors evaluate_text_encoder(std::shared_ptr<Device> device, ClipTextModel const& text, NamedTensors const& tensors,
    DType tier, std::span<LoraUse const> loras)
{
    HostTensor const ids =
        token_ids(Inputs("text_encoder", tensors, { "input_ids" }).raw("input_ids"), text.config.vocabulary);
    std::vector<std::int32_t> const ends = text.end_of_text(ids.i32(), static_cast<std::size_t>(ids.shape[1]));

    auto graph = std::make_shared<Graph>(tier);
    Tensor const input = graph->input("input_ids", DType::i32, ids.shape, Rate::request);
    Tensor const end = graph->input("end", DType::i32, { ids.shape[0] }, Rate::request);
    ClipTextOutputs const out = text(input, end);
    graph->output("last_hidden_state", cast(out.last_hidden_state, DType::f32));
    graph->output("pooler_output", cast(out.pooled, DType::f32));
    for (std::size_t i = 0; i < out.hidden_states.size(); ++i)
        graph->output(std::format("hidden_states.{}", i), cast(out.hidden_states[i], DType::f32));
    if (out.text_embeds)
        graph->output("text_embeds", cast(*out.text_embeds, DType::f32));
    adapt(*graph, loras);
    return run_once(std::move(device), graph,
        { { "input_ids", ids }, { "end", HostTensor::from({ ids.shape[0] }, std::span(ends)) } });
}

NamedTensors evaluate_unet(std::shared_ptr<Device> device, UNet2DCondition const& unet, NamedTensors const& tensors,
    DType tier, std::span<LoraUse const> loras)
{
    Inputs const inputs("unet", tensors, { "sample", "timestep", "encoder_hidden_states" });
    HostTensor const sample = inputs.f32("sample", 4).nchw_to_nhwc(), context = inputs.f32("encoder_hidden_states", 3);
    require(context.shape[0] == sample.shape[0],
        "unet: encoder_hidden_states are {}, expected [{}, L, D] as sample has {} rows", context.shape, sample.shape[0],
        sample.shape[0]);

    auto graph = std::make_shared<Graph>(tier);
    Tensor const x = graph->input("sample", tier, sample.shape, Rate::step);
    Tensor const t = graph->input("timestep", DType::f32, { sample.shape[0] }, Rate::step);
    Tensor const c = graph->input("encoder_hidden_states", tier, context.shape, Rate::request);
    graph->output("prediction", cast(unet(x, t, c), DType::f32));
    adapt(*graph, loras);
    NamedTensors out = run_once(std::move(device), graph,
        { { "sample", sample }, { "timestep", timesteps(inputs.raw("timestep"), sample.shape[0]) },
            { "encoder_hidden_states", context } });
    return { { "sample", out.at("prediction").nhwc_to_nchw() } };
}

NamedTensors evaluate_vae_encode(
    std::shared_ptr<Device> device, AutoencoderKL const& vae, NamedTensors const& inputs, DType tier)
{
    return encode(std::move(device), vae, inputs, tier);
}

NamedTensors evaluate_vae_encode(
    std::shared_ptr<Device> device, AutoencoderTiny const& vae, NamedTensors const& inputs, DType tier)
{
    return encode(std::move(device), vae, inputs, tier);
}

NamedTensors evaluate_vae_decode(
    std::shared_ptr<Device> device, AutoencoderKL const& vae, NamedTensors const& inputs, DType tier)
{
    return decode(std::move(device), vae, inputs, tier);
}

NamedTensors evaluate_vae_decode(
    std::shared_ptr<Device> device, AutoencoderTiny const& vae, NamedTensors const& inputs, DType tier)
{
    return decode(std::move(device), vae, inputs, tier);
}

NamedTensors evaluate_component(std::shared_ptr<Device> device, std::filesystem::path const& model,
    std::string_view component, NamedTensors const& inputs, DType tier, std::span<LoraUse const> loras)
{
    if (component == "text_encoder")
        return evaluate_text_encoder(device, ClipTextModel::load(model / "text_encoder"), inputs, tier, loras);
    if (component == "unet")
        return evaluate_unet(device, UNet2DCondition::load(model / "unet"), inputs, tier, loras);
    bool const encoding = component == "vae.encode";
    require(encoding || component == "vae.decode",
        "there is no component {}, expected text_encoder, unet, vae.encode or vae.decode", component);
    Vae const vae = load_vae(model / "vae");
    return std::visit(
        [&](auto const& v) {
            return encoding ? evaluate_vae_encode(device, v, inputs, tier)
                            : evaluate_vae_decode(device, v, inputs, tier);
        },
        vae);
}

}
