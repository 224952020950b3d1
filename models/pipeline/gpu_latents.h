// SPDX-License-Identifier: Apache-2.0
#pragma once

// The LatentSpace of the engine: values are f32 tensors [N, H, W, C] on the device, combined there, in one dispatch each.
// Nothing is read back unless asked for. A value's memory goes back to a pool when its last handle goes; the queue runs in
// order, so the next user may write it at once. Who reads a value beside the queue (Readback) keeps a handle meanwhile.

#include "compute/memory/memory.h"
#include "compute/tensor/host_tensor.h"
#include "models/sampling/rng.h"
#include "models/sampling/sampler.h"

#include <map>
#include <memory>
#include <vector>

namespace igneous {

class Device;

/// Where noise comes from: a tape of given draws first, then each picture's own generator.
class NoiseSource {
public:
    /// Picture i of the batch draws from a generator seeded with seed + i, so that it can be made again alone.
    NoiseSource(std::string_view rng, std::uint64_t seed, int batch);
    /// Draws to take instead, in order, each [N, C, H, W] f32: "noise.<i>" of --latents-in.
    void set_tape(std::vector<HostTensor> tape);
    /// The next draw, [N, H, W, C] f32, for latents of `shape` [N, H, W, C].
    HostTensor next(Shape const& shape);

private:
    std::vector<std::unique_ptr<NoiseGenerator>> m_generators;
    std::vector<HostTensor> m_tape;
    std::size_t m_used = 0;
};

class GpuLatentSpace final : public LatentSpace {
public:
    /// Latents of `shape` [N, H, W, C] on `device`.
    GpuLatentSpace(std::shared_ptr<Device> device, Shape shape, NoiseSource noise);

    using LatentSpace::combine;
    Latents combine(std::span<Term const> terms) override;
    Latents noise() override;

    Latents upload(HostTensor const& nhwc);
    HostTensor download(Latents const& value);
    /// mask * a + (1 - mask) * b; mask is f32 [N, H, W, 1].
    Latents blend(Latents const& a, Latents const& b, DeviceTensor const& mask);
    DeviceTensor const& tensor(Latents const& value) const;
    /// Makes a value and lets `fill` write its tensor on the device.
    Latents make(std::function<void(DeviceTensor&)> const& fill);

private:
    struct Pool;
    struct Value;
    std::shared_ptr<Device> m_device;
    Shape m_shape;
    NoiseSource m_noise;
    std::shared_ptr<Pool> m_pool;
};

/// A space without values that counts how many are alive at once: runs a sampler to know the memory it needs.
class CountingLatentSpace final : public LatentSpace {
public:
    CountingLatentSpace();
    using LatentSpace::combine;
    Latents combine(std::span<Term const> terms) override;
    Latents noise() override;
    Latents make();
    int most_alive() const;

private:
    struct Count;
    struct Value;
    std::shared_ptr<Count> m_count;
};

}
