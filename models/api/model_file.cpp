// SPDX-License-Identifier: Apache-2.0
#include "models/api/model_file.h"

#include <string>

namespace igneous {

namespace fs = std::filesystem;

fs::path main_file_of(fs::path const& model)
{
    std::error_code error;
    if (fs::is_regular_file(model, error))
        return model;
    for (char const* part : { "unet", "transformer" })
        for (char const* variant : { "", ".fp16" })
            if (fs::path file = model / part / ("diffusion_pytorch_model" + std::string(variant) + ".safetensors");
                fs::is_regular_file(file, error))
                return file;
    return {};
}

}
