// SPDX-License-Identifier: Apache-2.0
#include "app/paint/floating.h"

#include <algorithm>

namespace igneous {

namespace {

std::uint8_t rounded(float value) { return static_cast<std::uint8_t>(value + 0.5f); }

/// `share` (0..255) of the pixel stays in `piece`, what is left goes to `rest`; neither keeps a colour without alpha.
void share_out(int channels, std::uint8_t share, std::uint8_t* piece, std::uint8_t* rest)
{
    int const alpha = channels - 1;
    if (share == 0) {
        std::copy_n(piece, channels, rest);
        std::fill_n(piece, channels, std::uint8_t { 0 });
        return;
    }
    int const had = piece[alpha], taken = (had * share + 127) / 255;
    std::copy_n(piece, channels, rest);
    piece[alpha] = static_cast<std::uint8_t>(taken);
    rest[alpha] = static_cast<std::uint8_t>(had - taken);
    for (std::uint8_t* pixel : { piece, rest })
        if (pixel[alpha] == 0)
            std::fill_n(pixel, channels, std::uint8_t { 0 });
}

void put_over(int channels, std::uint8_t const* above, std::uint8_t* below)
{
    int const alpha = channels - 1;
    if (above[alpha] == 0)
        return;
    if (above[alpha] == 255 || below[alpha] == 0) {
        std::copy_n(above, channels, below);
        return;
    }
    float const a = above[alpha] / 255.f, b = below[alpha] / 255.f * (1 - a);
    for (int c = 0; c < alpha; ++c)
        below[c] = rounded((static_cast<float>(above[c]) * a + static_cast<float>(below[c]) * b) / (a + b));
    below[alpha] = rounded((a + b) * 255);
}

}

Lifted lifted(TileGrid const& pixels, TileGrid const& selection, std::stop_token const& stop)
{
    int const channels = pixels.channels();
    Lifted out { TileGrid(channels), pixels };
    for (auto const& [where, mask] : selection.tiles()) {
        Tile const tile = pixels.tile(where);
        if (!tile)
            continue;
        if (stop.stop_requested())
            return out;
        TileBytes piece = *tile, rest(piece.size());
        for (std::size_t i = 0; i < mask->size(); ++i) {
            auto const at = i * static_cast<std::size_t>(channels);
            share_out(channels, (*mask)[i], piece.data() + at, rest.data() + at);
        }
        out.piece.put(where, make_tile(std::move(piece)));
        out.rest.put(where, make_tile(std::move(rest)));
    }
    return out;
}

TileGrid laid(TileGrid const& rest, TileGrid const& piece, std::stop_token const& stop)
{
    TileGrid out = rest;
    for (auto const& [where, tile] : piece.tiles()) {
        if (stop.stop_requested())
            return out;
        Tile const below = rest.tile(where);
        if (!below) {
            out.put(where, tile);
            continue;
        }
        TileBytes bytes = *below;
        auto const channels = static_cast<std::size_t>(rest.channels());
        for (std::size_t at = 0; at < bytes.size(); at += channels)
            put_over(rest.channels(), tile->data() + at, bytes.data() + at);
        out.put(where, make_tile(std::move(bytes)));
    }
    return out;
}

}
