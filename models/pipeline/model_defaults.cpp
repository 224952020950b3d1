// SPDX-License-Identifier: Apache-2.0
#include "models/api/model_defaults.h"

#include "models/api/error.h"
#include "models/families/stable_diffusion/config.h"

namespace igneous {

std::expected<ModelDefaults, std::string> model_defaults(std::filesystem::path const& model)
{
    try {
        if (auto const known = recognise_stable_diffusion(model); !known)
            return std::unexpected(known.error());
        StableDiffusionDefaults const defaults = StableDiffusionConfig::read(model).defaults;
        return ModelDefaults { defaults.width, defaults.height, defaults.steps, defaults.cfg };
    } catch (Error const& error) {
        return std::unexpected(error.what());
    }
}

}
