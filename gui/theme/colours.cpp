// SPDX-License-Identifier: Apache-2.0
#include "gui/theme/colours.h"

#include <algorithm>
#include <cmath>

namespace igneous {

Colours const& dark_colours()
{
    static Colours const colours {
        .ground = QColor(0x1b, 0x1c, 0x1e),
        .panel = QColor(0x23, 0x24, 0x27),
        .raised = QColor(0x2e, 0x30, 0x34),
        .hover = QColor(0x3a, 0x3c, 0x42),
        .line = QColor(0x33, 0x35, 0x39),
        .outline = QColor(0x7a, 0x7d, 0x85),
        .text = QColor(0xe6, 0xe6, 0xe8),
        .faint = QColor(0xa3, 0xa6, 0xad),
        .accent = QColor(0xf0, 0x7a, 0x3a),
        .on_accent = QColor(0x1b, 0x10, 0x0a),
        .danger = QColor(0xff, 0x7b, 0x72),
        .caution = QColor(0xe8, 0xb3, 0x4b),
        .good = QColor(0x6c, 0xc6, 0x8b),
        .canvas = QColor(0x15, 0x15, 0x15),
    };
    return colours;
}

Colours const& light_colours()
{
    static Colours const colours {
        .ground = QColor(0xe9, 0xe9, 0xea),
        .panel = QColor(0xf5, 0xf5, 0xf6),
        .raised = QColor(0xff, 0xff, 0xff),
        .hover = QColor(0xe4, 0xe5, 0xe8),
        .line = QColor(0xd6, 0xd7, 0xda),
        .outline = QColor(0x82, 0x85, 0x8c),
        .text = QColor(0x1e, 0x1f, 0x22),
        .faint = QColor(0x5a, 0x5d, 0x64),
        .accent = QColor(0xb8, 0x48, 0x0f),
        .on_accent = QColor(0xff, 0xff, 0xff),
        .danger = QColor(0xb4, 0x23, 0x18),
        .caution = QColor(0x84, 0x56, 0x00),
        .good = QColor(0x17, 0x72, 0x3a),
        .canvas = QColor(0x8a, 0x8a, 0x8a),
    };
    return colours;
}

static double luminance(QColor const& colour)
{
    auto const linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(QColor const& a, QColor const& b)
{
    auto const [dark, bright] = std::minmax({ luminance(a), luminance(b) });
    return (bright + 0.05) / (dark + 0.05);
}

}
