// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether an adapter was made for the model that it is to be used with: said before the run, never found out by it.

#include "app/library/model_facts.h"
#include "models/api/lora.h"

namespace igneous {

/// The model that adapters are to be used with, as far as it matters to them.
struct ChosenModel {
    ModelBase base = ModelBase::unknown;
    int context_width = 0;                 // of the text that it is conditioned on; 0: not known
    bool operator==(ChosenModel const&) const = default;
};

enum class BaseMatch { fits, unsure, differs };

/// unsure where one of the two is not known.
BaseMatch base_match(ModelBase adapter, ModelBase model);
/// Whether this version runs adapters of this kind, or only knows them.
bool is_used(ModelFacts const& facts);
/// Of Stable Diffusion's bases; 0 for others.
int context_width_of(ModelBase base);
/// A sentence for the user about an adapter that will not do what is hoped for with the model; empty where all is well.
/// `info`: what its keys say, where they were read.
std::string adapter_warning(ModelFacts const& adapter, ChosenModel const& model, LoraInfo const* info = nullptr);
/// Whether it is sure that it goes with the model.
bool surely_fits(ModelFacts const& adapter, ChosenModel const& model, LoraInfo const* info);
/// Why a model of this kind cannot be chosen here, and what it would be good for; empty for those that can.
std::string not_used_yet(ModelFacts const& facts);

}
