// SPDX-License-Identifier: Apache-2.0
#include "models/text/clip_text_model.h"

#include "compute/ops/ops.h"
#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

ClipTextConfig ClipTextConfig::from(Config const& c)
{
    if (c.has("model_type"))
        c.only("model_type", { "\"clip_text_model\"", "\"clip\"" });
    ClipTextConfig config {
        .vocabulary = c.integer("vocab_size", 49408, 1),
        .channels = c.integer("hidden_size", 512, 1, 1 << 16),
        .inner_channels = c.integer("intermediate_size", 2048, 1, 1 << 18),
        .layers = c.integer("num_hidden_layers", 12, 1, 256),
        .heads = c.integer("num_attention_heads", 8, 1, 1024),
        .max_tokens = c.integer("max_position_embeddings", 77, 1, 1 << 16),
        .eps = static_cast<float>(c.number("layer_norm_eps", 1e-5)),
        .eos_token = c.integer("eos_token_id", 49407),
    };
    std::string const act = c.text("hidden_act", "quick_gelu");
    if (act == "gelu")
        config.activation = Activation::gelu;
    else if (act != "quick_gelu")
        c.refuse("hidden_act", "quick_gelu or gelu");
    if (config.channels % config.heads != 0)
        c.refuse("num_attention_heads", std::format("a divisor of hidden_size {}", config.channels));
    std::vector<std::string> const classes = c.texts("architectures", std::vector<std::string> {});
    if (std::ranges::find(classes, "CLIPTextModelWithProjection") != classes.end())
        config.projection_channels = c.integer("projection_dim", 512, 1, 1 << 16);
    return config;
}

ClipTextLayer ClipTextLayer::load(WeightScope w, ClipTextConfig const& c)
{
    WeightScope const a = w / "self_attn";
    return {
        .norm1 = LayerNorm::load(w / "layer_norm1", c.channels, c.eps),
        .norm2 = LayerNorm::load(w / "layer_norm2", c.channels, c.eps),
        .attention = {
            .name = a.path(),
            .to_q = Linear::load(a / "q_proj", c.channels, c.channels),
            .to_k = Linear::load(a / "k_proj", c.channels, c.channels),
            .to_v = Linear::load(a / "v_proj", c.channels, c.channels),
            .to_out = Linear::load(a / "out_proj", c.channels, c.channels),
            .heads = c.heads,
            .scale = 1.0f / std::sqrt(static_cast<float>(c.channels / c.heads)),
            .causal = true,
        },
        .fc1 = Linear::load(w / "mlp" / "fc1", c.channels, c.inner_channels),
        .fc2 = Linear::load(w / "mlp" / "fc2", c.inner_channels, c.channels),
        .activation = c.activation,
    };
}

Tensor ClipTextLayer::operator()(Tensor x) const
{
    Tensor h = norm1(x);
    x = attention(h, h) + x;
    return fc2(activate(fc1(norm2(x)), activation)) + x;
}

ClipTextModel ClipTextModel::load(WeightScope w, ClipTextConfig const& c)
{
    // Older and newer files differ in whether names begin with "text_model.".
    WeightScope const text = w.has("final_layer_norm.weight") ? w : w / "text_model";
    ClipTextModel model {
        .config = c,
        .token_embedding = (text / "embeddings" / "token_embedding").weight("weight", { c.vocabulary, c.channels }),
        .position_embedding =
            (text / "embeddings" / "position_embedding").weight("weight", { c.max_tokens, c.channels }),
        .layers = {},
        .final_layer_norm = LayerNorm::load(text / "final_layer_norm", c.channels, c.eps),
        .text_projection = {},
    };
    for (int i = 0; i < c.layers; ++i)
        model.layers.push_back(ClipTextLayer::load(text / "encoder" / "layers" / i, c));
    if (c.projection_channels > 0)
        model.text_projection = Linear::load(w / "text_projection", c.channels, c.projection_channels, Bias::no);
    return model;
}

ClipTextModel ClipTextModel::load(TensorIndex index, ClipTextConfig const& config)
{
    WeightLoader loader(std::move(index));
    ClipTextModel model = load(loader.root(), config);
    loader.finish({ "position_ids" });
    return model;
}

ClipTextModel ClipTextModel::load(std::filesystem::path const& folder)
{
    ClipTextConfig const config = ClipTextConfig::from(Config::read(folder / "config.json"));
    return load(TensorIndex::from_folder(folder, "model", "text_encoder"), config);
}

namespace {

/// The first `rows` rows of a weight [V, D], in place.
Weight first_rows(Weight const& weight, std::int64_t rows)
{
    if (weight->shape[0] == rows)
        return weight;
    WeightSource part = *weight;
    part.shape = { rows, weight->shape[1] };
    if (!part.bytes.empty())
        part.bytes = part.bytes.first(static_cast<std::size_t>(part.shape.elements()) * size_of(part.dtype));
    return std::make_shared<WeightSource const>(std::move(part));
}

}

ClipTextOutputs ClipTextModel::operator()(Tensor ids, Tensor end) const
{
    require(ids.shape.rank() == 2 && ids.shape[1] <= config.max_tokens,
        "text encoder: input_ids are {}, expected [N, L] with at most {} tokens", ids.shape, config.max_tokens);
    Graph& graph = *ids.graph;
    Tensor x = embedding(ids, graph.weight(token_embedding));
    x = x + graph.weight(first_rows(position_embedding, ids.shape[1]));

    ClipTextOutputs out { .hidden_states = { x } };
    for (ClipTextLayer const& layer : layers)
        out.hidden_states.push_back(x = layer(x));
    out.last_hidden_state = final_layer_norm(x);
    out.pooled = gather_rows(out.last_hidden_state, end);
    if (text_projection)
        out.text_embeds = (*text_projection)(out.pooled);
    return out;
}

Tensor ClipTextModel::skipped(ClipTextOutputs const& outputs, int skip) const
{
    require(skip >= 0 && skip < config.layers, "clip skip: {} layers cannot be skipped, the text encoder has {}", skip,
        config.layers);
    return skip == 0 ? outputs.last_hidden_state
                     : final_layer_norm(outputs.hidden_states[static_cast<std::size_t>(config.layers - skip)]);
}

std::vector<std::int32_t> ClipTextModel::end_of_text(std::span<std::int32_t const> ids, std::size_t length) const
{
    std::vector<std::int32_t> out;
    for (std::size_t at = 0; at + length <= ids.size() && length > 0; at += length) {
        auto const row = ids.subspan(at, length);
        auto const end =
            config.eos_token == 2 ? std::ranges::max_element(row) : std::ranges::find(row, config.eos_token);
        out.push_back(end == row.end() ? 0 : static_cast<std::int32_t>(end - row.begin()));
    }
    return out;
}

}
