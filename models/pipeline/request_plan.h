// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request will run, known to the byte before it runs: one Plan a part. generate() runs exactly these.

#include "compute/graph/plan.h"
#include "models/api/generator.h"
#include "models/pipeline/loaded_model.h"

#include <memory>
#include <optional>
#include <vector>

namespace igneous {

struct RequestPlan {
    std::shared_ptr<Plan const> text;              // one chunk of tokens at a time
    std::shared_ptr<Plan const> encode;            // null without an init image; one picture, or tile of it, at a time
    std::shared_ptr<Plan const> denoise;
    std::shared_ptr<Plan const> decode;            // as encode
    int copies = 2;                                // of the batch in the denoiser: 1 where cfg is 1
    int context_tokens = 77;
    Shape latents;                                 // [N, h, w, C]
    GenerationPlan numbers;
};

/// Parts that run in 32 bits although the request does not ask for it: their 16 bits gave NaN.
struct F32Parts {
    bool text = false, encode = false, denoise = false, decode = false;
};

struct RequestPlanOptions {
    bool one_part = false;                         // only the weights of the part that runs are on the device
    bool keep_all = false;                         // for --inspect
    std::uint64_t memory = 0; // bytes the device gives; 0: unknown
    F32Parts f32 = {};
};

/// Where it would need more than the device gives, the VAE works in bands (compute/graph/bands.h), and with one part at
/// a time weights are streamed (compute/graph/weight_stream.h): slower, to the same bits. `request` is completed();
/// `adapted`, which may be null, is what its LoRAs make of the model. `chunks` is the number of token chunks of the
/// longer prompt; `sigmas` the schedule that will be walked.
RequestPlan plan_request(GenerationRequest const& request, LoadedModel const& model, AdaptedWeights const* adapted, int chunks,
    std::vector<double> const& sigmas, DeviceProfile const& profile, RequestPlanOptions const& options);

}
