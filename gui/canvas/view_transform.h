// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a picture lies in its window: where its middle is, how large, how turned, mirrored or not.

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QTransform>

namespace igneous {

class ViewTransform {
public:
    /// Picture coordinates (pixels) to the widget's (device-independent pixels).
    QTransform to_widget() const;
    double zoom() const { return m_zoom; }                 // widget pixels a picture pixel
    double degrees() const { return m_degrees; }
    bool mirrored() const { return m_mirrored; }

    /// The whole picture in the window, never larger than four times its size.
    void fit(QSizeF const& picture, QSizeF const& widget);
    /// The picture's own pixels, `at` (widget) keeping its place.
    void set_zoom(double zoom, QPointF const& at);
    void zoom_by(double factor, QPointF const& at) { set_zoom(m_zoom * factor, at); }
    void pan_by(QPointF const& widget_pixels) { m_offset += widget_pixels; }
    void rotate_to(double degrees, QPointF const& at);
    void mirror(QPointF const& at);

private:
    void keep(QPointF const& at, auto const& change);

    QPointF m_offset;                      // of the picture's origin
    double m_zoom = 1, m_degrees = 0;
    bool m_mirrored = false;
};

}
