// SPDX-License-Identifier: Apache-2.0
#pragma once

// prompt -> tokens -> text encoder: what the denoiser is told.

#include "models/api/request.h"
#include "models/pipeline/loaded_model.h"
#include "models/pipeline/part_runner.h"
#include "models/prompt/prompt_chunks.h"

#include <stop_token>

namespace igneous {

/// How prompts are cut for a text encoder that takes `tokens` at a time.
ChunkRules chunk_rules(ClipTokenizer const& tokenizer, int tokens);

struct TokenizedPrompts {
    PromptChunks positive, negative;       // equally many chunks
    PromptChunks empty;                    // one chunk: what ComfyUI's weighting interpolates from
    Weighting weighting = Weighting::a1111;
};

TokenizedPrompts tokenize_prompts(GenerationRequest const& request, LoadedModel const& model);

/// The denoiser's context [copies * batch, chunks * 77, D] f32: `copies` 2 is the negative prompt's, then the positive's.
HostTensor encode_prompts(TokenizedPrompts const& prompts, LoadedModel const& model, PartRunner& text, int copies, int batch, std::stop_token stop);

}
