// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which tile of a kernel is fastest for which shapes: a value, measured by compute/tune and asked by kernels while they
// are lowered. Only what gives the same bits is ever a candidate: how rows and columns are cut and who works on them,
// never the order in which the products of a sum are added up, nor another kernel. So whatever a table says, and
// whether there is one, results are the same to the last bit.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

struct DeviceProfile;

/// Numbers of a kernel that change its speed alone; 0 where the kernel has no such number.
struct Tile {
    std::uint32_t rows = 0; // of a workgroup: of the result, or queries of attention
    std::uint32_t columns = 0; // of a workgroup, and of a panel of the packed weight
    std::uint32_t depth = 0; // taken at once: of a product's sum, or channels of attention's keys and values
    std::uint32_t down = 0, across = 0; // subgroups of a workgroup
    auto operator<=>(Tile const&) const = default;
};

/// "64x64x32, subgroups 2x2", without what is 0.
std::string text_of(Tile const& tile);

/// Shapes that one measurement speaks for.
struct TuneClass {
    std::string kernel; // the shader: op, kind of kernel and type, "matmul/linear_coopmat.f16", or "conv/conv2d_boxes_tiles+statistics.f16"
    bool geglu = false; // the one end of a product that takes columns in pairs
    std::uint32_t columns = 0; // as they are, for they say how much of the last tile is wasted; attention: of a head
    std::uint32_t depth = 0; // of the sums, log2 rounded up; attention: keys
    std::uint32_t rows = 0; // log2 rounded up; attention: queries
    auto operator<=>(TuneClass const&) const = default;
};

/// log2, rounded up: 1 -> 0, 64 -> 6, 65 -> 7.
std::uint32_t tune_bucket(std::uint64_t n);

struct TuneEntry {
    Tile tile;
    double gflops = 0, fixed_gflops = 0; // measured: of this tile, and of the one that the fixed rules choose
};

struct TuneTable {
    std::map<TuneClass, TuneEntry> entries;

    /// The entry of `shapes`; else of those that differ only in rows the nearest, so that programs of other sizes share
    /// the packed weights; else null.
    TuneEntry const* find(TuneClass const& shapes) const;
};

/// As text, a line for each entry, and back; nothing where the text is not whole and sound.
std::string write_tune_table(TuneTable const& table);
std::optional<TuneTable> read_tune_table(std::string_view text);

/// What a lowering chose among.
struct TileChoice {
    TuneClass shapes;
    std::vector<Tile> candidates; // the fixed rules' first
    Tile chosen;
};

/// The tile that was measured to be fastest for `shapes`, else the first candidate. Candidates that a test found wrong
/// on this driver (profile.disabled has tile_name) are left out, but for the first.
TileChoice choose_tile(DeviceProfile const& profile, TuneClass shapes, std::vector<Tile> candidates);

/// What stands for one tile of a kernel in DeviceProfile::disabled: "matmul/linear_coopmat 64x64x32, subgroups 2x2".
std::string tile_name(std::string_view shader, Tile const& tile);

}
