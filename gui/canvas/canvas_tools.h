// SPDX-License-Identifier: Apache-2.0
#pragma once

// The canvas's tools, one of which is chosen. A tool whose key is held down, or that was used while it was, gives way
// to the one before when the key goes up.

#include "gui/canvas/layer_tools.h"

#include <QElapsedTimer>
#include <QObject>

#include <array>
#include <memory>

namespace igneous {

enum class ToolId { brush, eraser, mask, lasso, rectangle, fill, picker, move, transform, frame };
constexpr int tool_count = static_cast<int>(ToolId::frame) + 1;

/// How a tool is called: in the window, as an action ("brush"), and its icon's file.
struct ToolName {
    QString title, id, icon;
};
ToolName name_of(ToolId tool);

class CanvasTools : public QObject {
    Q_OBJECT

public:
    explicit CanvasTools(CanvasContext const& context, QObject* parent = nullptr);
    ~CanvasTools() override;

    ToolId chosen() const { return m_chosen; }
    void choose(ToolId tool);
    /// By a key that was pressed; with key_released() it may end.
    void choose_by_key(ToolId tool, int key);
    void key_released(int key);
    MoveTool& move_tool() { return *m_move; }

Q_SIGNALS:
    void chosen_changed();
    /// Why nothing happened, for the user.
    void refused(QString const& why);

private:
    CanvasContext m_context;
    std::array<std::unique_ptr<Tool>, tool_count> m_tools;
    MoveTool* m_move = nullptr;
    ToolId m_chosen = ToolId::brush, m_before = ToolId::brush;
    int m_key = 0;                         // that is held for a tool; 0: none
    bool m_used = false;
    QElapsedTimer m_held;
};

}
