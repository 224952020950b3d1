// SPDX-License-Identifier: Apache-2.0
#pragma once

// The cases of tests/golden/components: configs of tiny models, what diffusers and transformers make of them, and the
// formulas for weights and inputs that tools/golden/formula.py has too.

#include "models/checkpoint/config.h"
#include "models/checkpoint/safetensors.h"
#include "models/checkpoint/tensor_index.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace igneous::golden {

/// base + scale * u, u in [-1, 1) from a hash of (name, index).
HostTensor formula_values(std::string const& name, Shape const& shape, double base, double scale);
/// Norm scales around 1, biases around 0, all else with variance 1 / fan-in.
HostTensor formula_weight(std::string const& name, Shape const& shape);
/// The same as a weight source; `component` goes before the name in messages only.
Weight formula_source(std::string const& component, std::string const& name, Shape const& shape);
std::uint64_t hash_text(std::string_view text);
/// 64 bits from a hash of (name, index).
std::uint64_t formula_bits(std::string_view name, std::size_t index);

struct Case {
    std::string name, component;          // component: text_encoder, unet, autoencoder_kl, autoencoder_tiny
    std::string config_text;              // config.json of the tiny model
    std::size_t weights = 0;              // how many it has
    std::string weights_hash;             // of the sorted lines "name [shape]"
    NamedTensors encoder_inputs;          // of the one forward call, or of the encoder
    NamedTensors decoder_inputs;          // autoencoders
    NamedTensors expected;

    Config config() const { return Config::parse(config_text, name + "/config.json"); }
    /// Weights made as they are asked for; `asked` collects the lines of the hash.
    TensorIndex weights_by_formula(std::shared_ptr<std::vector<std::string>> asked = {}) const;
};

/// Every case of a component.
std::vector<Case> cases(std::string_view component);

/// ‖got - expected‖ / ‖expected‖ in f64.
double relative_error(HostTensor const& got, HostTensor const& expected);


/// CHECKs, by the f64 reference of every op, that `graph` says what the golden outputs say: no device, no rounding.
/// `names`: golden names by the graph's output names.
void check_graph(Case const& golden, Graph const& graph, std::map<std::string, HostTensor> const& inputs,
    std::map<std::string, std::string> const& names);
/// CHECKs that the model asked for the weights that the golden model has, no more and no less.
void check_weights(Case const& golden, std::vector<std::string> asked);

/// CHECKs that `got` has every expected tensor within `tolerance` (relative L2), and prints the worst of the case.
/// Names of the golden file that a call does not give are passed over by `mine`.
void check_outputs(Case const& golden, NamedTensors const& got, DType tier, std::vector<std::string> const& mine,
    bool decoded = false);
double tolerance(DType tier);

}
