// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the command does where a request does not fit the device as it is.

#include "models/api/generator.h"

#include <string>

namespace igneous {

/// The first measures with which it fits; none where it fits as it is, or not at all.
SafetyMeasures measures_that_fit(Generator& generator, GenerationRequest const& request);

/// "this does not fit the device as it is; it is made with..."
std::string text_of(SafetyMeasures const& measures, GenerationPlan const& plan);

}
