// SPDX-License-Identifier: Apache-2.0
#pragma once

// CLIP's text encoder as in transformers' CLIPTextModel: token and position embeddings, causal transformer layers, a
// last LayerNorm. Gives every hidden state, so that clip skip is a choice of the caller.

#include "models/checkpoint/config.h"
#include "models/layers/attention.h"
#include "models/layers/norm.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace igneous {

struct ClipTextConfig {
    int vocabulary = 49408;
    int channels = 512;
    int inner_channels = 2048;
    int layers = 12;
    int heads = 8;
    int max_tokens = 77;
    Activation activation = Activation::quick_gelu;
    float eps = 1e-5f;
    int eos_token = 49407;
    int projection_channels = 0;    // 0: the class has no text_projection

    /// Throws unsupported_model or file_damaged, naming file and key.
    static ClipTextConfig from(Config const& config);
};

struct ClipTextLayer {
    LayerNorm norm1, norm2;
    Attention attention;            // causal
    Linear fc1, fc2;
    Activation activation;

    static ClipTextLayer load(WeightScope w, ClipTextConfig const& config);
    Tensor operator()(Tensor x) const;
};

struct ClipTextOutputs {
    std::vector<Tensor> hidden_states;     // layers + 1 of [N, L, channels]: the embeddings, then after each layer
    Tensor last_hidden_state;              // the last of them after the final LayerNorm
    Tensor pooled;                         // [N, channels]: its row at the end-of-text token
    std::optional<Tensor> text_embeds;     // [N, projection_channels]: pooled, projected
};

struct ClipTextModel {
    ClipTextConfig config;
    Weight token_embedding;                // [vocabulary, channels]
    Weight position_embedding;             // [max_tokens, channels]
    std::vector<ClipTextLayer> layers;
    LayerNorm final_layer_norm;
    std::optional<Linear> text_projection;

    static ClipTextModel load(WeightScope w, ClipTextConfig const& config);
    /// From a diffusers sub-folder with config.json and model.safetensors.
    static ClipTextModel load(std::filesystem::path const& folder);
    static ClipTextModel load(TensorIndex index, ClipTextConfig const& config);

    /// ids i32 [N, L], at most max_tokens long; end i32 [N]: where each row's end-of-text token is.
    ClipTextOutputs operator()(Tensor ids, Tensor end) const;
    /// The hidden state `skip` layers before the last, after the final LayerNorm: skip 0 is last_hidden_state.
    Tensor skipped(ClipTextOutputs const& outputs, int skip) const;

    /// Index of the end-of-text token in each row of ids [rows, length]: the first one, or the largest id where the
    /// config has the historic end-of-text id 2; 0 where there is none.
    std::vector<std::int32_t> end_of_text(std::span<std::int32_t const> ids, std::size_t length) const;
};

}
