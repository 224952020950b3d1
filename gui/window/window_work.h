// SPDX-License-Identifier: Apache-2.0
#pragma once

// The commands of the window itself: undo and redo with their names, panels, full screen, zoom, quit.

#include "gui/window/parts.h"

#include <QObject>

class QAction;
class QMenu;

namespace igneous {

class WindowWork : public QObject {
    Q_OBJECT

public:
    explicit WindowWork(Parts const& parts, QObject* parent = nullptr);

private:
    void make_edit();
    void make_view();
    void name_undo();
    void list_panels(QMenu& menu);
    void toggle_full_screen();

    Parts m_parts;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
};

}
