// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells what a model file is from its header: names and shapes of the tensors first, what its maker wrote second. Works
// on any layout in use (original, diffusers, kohya, PEFT, GGUF) without loading a weight.

#include "app/library/model_facts.h"
#include "app/library/model_header.h"

#include <optional>

namespace igneous {

ModelFacts recognise(ModelHeader const& header);

/// Reads the header and recognises it; what is wrong with the file lies in `damage`. Nothing where it is no model file
/// at all: a .bin of another program, say.
std::optional<ModelFacts> recognise_file(std::filesystem::path const& file);

// The steps, each looking at one kind.

/// A header seen behind a prefix ("model.diffusion_model.").
class Names {
public:
    Names(ModelHeader const& header, std::string prefix)
        : m_header(header)
        , m_prefix(std::move(prefix))
    {}
    bool has(std::string_view name) const { return m_header.find(m_prefix + std::string(name)); }
    bool begins(std::string_view prefix) const { return m_header.first_with(m_prefix + std::string(prefix)); }
    /// Extent `axis` of a tensor; 0 where there is none of that name or rank.
    std::int64_t extent(std::string_view name, std::size_t axis) const;
    std::size_t rank(std::string_view name) const;
    /// Extent `axis` of the first tensor whose name begins and ends so; 0 where there is none.
    std::int64_t extent_like(std::string_view begin, std::string_view end, std::size_t axis) const;

private:
    ModelHeader const& m_header;
    std::string m_prefix;
};

/// Which denoiser has these tensors; unknown for none.
ModelBase base_of_denoiser(Names const& names);
/// LoRA, LoHa, LoKr, DoRA, OFT... and what they were trained on; false for anything else.
bool recognise_adapter(ModelHeader const& header, ModelFacts& facts);
/// Title, author, trigger words and so on from the texts in the header, and the base where the tensors did not say it.
void read_metadata(ModelHeader const& header, ModelFacts& facts);

}
