// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/view_transform.h"

#include <algorithm>
#include <cmath>

namespace igneous {

constexpr double least_zoom = 1. / 64, most_zoom = 64, most_fit = 4;

QTransform ViewTransform::to_widget() const
{
    QTransform transform;
    transform.translate(m_offset.x(), m_offset.y());
    transform.rotate(m_degrees);
    transform.scale(m_mirrored ? -m_zoom : m_zoom, m_zoom);
    return transform;
}

/// Changes something while the picture's point under `at` stays where it is.
void ViewTransform::keep(QPointF const& at, auto const& change)
{
    QPointF const point = to_widget().inverted().map(at);
    change();
    m_offset += at - to_widget().map(point);
}

void ViewTransform::fit(QSizeF const& picture, QSizeF const& widget)
{
    if (picture.isEmpty() || widget.isEmpty())
        return;
    m_degrees = 0;
    double const wide = widget.width() * 0.94 / picture.width(), high = widget.height() * 0.94 / picture.height();
    m_zoom = std::clamp(std::min({ wide, high, most_fit }), least_zoom, most_zoom);
    m_offset = {};
    QPointF const middle = to_widget().map(QPointF(picture.width() / 2, picture.height() / 2));
    m_offset = QPointF(widget.width() / 2, widget.height() / 2) - middle;
}

void ViewTransform::set_zoom(double zoom, QPointF const& at)
{
    keep(at, [&] { m_zoom = std::clamp(zoom, least_zoom, most_zoom); });
}

void ViewTransform::rotate_to(double degrees, QPointF const& at)
{
    keep(at, [&] { m_degrees = std::remainder(degrees, 360.); });
}

void ViewTransform::mirror(QPointF const& at)
{
    keep(at, [&] { m_mirrored = !m_mirrored; });
}

}
