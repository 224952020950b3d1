// SPDX-License-Identifier: Apache-2.0
#pragma once

// The commands of the window itself: undo and redo with their names, panels, full screen, quit.

#include "gui/window/parts.h"

#include <QObject>

#include <functional>

class QAction;
class QMenu;

namespace igneous {

class WindowWork : public QObject {
    Q_OBJECT

public:
    explicit WindowWork(Parts const& parts, QObject* parent = nullptr);
    /// Undo first asks this whether something is under way that it took back instead.
    void set_under_way(std::function<bool()> take_back) { m_take_back = std::move(take_back); }

private:
    void make_edit();
    void make_view();
    void name_undo();
    void list_panels(QMenu& menu);
    void toggle_full_screen();

    Parts m_parts;
    std::function<bool()> m_take_back;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
};

}
