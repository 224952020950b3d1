// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/random_weights.h"

#include <algorithm>
#include <random>

namespace igneous {

namespace {

constexpr float deviation = 0.02f;
constexpr std::size_t period = 65537;      // a prime: no pattern along rows

std::shared_ptr<HostTensor const> random_values(std::int64_t count, float mean)
{
    std::vector<std::uint16_t> some(period);
    std::mt19937 random(1);
    std::normal_distribution<float> normal(mean, deviation);
    std::ranges::generate(some, [&] { return float_to_half(normal(random)); });
    auto values = std::make_shared<HostTensor>(DType::f16, Shape { count });
    auto* out = reinterpret_cast<std::uint16_t*>(values->bytes.data());
    for (std::size_t at = 0; at < static_cast<std::size_t>(count); at += period)
        std::copy_n(some.begin(), std::min(period, static_cast<std::size_t>(count) - at), out + at);
    return values;
}

}

std::span<std::byte const> RandomWeights::Pool::at_least(std::int64_t count, float mean)
{
    if (!values || values->shape.elements() < count)
        values = random_values(count, mean);
    return std::span(values->bytes).first(static_cast<std::size_t>(count) * size_of(DType::f16));
}

Weight RandomWeights::make(std::string name, Shape const& shape)
{
    bool const vector = shape.rank() == 1;
    Pool& pool = vector ? m_vectors : m_matrices;
    auto const bytes = pool.at_least(shape.elements(), vector ? 1 : 0);
    return std::make_shared<WeightSource const>(WeightSource {
        .name = std::move(name), .dtype = DType::f16, .shape = shape, .bytes = bytes, .owner = pool.values });
}

}
