// SPDX-License-Identifier: Apache-2.0
#pragma once

// A document as the screen shows it, in squares at the zoom's own coarseness, so that a huge one costs what is seen of
// it. Only what changed is composed anew. Where there is much to do at once a rough picture comes first and the good
// one follows, a little at a time.

#include "app/session/tiles.h"

#include <QImage>
#include <QRectF>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <tuple>

class QPainter;

namespace igneous {

class TileCache {
public:
    /// Premultiplied 0xAARRGGBB of each step-th pixel of `area`, as compose() of app/paint.
    using Source = std::function<void(Rect const& area, int step, std::span<std::uint32_t> out)>;
    /// What becomes of a pixel in the end; (x, y) counts in pixels of its level.
    using Finish = std::function<std::uint32_t(int x, int y, std::uint32_t pixel)>;
    using Clock = std::chrono::steady_clock;

    explicit TileCache(Source source, Finish finish = {});

    static constexpr int last_level = 7;   // a pixel of level n is 2^n pixels of the document wide
    /// The coarsest that still has a pixel for each of the screen's.
    static int level_for(double zoom);

    /// Another document, or another size.
    void reset(int width, int height);
    /// That part of the document looks different now.
    void changed(Rect const& area);

    /// Draws what lies in `seen` (document) with a painter that draws in the document's pixels. Composes until `until`,
    /// a tile at least; false where something is missing or old.
    bool paint(QPainter& painter, Rect const& seen, int level, Clock::time_point until);
    /// Makes rough parts of `seen` good. Gives what has to be drawn again, empty where all is good.
    Rect refine(Rect const& seen, Clock::time_point until);
    std::size_t tiles() const { return m_tiles.size(); }

private:
    using Key = std::tuple<int, int, int>; // level, x, y
    struct Entry {
        QImage image;
        Rect old, rough; // in its own pixels
        std::uint64_t seen = 0;
    };
    Entry& entry(Key const& key);
    /// At most so many samples of the document a pixel in each direction.
    void compose(Key const& key, Entry& entry, Rect const& part, int samples);
    void draw_coarser(QPainter& painter, Key const& key);
    void forget();

    Source m_source;
    Finish m_finish;
    int m_width = 0, m_height = 0;
    std::map<Key, Entry> m_tiles;
    std::uint64_t m_frame = 0;
    int m_level = 0;
    std::vector<std::uint32_t> m_samples;
};

}
