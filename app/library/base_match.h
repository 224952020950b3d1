// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether an adapter was made for the model that it is to be used with: said before the run, never found out by it.

#include "app/library/model_facts.h"

namespace igneous {

enum class BaseMatch { fits, unsure, differs };

/// unsure where one of the two is not known.
BaseMatch base_match(ModelBase adapter, ModelBase model);
/// Whether this version runs adapters of this kind, or only knows them.
bool is_used(ModelFacts const& facts);
/// A sentence for the user about an adapter that will not do what is hoped for with a model of this base; empty where
/// all is well.
std::string adapter_warning(ModelFacts const& adapter, ModelBase model);
/// Why a model of this kind cannot be chosen here, and what it would be good for; empty for those that can.
std::string not_used_yet(ModelFacts const& facts);

}
