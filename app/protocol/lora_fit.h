// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a LoRA goes with a model, as the worker answers it and as `igneous info --json` prints it.

#include "app/protocol/messages.h"
#include "models/api/lora_fit.h"

namespace igneous {

Json lora_fit_json(LoraFit const& fit);
/// Throws invalid_argument when it is none.
LoraFit read_lora_fit(Json const& json);

}
