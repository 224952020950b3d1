// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tools in a column beside the canvas, and below them the two colours.

#include "app/settings/settings_schema.h"
#include "gui/canvas/canvas_tools.h"

#include <QWidget>

class QAction;
class QToolButton;

namespace igneous {

class CanvasOptions;

class ToolStrip : public QWidget {
    Q_OBJECT

public:
    ToolStrip(CanvasTools& tools, CanvasOptions& options, QWidget* parent = nullptr);
    /// The tool tip then names the action's keys.
    void set_action(ToolId tool, QAction& action);

private:
    QList<QToolButton*> m_buttons;
};

/// The brush's colour above the second one; a click changes one, the arrow swaps them.
class ColourPair : public QWidget {
    Q_OBJECT

public:
    explicit ColourPair(CanvasOptions& options, QWidget* parent = nullptr);
    QSize sizeHint() const override { return { 40, 40 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect first() const { return { 2, 2, 25, 25 }; }
    QRect second() const { return { 13, 13, 25, 25 }; }
    void choose(SettingKey<std::string> key, QColor const& now, QString const& title);

    CanvasOptions& m_options;
};

}
