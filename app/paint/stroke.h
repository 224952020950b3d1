// SPDX-License-Identifier: Apache-2.0
#pragma once

// A stroke of a brush: dabs along a smooth line, as it is drawn. It does not build up over itself beyond the brush's
// opacity. What it gives are the layer's next tiles; those before stay as they are, for undo.

#include "app/paint/ink.h"

#include <map>

namespace igneous {

struct Brush {
    double size = 24;                      // across, in pixels of the layer
    double hardness = 0.8;                 // 0: soft from the middle on, 1: a sharp edge
    double opacity = 1;                    // of the whole stroke
    double flow = 1;                       // of one dab
    double spacing = 0.1;                  // from dab to dab, of the size
    bool pressure_to_size = true, pressure_to_opacity = false;
};

struct StrokePoint {
    double x = 0, y = 0;                   // pixels of the layer
    double pressure = 1;                   // 0..1
};

class Stroke {
public:
    /// `limits`: what of the layer may be painted on, in its own pixels.
    Stroke(TileGrid const& before, Brush const& brush, Ink const& ink, Allowed allowed, Rect const& limits);

    /// The first point, or the line on to the next. Gives the tiles that changed.
    std::vector<PlacedTile> add(StrokePoint const& point);
    /// The rest of the line, up to the last point.
    std::vector<PlacedTile> finish();
    /// What the last call changed, in the layer's pixels.
    Rect const& dirty() const { return m_dirty; }

private:
    using Coverage = std::vector<float>;   // of a tile
    void curve_to(StrokePoint const& control, StrokePoint const& end);
    void line_to(StrokePoint const& end);
    void dab(StrokePoint const& at);
    void cover(
        Coverage& coverage, TilePosition where, Rect const& part, StrokePoint const& at, double radius, float most);
    std::vector<PlacedTile> changed_tiles();

    TileGrid m_before, m_now;
    Brush m_brush;
    Ink m_ink;
    Allowed m_allowed;
    Rect m_limits, m_dirty;
    std::map<TilePosition, Coverage> m_coverage;
    std::map<TilePosition, Rect> m_changed;            // since the last call, in the layer's pixels
    std::vector<float> m_profile;                      // a dab's strength by the square of the distance
    std::vector<StrokePoint> m_points;                 // the last two
    StrokePoint m_at;                                  // where the line has come to
    double m_since_dab = 0;
};

}
