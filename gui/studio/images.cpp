// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/images.h"

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

}
