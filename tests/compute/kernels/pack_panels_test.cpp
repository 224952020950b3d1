// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/pack_panels.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

#include <numeric>

using namespace igneous;

namespace {

std::vector<float> packed(Shape const& shape, PanelPacking const& how, DType stored = DType::f32)
{
    std::vector<float> values(static_cast<std::size_t>(shape.elements()));
    std::iota(values.begin(), values.end(), 1.0f);                 // whole numbers below 2048: exact in f16 too
    Weight const weight = test::make_weight("w", shape, values, stored);
    Packing const packing = how.packing();
    Packer const& packer = find_packer(packing.name);
    std::vector<std::byte> bytes(packer.bytes(shape, packing), std::byte { 0xff });
    packer.pack(*weight, packing, bytes);
    std::vector<float> out(bytes.size() / size_of(how.dtype));
    convert_elements(how.dtype, bytes.data(), DType::f32, reinterpret_cast<std::byte*>(out.data()), out.size());
    return out;
}

}

TEST_CASE("panels: every weight lies in its place and the rest is zero", "[compute][kernels]")
{
    struct Case {
        Shape shape;
        PanelPacking how;
        DType stored = DType::f32;
    };
    Case const cases[] = {
        { { 5, 3 }, { .columns = 4 } },
        { { 40, 16 }, { .columns = 32, .align = 16 } },
        { { 7, 5, 3, 3 }, { .columns = 4, .align = 8 } },
        { { 6, 9, 1, 3 }, { .columns = 16, .align = 4, .first_range = 4 } },
        { { 10, 3 }, { .columns = 4, .geglu = true } },
        { { 10, 3 }, { .columns = 4, .geglu = true, .halves = true } },
        { { 36, 5 }, { .columns = 16, .align = 8, .geglu = true, .halves = true } },
        { { 5, 6, 3, 3 }, { .columns = 8, .align = 2, .dtype = DType::f16 }, DType::f32 },
        { { 5, 6, 3, 3 }, { .columns = 8, .align = 2, .dtype = DType::f32 }, DType::f16 },
    };
    for (auto const& [shape, how, stored] : cases) {
        std::vector<float> const all = packed(shape, how, stored);
        PanelLayout const layout = panel_layout(shape, how);
        REQUIRE(all.size() == layout.elements());
        std::uint64_t const inputs = static_cast<std::uint64_t>(shape[1]);
        std::uint64_t const depth = layout.padded[0] + layout.padded[1];
        std::vector<float> expected(all.size());
        for (std::uint64_t n = 0; n < layout.outputs; ++n) {
            std::uint64_t column = n;
            if (how.geglu)
                column = n < layout.outputs / 2 ? 2 * n : 2 * (n - layout.outputs / 2) + 1;
            if (how.halves) {                                      // 0 1 of the values, 0 1 of the gates, 2 3, ...
                std::uint64_t const half = how.columns / 2, i = n % (layout.outputs / 2);
                column = i / half * how.columns + i % half + (n < layout.outputs / 2 ? 0 : half);
            }
            for (std::uint64_t c = 0; c < inputs; ++c) {
                for (std::uint64_t tap = 0; tap < layout.taps; ++tap) {
                    std::uint64_t const k =
                        tap * depth + (c < layout.channels[0] ? c : c - layout.channels[0] + layout.padded[0]);
                    std::uint64_t const panel = column / how.columns;
                    expected[(panel * layout.taps * depth + k) * how.columns + column % how.columns]
                        = static_cast<float>((n * inputs + c) * layout.taps + tap + 1);
                }
            }
        }
        CAPTURE(shape.text(), how.columns, how.align, how.first_range, how.geglu);
        CHECK(all == expected);
        CHECK(layout.zero_count >= std::max(layout.padded[0], layout.padded[1]));
    }
}

TEST_CASE("plain: as it lies in the file, converted", "[compute][kernels]")
{
    std::vector<float> const values { 1, -2.5f, 0.25f };
    Weight const weight = test::make_weight("b", { 3 }, values, DType::f16);
    Packing const packing { "plain", DType::f32 };
    Packer const& packer = find_packer("plain");
    REQUIRE(packer.bytes({ 3 }, packing) == 12);
    std::vector<float> out(3);
    packer.pack(*weight, packing, std::as_writable_bytes(std::span(out)));
    CHECK(out == values);
}

TEST_CASE("phases: taps that see one pixel of the picture before it was enlarged are summed", "[compute][kernels]")
{
    Shape const shape { 3, 2, 3, 3 };
    PanelPacking const how { .columns = 4, .align = 2 };
    std::vector<float> values(static_cast<std::size_t>(shape.elements()));
    std::iota(values.begin(), values.end(), 1.0f);
    Weight const weight = test::make_weight("w", shape, values);
    Packing packing = how.packing();
    packing.name = "phases";
    Packer const& packer = find_packer("phases");
    PanelLayout const layout = panel_layout({ 3, 2, 2, 2 }, how);
    REQUIRE(packer.bytes(shape, packing) == 4 * layout.elements() * 4);
    std::vector<float> all(4 * layout.elements(), -1);
    packer.pack(*weight, packing, std::as_writable_bytes(std::span(all)));

    // The rows of the weight that fall on each of the two taps, of outputs in even and in odd rows: the same across.
    std::vector<std::size_t> const falls[2][2] = { { { 0, 1 }, { 2 } }, { { 0 }, { 1, 2 } } };
    for (std::size_t phase = 0; phase < 4; ++phase)
        for (std::size_t out = 0; out < 3; ++out)
            for (std::size_t in = 0; in < 2; ++in)
                for (std::size_t tap = 0; tap < 4; ++tap) {
                    float expected = 0;
                    for (std::size_t y : falls[phase / 2][tap / 2])
                        for (std::size_t x : falls[phase % 2][tap % 2])
                            expected += values[(out * 2 + in) * 9 + y * 3 + x];
                    CHECK(all[phase * layout.elements() + (tap * 2 + in) * 4 + out] == expected);
                }
}
