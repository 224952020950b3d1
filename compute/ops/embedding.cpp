// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/embedding.h"

namespace igneous {

std::string TimeEmbeddingOp::settings() const
{
    return std::format("channels={} flip={} shift={}", channels, flip_sin_to_cos, freq_shift);
}

Tensor embedding(Tensor ids, Tensor table)
{
    require(ids.dtype == DType::i32 && ids.shape.rank() == 2, "embedding: ids must be i32 [N, L] but are {} {}", name_of(ids.dtype), ids.shape);
    require(table.shape.rank() == 2, "embedding: table must be [V, D] but is {}", table.shape);
    return ids.graph->add(std::make_shared<EmbeddingOp>(), { ids, table }, ids.graph->activations(),
        { ids.shape[0], ids.shape[1], table.shape[1] });
}

Tensor time_embedding(Tensor t, int channels, bool flip_sin_to_cos, float freq_shift)
{
    require(t.shape.rank() == 1 && t.dtype == DType::f32, "time_embedding: t must be f32 [N] but is {} {}", name_of(t.dtype), t.shape);
    require(channels >= 2, "time_embedding: at least 2 channels, got {}", channels);
    auto op = std::make_shared<TimeEmbeddingOp>();
    op->channels = channels;
    op->flip_sin_to_cos = flip_sin_to_cos;
    op->freq_shift = freq_shift;
    return t.graph->add(std::move(op), { t }, DType::f32, { t.shape[0], channels });
}

}
