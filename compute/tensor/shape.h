// SPDX-License-Identifier: Apache-2.0
#pragma once

// The extents of a tensor, outermost first, at most five. Activations are channels-last: pictures [N, H, W, C],
// tokens [N, L, C]. rows() x channels() is how most kernels see them.

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <format>
#include <initializer_list>
#include <span>
#include <string>

namespace igneous {

class Shape {
public:
    static constexpr std::size_t max_rank = 5;

    Shape() = default;
    Shape(std::initializer_list<std::int64_t> extents)
        : Shape(std::span(extents.begin(), extents.size()))
    {
    }
    explicit Shape(std::span<std::int64_t const> extents)
        : m_rank(extents.size())
    {
        assert(extents.size() <= max_rank && "Shape: at most five extents");
        for (std::size_t i = 0; i < extents.size(); ++i)
            m_extents[i] = extents[i];
    }

    std::size_t rank() const { return m_rank; }
    /// Extent `i`; negative counts from the innermost: shape[-1] is the channel count.
    std::int64_t operator[](int i) const
    {
        std::size_t const at = i < 0 ? m_rank + static_cast<std::size_t>(i) : static_cast<std::size_t>(i);
        assert(at < m_rank && "Shape: no such extent");
        return m_extents[at];
    }
    std::int64_t elements() const
    {
        std::int64_t n = 1;
        for (std::size_t i = 0; i < m_rank; ++i)
            n *= m_extents[i];
        return n;
    }
    std::int64_t channels() const { return m_rank ? m_extents[m_rank - 1] : 1; }
    std::int64_t rows() const { return channels() ? elements() / channels() : 0; }
    Shape with(int i, std::int64_t extent) const
    {
        Shape copy = *this;
        copy.m_extents[i < 0 ? m_rank + static_cast<std::size_t>(i) : static_cast<std::size_t>(i)] = extent;
        return copy;
    }
    std::span<std::int64_t const> extents() const { return { m_extents.data(), m_rank }; }
    bool operator==(Shape const& other) const
    {
        return m_rank == other.m_rank && std::equal(m_extents.begin(), m_extents.begin() + m_rank, other.m_extents.begin());
    }
    /// "[2, 64, 64, 320]"
    std::string text() const
    {
        std::string out = "[";
        for (std::size_t i = 0; i < m_rank; ++i)
            out += (i ? ", " : "") + std::to_string(m_extents[i]);
        return out + "]";
    }

private:
    std::array<std::int64_t, max_rank> m_extents {};
    std::size_t m_rank = 0;
};

}

template<>
struct std::formatter<igneous::Shape> : std::formatter<std::string> {
    auto format(igneous::Shape const& shape, std::format_context& context) const
    {
        return std::formatter<std::string>::format(shape.text(), context);
    }
};
