// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random numbers that are the same on every machine: SplitMix64, so that a printed seed brings a failure back.

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace igneous::test {

class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed)
    {
    }
    /// A stream of its own for each name.
    Random(std::uint64_t seed, std::string_view name)
        : m_state(seed)
    {
        for (char c : name)
            m_state = (m_state ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
        next();
    }

    std::uint64_t next()
    {
        std::uint64_t z = m_state += 0x9e3779b97f4a7c15ull;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    /// In [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [low, high].
    std::int64_t integer(std::int64_t low, std::int64_t high)
    {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    /// Mean 0, deviation 1.
    double normal()
    {
        double const radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

private:
    std::uint64_t m_state;
};

}
