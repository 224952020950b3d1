// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/rng.h"

#include "models/api/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace igneous {

constexpr float two_pi = 2 * std::numbers::pi_v<float>;

TorchCpuGenerator::TorchCpuGenerator(std::uint64_t seed)
    : m_engine(static_cast<std::uint32_t>(seed))        // PyTorch, too, keeps the low 32 bits
{
}

float TorchCpuGenerator::uniform()
{
    return static_cast<float>(m_engine() & 0xffffff) * 0x1p-24f;
}

double TorchCpuGenerator::uniform_double()
{
    std::uint64_t const high = m_engine(), low = m_engine();
    return static_cast<double>((high << 32 | low) & ((1ull << 53) - 1)) * 0x1p-53;
}

float TorchCpuGenerator::normal()
{
    if (m_has_next) {
        m_has_next = false;
        return static_cast<float>(m_next);
    }
    double const angle = 2 * std::numbers::pi * uniform_double();
    double const radius = std::sqrt(-2 * std::log1p(-uniform_double()));
    m_next = radius * std::sin(angle);
    m_has_next = true;
    return static_cast<float>(radius * std::cos(angle));
}

/// Natural logarithm of a normal x, as Cephes' logf (Moshier 1992) with fused multiply-adds: the one that PyTorch's
/// blocks of sixteen run on x86 with AVX2, bit for bit.
static float cephes_log(float x)
{
    auto const bits = std::bit_cast<std::uint32_t>(x);
    auto exponent = static_cast<float>(static_cast<int>(bits >> 23) - 126);
    auto const mantissa = std::bit_cast<float>((bits & 0x007fffffu) | 0x3f000000u);         // [0.5, 1)
    bool const low = mantissa < std::numbers::sqrt2_v<float> / 2;
    exponent -= low ? 1.f : 0.f;
    float const m = mantissa - 1 + (low ? mantissa : 0.f), square = m * m;
    float y = 7.0376836292e-2f;
    for (float const c : { -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
             2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f })
        y = std::fma(y, m, c);
    y = std::fma(y * m, square, exponent * -2.12194440e-4f);                                // log(2) in two parts
    y = std::fma(-0.5f, square, y);
    return std::fma(exponent, 0.693359375f, m + y);
}

struct SinCos {
    float sin, cos;
};

/// Sine and cosine of x >= 0, as Cephes' sinf and cosf with fused multiply-adds; see cephes_log.
static SinCos cephes_sin_cos(float x)
{
    int const octant = (static_cast<int>(x * (4 * std::numbers::inv_pi_v<float>)) + 1) & ~1;
    auto const turns = static_cast<float>(octant);
    float r = std::fma(turns, -0.78515625f, x);                                             // pi / 4 in three parts
    r = std::fma(turns, -2.4187564849853515625e-4f, r);
    r = std::fma(turns, -3.77489497744594108e-8f, r);
    float const z = r * r;
    float cosine = std::fma(std::fma(2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f);
    cosine = std::fma(cosine * z, z, -0.5f * z) + 1;
    float sine = std::fma(std::fma(-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f);
    sine = std::fma(sine * z, r, r);
    bool const swapped = (octant & 2) != 0, sine_negative = (octant & 4) != 0,
               cosine_negative = ((octant + 2) & 4) != 0;
    if (swapped)
        std::swap(sine, cosine);
    return { sine_negative ? -sine : sine, cosine_negative ? -cosine : cosine };
}

/// Sixteen uniforms become sixteen normals: the first eight give radii, the last eight angles.
static void box_muller_16(std::span<float, 16> block)
{
    for (int i = 0; i < 8; ++i) {
        float const radius = std::sqrt(-2 * cephes_log(1 - block[i]));
        auto const [sine, cosine] = cephes_sin_cos(two_pi * block[i + 8]);
        block[i] = radius * cosine;
        block[i + 8] = radius * sine;
    }
}

void TorchCpuGenerator::randn(std::span<float> out)
{
    if (out.size() < 16) {
        std::ranges::generate(out, [&] { return normal(); });
        return;
    }
    std::ranges::generate(out, [&] { return uniform(); });
    for (size_t at = 0; at + 16 <= out.size(); at += 16)
        box_muller_16(out.subspan(at).first<16>());
    if (out.size() % 16 != 0) {                          // the last sixteen are drawn anew
        auto const last = out.last<16>();
        std::ranges::generate(last, [&] { return uniform(); });
        box_muller_16(last);
    }
}

using Counter = std::array<std::uint32_t, 4>;

/// Philox 4x32 with ten rounds.
static Counter philox(Counter c, std::uint64_t seed)
{
    auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const a = 0xd2511f53ull * c[0], b = 0xcd9e8d57ull * c[2];
        c = { static_cast<std::uint32_t>(b >> 32) ^ c[1] ^ key0, static_cast<std::uint32_t>(b),
            static_cast<std::uint32_t>(a >> 32) ^ c[3] ^ key1, static_cast<std::uint32_t>(a) };
        key0 += 0x9e3779b9u;
        key1 += 0xbb67ae85u;
    }
    return c;
}

/// curand's Box-Muller, sine first, with exact functions in double precision. CUDA's fast sine takes its argument in
/// turns, so the rounding of 2 pi that curand's source shows has no part in the result; what is left of its error is
/// some 1e-7.
static std::array<float, 2> box_muller_curand(std::uint32_t x, std::uint32_t y)
{
    double const radius = std::sqrt(-2 * std::log((x + 0.5) * 0x1p-32));
    double const angle = 2 * std::numbers::pi * ((y + 0.5) * 0x1p-32);
    return { static_cast<float>(radius * std::sin(angle)), static_cast<float>(radius * std::cos(angle)) };
}

TorchCudaGenerator::TorchCudaGenerator(std::uint64_t seed, std::uint64_t max_threads)
    : m_seed(seed)
    , m_max_threads(max_threads)
{
}

void TorchCudaGenerator::randn(std::span<float> out)
{
    if (out.empty())
        return;
    constexpr std::uint64_t block = 256;
    std::uint64_t threads = (out.size() + block - 1) / block * block;
    if (m_max_threads > 0)
        threads = std::min(threads, std::max<std::uint64_t>(m_max_threads / block, 1) * block);
    std::uint64_t const passes = (out.size() - 1) / (threads * 4) + 1;      // each gives a thread four normals
    for (std::uint64_t pass = 0; pass < passes; ++pass) {
        std::uint64_t const offset = m_offset + pass;
        for (std::uint64_t thread = 0; thread < threads; ++thread) {
            std::uint64_t at = pass * threads * 4 + thread;
            if (at >= out.size())
                break;
            auto const r = philox({ static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(offset >> 32),
                                      static_cast<std::uint32_t>(thread), static_cast<std::uint32_t>(thread >> 32) },
                m_seed);
            auto const [a, b] = box_muller_curand(r[0], r[1]);
            out[at] = a;
            if ((at += threads) >= out.size())
                continue;
            out[at] = b;
            auto const [c, d] = box_muller_curand(r[2], r[3]);
            if ((at += threads) < out.size())
                out[at] = c;
            if ((at += threads) < out.size())
                out[at] = d;
        }
    }
    m_offset += passes;
}

std::unique_ptr<NoiseGenerator> make_noise_generator(std::string_view name, std::uint64_t seed)
{
    if (name == "torch-cpu")
        return std::make_unique<TorchCpuGenerator>(seed);
    if (name == "torch-cuda")
        return std::make_unique<TorchCudaGenerator>(seed);
    fail(ErrorCode::invalid_argument, "rng: expected torch-cpu or torch-cuda but got {}", name);
}

}
