// SPDX-License-Identifier: Apache-2.0
#pragma once

// Brush, eraser and mask brush: a stroke goes onto the active layer piece by piece, so that the journal has it while it
// is drawn, and is one step to undo.

#include "app/paint/stroke.h"
#include "gui/canvas/tool.h"

#include <functional>
#include <optional>

namespace igneous {

enum class BrushKind { paint, erase, mask };

class BrushTool : public Tool {
public:
    BrushTool(CanvasContext const& context, BrushKind kind, std::function<void(QString const&)> tell);

    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const& pointer) override;
    void hover(Pointer const& pointer) override;
    bool cancel() override;
    bool confirm() override;
    void paint(QPainter& painter) override;
    QCursor cursor() const override;

private:
    /// The layer to paint on, made where the mask brush finds no mask; null where nothing can be painted, which is
    /// said.
    Layer const* target();
    Layer const* mask_layer();
    void put(std::vector<PlacedTile> tiles);
    void show_at(QPointF const& in_widget);

    BrushKind m_kind;
    std::function<void(QString const&)> m_tell;
    std::optional<Stroke> m_stroke;
    LayerId m_layer = 0;
    QPointF m_origin; // of the layer, in the document
    QPointF m_at { -1e6, -1e6 };
};

Ink ink_of(QColor const& colour, bool erases = false);
/// Where a layer's pixel (0, 0) lies in its document.
QPoint origin_of_layer(Document const& document, LayerId layer);
/// Why nothing can be painted on it, for the user; empty where something can. Groups and what is locked or hidden.
QString objection_to_painting(Layer const* layer);

}
