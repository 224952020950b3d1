// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/pack_panels.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <vector>

namespace igneous {

namespace {

constexpr std::uint64_t round_up(std::uint64_t n, std::uint64_t multiple)
{
    return (n + multiple - 1) / multiple * multiple;
}

/// The output whose weights stand in column `j` of a panel; past the last output: nothing.
std::optional<std::uint64_t> output_of(
    PanelLayout const& layout, PanelPacking const& how, std::uint64_t panel, std::uint64_t j)
{
    std::uint64_t const n = panel * how.columns + j, gates = layout.outputs / 2, half = how.columns / 2;
    if (how.geglu && how.halves) {
        std::uint64_t const value = panel * half + j % half;
        return value < gates ? std::optional(value + j / half * gates) : std::nullopt;
    }
    if (n >= layout.outputs)
        return {};
    return how.geglu ? n / 2 + n % 2 * gates : n;
}

template<class Element>
void place(PanelLayout const& layout, PanelPacking const& how, Element const* source, Element* out)
{
    std::fill_n(out, layout.elements(), Element {});
    std::uint64_t const inputs = layout.channels[0] + layout.channels[1];
    std::uint64_t const depth = layout.padded[0] + layout.padded[1];
    struct Column {
        std::uint64_t j;
        Element const* row;
    };
    std::vector<Column> columns;
    for (std::uint64_t panel = 0; panel < layout.panels; ++panel) {
        columns.clear();
        for (std::uint64_t j = 0; j < how.columns; ++j)
            if (auto const output = output_of(layout, how, panel, j))
                columns.push_back({ j, source + *output * inputs * layout.taps });
        Element* const target = out + panel * layout.taps * depth * how.columns;
        for (std::uint64_t c = 0; c < inputs; ++c) {
            std::uint64_t const k = c < layout.channels[0] ? c : c - layout.channels[0] + layout.padded[0];
            for (std::uint64_t tap = 0; tap < layout.taps; ++tap) {
                Element* const line = target + (tap * depth + k) * how.columns;
                for (Column const& column : columns)
                    line[column.j] = column.row[c * layout.taps + tap];
            }
        }
    }
}

}

PanelPacking unpack_panels(Packing const& packing)
{
    return { packing.numbers[0], packing.numbers[1], packing.numbers[2], (packing.numbers[3] & 1) != 0,
        (packing.numbers[3] & 2) != 0, packing.dtype };
}

PanelLayout panel_layout(Shape const& weight, PanelPacking const& how)
{
    PanelLayout layout;
    layout.outputs = static_cast<std::uint64_t>(weight[0]);
    std::uint64_t const inputs = static_cast<std::uint64_t>(weight[1]);
    for (std::size_t i = 2; i < weight.rank(); ++i)
        layout.taps *= static_cast<std::uint64_t>(weight[static_cast<int>(i)]);
    layout.channels[0] = how.first_range ? how.first_range : inputs;
    assert(layout.channels[0] <= inputs && "panels: the first range is wider than the weight");
    assert((!how.geglu || layout.outputs % 2 == 0) && "panels: geglu needs as many values as gates");
    layout.channels[1] = inputs - layout.channels[0];
    for (int i : { 0, 1 })
        layout.padded[i] = round_up(layout.channels[i], how.align);
    layout.panels = (layout.outputs + how.columns - 1) / how.columns;
    layout.zeros = layout.panels * layout.taps * (layout.padded[0] + layout.padded[1]) * how.columns;
    // Also read, but never used, by lavapipe: it runs the uniform loads of a loop once more than the loop.
    std::uint64_t const overrun = 16 * how.columns;
    layout.zero_count = round_up(std::max({ layout.padded[0], layout.padded[1], overrun }), 8);
    return layout;
}

std::uint64_t panels_bytes(Shape const& shape, Packing const& packing)
{
    return panel_layout(shape, unpack_panels(packing)).elements() * size_of(packing.dtype);
}

void pack_panels(WeightSource const& source, Packing const& packing, std::span<std::byte> out)
{
    PanelPacking const how = unpack_panels(packing);
    PanelLayout const layout = panel_layout(source.shape, how);
    assert(out.size() == layout.elements() * size_of(how.dtype) && "panels: the target has another size");
    std::size_t const count = static_cast<std::size_t>(source.shape.elements());
    std::vector<std::byte> converted;
    std::byte const* elements = source.bytes.data();
    bool const aligned = reinterpret_cast<std::uintptr_t>(elements) % size_of(how.dtype) == 0;
    if (source.dtype != how.dtype || !aligned) {
        converted.resize(count * size_of(how.dtype));
        convert_elements(source.dtype, elements, how.dtype, converted.data(), count);
        elements = converted.data();
    }
    if (how.dtype == DType::f16)
        place(layout, how, reinterpret_cast<std::uint16_t const*>(elements),
            reinterpret_cast<std::uint16_t*>(out.data()));
    else
        place(layout, how, reinterpret_cast<float const*>(elements), reinterpret_cast<float*>(out.data()));
}

Shape phase_shape(Shape const& weight)
{
    assert(weight.rank() == 4 && weight[2] == 3 && weight[3] == 3 && "phases: of 3 x 3 taps");
    return { weight[0], weight[1], 2, 2 };
}

std::uint64_t phases_bytes(Shape const& shape, Packing const& packing)
{
    return phase_count * panels_bytes(phase_shape(shape), packing);
}

void pack_phases(WeightSource const& source, Packing const& packing, std::span<std::byte> out)
{
    std::size_t const planes = static_cast<std::size_t>(source.shape[0] * source.shape[1]);
    std::vector<float> taps(planes * 9), sums(planes * 4);
    convert_elements(source.dtype, source.bytes.data(), DType::f32, reinterpret_cast<std::byte*>(taps.data()), taps.size());
    std::span<std::byte const> const bytes = std::as_bytes(std::span(sums));
    WeightSource const summed { source.name, DType::f32, phase_shape(source.shape), bytes, nullptr };
    std::size_t const size = out.size() / phase_count;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        // The first of two taps is that of one row of the enlarged picture where that is odd, of two where it is even.
        auto const tap = [](std::size_t odd, std::size_t t) { return t == 0 ? std::size_t(0) : odd ? (t + 1) / 2 : t / 2; };
        std::ranges::fill(sums, 0.0f);
        for (std::size_t plane = 0; plane < planes; ++plane)
            for (std::size_t ty = 0; ty < 3; ++ty)
                for (std::size_t tx = 0; tx < 3; ++tx)
                    sums[plane * 4 + tap(phase / 2, ty) * 2 + tap(phase % 2, tx)] += taps[plane * 9 + ty * 3 + tx];
        pack_panels(summed, packing, out.subspan(phase * size, size));
    }
}

}
