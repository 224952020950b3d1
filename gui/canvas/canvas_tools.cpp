// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/canvas_tools.h"

#include "gui/canvas/brush_tool.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/frame_tool.h"
#include "gui/canvas/point_tools.h"
#include "gui/canvas/select_tools.h"

#include <QCoreApplication>

namespace igneous {

ToolName name_of(ToolId tool)
{
    auto const named = [](char const* title, char const* id, char const* icon) {
        return ToolName { QCoreApplication::translate("igneous::CanvasTools", title), QString::fromLatin1(id),
            QString::fromLatin1(icon) };
    };
    switch (tool) {
    case ToolId::brush: return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Brush"), "brush", "brush");
    case ToolId::eraser: return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Eraser"), "eraser", "eraser");
    case ToolId::mask: return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Paint mask"), "mask", "mask");
    case ToolId::lasso: return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Lasso"), "lasso", "lasso");
    case ToolId::rectangle:
        return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Select a rectangle"), "rectangle", "rectangle");
    case ToolId::fill: return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Fill"), "fill", "fill");
    case ToolId::picker:
        return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Pick a colour"), "eyedropper", "picker");
    case ToolId::move: return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Move the layer"), "move", "move");
    case ToolId::transform:
        return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Transform the layer"), "transform", "transform");
    case ToolId::frame: break;
    }
    return named(QT_TRANSLATE_NOOP("igneous::CanvasTools", "Generation frame"), "frame", "frame");
}

CanvasTools::CanvasTools(CanvasContext const& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
{
    auto const tell = [this](QString const& why) { Q_EMIT refused(why); };
    auto const put = [this](ToolId tool, std::unique_ptr<Tool> made) {
        m_tools[static_cast<std::size_t>(tool)] = std::move(made);
    };
    put(ToolId::brush, std::make_unique<BrushTool>(context, BrushKind::paint, tell));
    put(ToolId::eraser, std::make_unique<BrushTool>(context, BrushKind::erase, tell));
    put(ToolId::mask, std::make_unique<BrushTool>(context, BrushKind::mask, tell));
    put(ToolId::lasso, std::make_unique<LassoTool>(context));
    put(ToolId::rectangle, std::make_unique<RectangleTool>(context));
    put(ToolId::fill, std::make_unique<FillTool>(context, tell));
    put(ToolId::picker, std::make_unique<PickerTool>(context));
    auto mover = std::make_unique<MoveTool>(context, tell);
    m_move = mover.get();
    put(ToolId::move, std::move(mover));
    put(ToolId::transform, std::make_unique<TransformTool>(context, tell));
    put(ToolId::frame, std::make_unique<FrameTool>(context));
    context.view.set_tool(m_tools[0].get());
    connect(&context.view, &CanvasView::tool_used, this, [this] { m_used = true; });
}

CanvasTools::~CanvasTools() { m_context.view.set_tool(nullptr); }

void CanvasTools::choose(ToolId tool)
{
    m_key = 0;
    m_chosen = tool;
    m_context.view.set_tool(m_tools[static_cast<std::size_t>(tool)].get());
    Q_EMIT chosen_changed();
}

void CanvasTools::choose_by_key(ToolId tool, int key)
{
    ToolId const before = m_chosen;
    choose(tool);
    m_before = before;
    m_key = key;
    m_used = false;
    m_held.start();
}

void CanvasTools::key_released(int key)
{
    constexpr qint64 a_while = 400;        // milliseconds: shorter is a press, not a hold
    if (key == 0 || key != m_key)
        return;
    m_key = 0;
    if (m_before != m_chosen && (m_used || m_held.elapsed() > a_while))
        choose(m_before);
}

}
