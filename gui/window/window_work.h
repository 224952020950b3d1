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
    /// Undo and redo wait their turn behind what is under way: this gives it to them.
    using Turn = std::function<void(QString const& doing, std::function<void()> done)>;
    void set_turn(Turn turn) { m_turn = std::move(turn); }

private:
    void make_edit();
    void make_view();
    void name_undo();
    void list_panels(QMenu& menu);
    void toggle_full_screen();

    Parts m_parts;
    Turn m_turn = [](QString const&, std::function<void()> const& done) { done(); };
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
};

}
