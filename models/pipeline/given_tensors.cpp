// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/given_tensors.h"

#include "models/api/error.h"

#include <cstring>

namespace igneous {

std::vector<HostTensor> read_noise_tape(std::string const& path)
{
    NamedTensors tensors = read_tensors(path);
    auto const latents = tensors.find("latents");
    if (latents == tensors.end())
        fail(ErrorCode::invalid_argument, "latents: {} has no tensor named latents", path);
    std::vector<HostTensor> tape { latents->second.to(DType::f32) };
    for (std::size_t i = 0;; ++i) {
        auto const noise = tensors.find(std::format("noise.{}", i));
        if (noise == tensors.end())
            break;
        tape.push_back(noise->second.to(DType::f32));
    }
    return tape;
}

HostTensor side_by_side(HostTensor const& a, HostTensor const& b)
{
    require(a.dtype == b.dtype && a.shape.rows() == b.shape.rows(), "side_by_side: {} and {} do not fit", a.shape, b.shape);
    HostTensor out(a.dtype, a.shape.with(-1, a.shape.channels() + b.shape.channels()));
    std::size_t const left = static_cast<std::size_t>(a.shape.channels()) * size_of(a.dtype), right = static_cast<std::size_t>(b.shape.channels()) * size_of(b.dtype);
    for (std::size_t row = 0; row < static_cast<std::size_t>(a.shape.rows()); ++row) {
        std::memcpy(out.bytes.data() + row * (left + right), a.bytes.data() + row * left, left);
        std::memcpy(out.bytes.data() + row * (left + right) + left, b.bytes.data() + row * right, right);
    }
    return out;
}

}
