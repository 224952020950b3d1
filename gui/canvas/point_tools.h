// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tools that need one click: fill and colour picker.

#include "gui/canvas/tool.h"

#include <functional>

namespace igneous {

/// The brush takes the colour that is seen there.
void pick_colour(CanvasContext const& context, QPointF const& at);

class PickerTool : public Tool {
public:
    using Tool::Tool;
    void press(Pointer const& pointer) override { pick_colour(m_context, pointer.at); }
    void drag(Pointer const& pointer) override { pick_colour(m_context, pointer.at); }
    void release(Pointer const&) override {}
};

/// Fills what looks like the pixel under the pointer, on the active layer; on a mask the mask.
class FillTool : public Tool {
public:
    FillTool(CanvasContext const& context, std::function<void(QString const&)> tell)
        : Tool(context)
        , m_tell(std::move(tell))
    {}
    void press(Pointer const& pointer) override;
    void drag(Pointer const&) override {}
    void release(Pointer const&) override {}

private:
    std::function<void(QString const&)> m_tell;
};

}
