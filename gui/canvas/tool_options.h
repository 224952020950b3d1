// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the chosen tool can be set to, in one row above the canvas.

#include "app/settings/settings_schema.h"
#include "gui/canvas/canvas_tools.h"

#include <QWidget>

class QAction;
class QHBoxLayout;
class QStackedWidget;

namespace igneous {

class CanvasOptions;

class ToolOptions : public QWidget {
    Q_OBJECT

public:
    /// `commands`: buttons for these are offered with the tools that they help.
    struct Commands {
        QList<QAction*> mask, select, frame;
    };
    ToolOptions(CanvasTools& tools, CanvasOptions& options, CanvasView& view, Commands const& commands,
        QWidget* parent = nullptr);

private:
    struct Field {
        QString name, suffix;
        SettingKey<double> key;
        double scale = 1;                  // what is shown for 1 of the setting
    };
    QHBoxLayout* add_page(std::initializer_list<ToolId> tools);
    void add_number(QHBoxLayout* row, Field const& field);
    void add_brush(QHBoxLayout* row);
    void add_switch(QHBoxLayout* row, SettingKey<bool> key, QString const& icon, QString const& name);
    void add_mask_look(QHBoxLayout* row);
    void add_fill(QHBoxLayout* row);
    void add_commands(QHBoxLayout* row, QList<QAction*> const& commands);
    void add_transform(QHBoxLayout* row, CanvasView& view);
    void add_hint(QHBoxLayout* row, QString const& text);

    CanvasOptions& m_options;
    QStackedWidget* m_pages;
    std::array<int, tool_count> m_page_of {};
};

}
