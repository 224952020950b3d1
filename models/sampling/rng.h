// SPDX-License-Identifier: Apache-2.0
#pragma once

// Noise that reproduces PyTorch's: a seed gives the picture it gave in ComfyUI, A1111 or diffusers. Two generators by
// name: torch-cpu (what ComfyUI uses, and diffusers with a CPU generator) and torch-cuda (A1111 and diffusers on an
// NVIDIA GPU). Draws continue one another: a request makes one generator and takes its initial noise, then the noise of
// its steps.

#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <vector>

namespace igneous {

/// A source of standard normal noise.
class NoiseGenerator {
public:
    virtual ~NoiseGenerator() = default;

    /// Fills `out` as one torch.randn call of that many elements would, in the order of memory (so [N, C, H, W]).
    virtual void randn(std::span<float> out) = 0;

    std::vector<float> randn(size_t count)
    {
        std::vector<float> out(count);
        randn(std::span(out));
        return out;
    }
};

/// torch.randn on a CPU generator, float32: mt19937 with Box-Muller, in blocks of 16 from 16 elements on and one by one
/// in double precision below. Bit for bit what PyTorch gives on x86 with AVX2; on other processors its own log, sin and
/// cos differ in the last bits.
class TorchCpuGenerator final : public NoiseGenerator {
public:
    explicit TorchCpuGenerator(std::uint64_t seed);
    using NoiseGenerator::randn;
    void randn(std::span<float> out) override;

private:
    float uniform();                // 24 bits in [0, 1)
    double uniform_double();        // 53 bits in [0, 1)
    float normal();

    std::mt19937 m_engine;
    bool m_has_next = false;        // Box-Muller makes two; below 16 elements the second waits here
    double m_next = 0;
};

/// torch.randn on a CUDA generator, float32: Philox 4x32-10 (Salmon et al. 2011) with one counter a thread, and
/// curand's Box-Muller. A kernel has one thread an element until the GPU is full, then threads take further elements;
/// `max_threads` is that number (multiprocessors x 2048 on most) and matters only to calls of more elements. 0: no
/// limit, as in A1111's and ComfyUI's emulations.
class TorchCudaGenerator final : public NoiseGenerator {
public:
    explicit TorchCudaGenerator(std::uint64_t seed, std::uint64_t max_threads = 0);
    using NoiseGenerator::randn;
    void randn(std::span<float> out) override;

private:
    std::uint64_t m_seed;
    std::uint64_t m_max_threads;
    std::uint64_t m_offset = 0;     // in Philox counters: how many each thread has used
};

/// The generator of that name, "torch-cpu" or "torch-cuda". Throws invalid_argument for other names.
std::unique_ptr<NoiseGenerator> make_noise_generator(std::string_view name, std::uint64_t seed);

}
