// SPDX-License-Identifier: Apache-2.0
#pragma once

// The options that generate and plan share, and the request they make.

#include "models/api/generator.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace igneous {

enum class PromptIs : std::uint8_t { required, optional };

/// What the options come to.
struct RequestedPicture {
    GenerationRequest request;
    std::optional<int> only;               // --recipe: the one picture of the batch that was meant
    std::vector<std::string> notes;        // --recipe: what could not be carried over
};

/// Filled by the command line. What each may be is checked by the pipeline; here only what cannot be turned into a
/// request is refused.
class RequestOptions {
public:
    /// Options are bound to this object: it must live until the command line is read.
    void add_to(CLI::App& app, PromptIs prompt);
    /// The request, with the pictures and texts that options name read from their files. Throws Error.
    GenerationRequest request() const { return requested().request; }
    RequestedPicture requested() const;
    std::string const& device() const { return m_device; }
    /// Bytes of device memory to use at most; 0: what the driver gives.
    std::uint64_t memory_limit() const { return m_memory_limit << 20; }

private:
    RequestedPicture from_recipe() const;
    std::string model_of(std::string const& recipe_model) const;
    void use_defaults(GenerationRequest& request) const;
    std::string prompt() const;
    void read_init(GenerationRequest& request, std::optional<InitImage> const& known) const;
    void read_loras(GenerationRequest& request) const;

    CLI::App* m_app = nullptr;
    PromptIs m_prompt_is = PromptIs::required;
    GenerationRequest m_request;
    std::string m_prompt_file, m_seed = "0", m_tier = "f16", m_init_image, m_mask, m_steps_mode = "comfy", m_device,
                               m_recipe;
    double m_strength = 0.75;
    std::uint64_t m_memory_limit = 0;      // MiB
    std::vector<std::string> m_loras, m_lora_folders;
};

/// "ink.safetensors:0.8" or "ink:0.8": a file or a name, then its weight, or its text encoder's and its UNet's, as in
/// <lora:ink:0.5:0.8>. The file is filled in only where it is one.
LoraUse lora_from(std::string const& word);

/// "f16" or "f32"; throws invalid_argument for other words.
Tier tier_from(std::string const& word);
/// A whole number from 0 to 2^64 - 1, or "random" (also -1) for a number nobody chose.
std::uint64_t seed_from(std::string const& word);

}
