// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/images.h"

#include "app/paint/compositing.h"

#include <algorithm>

namespace igneous {

QImage to_qimage(Image const& image)
{
    if (image.empty())
        return {};
    auto const format = image.channels == 1   ? QImage::Format_Grayscale8
                        : image.channels == 4 ? QImage::Format_RGBA8888
                                              : QImage::Format_RGB888;
    QImage out(image.width, image.height, format);
    auto const row_bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    for (int y = 0; y < image.height; ++y)
        std::copy_n(image.pixels.data() + static_cast<std::size_t>(y) * row_bytes, row_bytes, out.scanLine(y));
    return out;
}

Image from_qimage(QImage const& image)
{
    bool const alpha = image.hasAlphaChannel();
    QImage const same = image.convertToFormat(alpha ? QImage::Format_RGBA8888 : QImage::Format_RGB888);
    Image out(same.width(), same.height(), alpha ? 4 : 3);
    auto const row_bytes = static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.channels);
    for (int y = 0; y < out.height; ++y)
        std::copy_n(same.constScanLine(y), row_bytes, out.pixels.data() + static_cast<std::size_t>(y) * row_bytes);
    return out;
}

QImage sampled(Layer const& layer, Rect const& area, int largest)
{
    int const step = std::max(1, (std::max(area.width, area.height) + largest - 1) / largest);
    Document alone;
    alone.layers = { layer };
    alone.layers[0].properties.visible = true;
    QSize const size(std::max(1, area.width / step), std::max(1, area.height / step));
    Rect const part { area.x, area.y, size.width() * step, size.height() * step };
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(size.width()) * static_cast<std::size_t>(size.height()));
    if (layer.kind == LayerKind::mask) {
        std::vector<std::uint8_t> mask(pixels.size());
        compose_mask(alone, part, { .step = step }, mask);
        std::ranges::transform(mask, pixels.begin(), [](std::uint8_t v) { return qRgba(v, v, v, v); });
    } else {
        compose(alone, part, { .references = true, .step = step }, pixels);
    }
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    for (int y = 0; y < size.height(); ++y)
        std::copy_n(pixels.data() + static_cast<std::ptrdiff_t>(y) * size.width(), size.width(),
            reinterpret_cast<std::uint32_t*>(image.scanLine(y)));
    return image;
}

}
