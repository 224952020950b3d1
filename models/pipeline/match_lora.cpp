// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/lora_match.h"
#include "models/api/error.h"
#include "models/pipeline/loaded_model.h"

namespace igneous {

LoraFit match_lora(std::filesystem::path const& model, std::filesystem::path const& lora)
{
    require_runnable(model);
    AdapterTargets const targets = adapter_targets(StableDiffusion::shapes_only(StableDiffusionConfig::read(model)));
    try {
        return match(*LoraFile::open(lora, LoraValues::unread), targets).fit;
    } catch (Error const& error) {
        if (error.code() == ErrorCode::file_missing || error.code() == ErrorCode::file_damaged)
            throw;
        std::string reason = error.what();
        if (std::string const who = lora.string() + ": "; reason.starts_with(who))
            reason.erase(0, who.size());
        return { .refusal = std::move(reason) };
    }
}

}
