// SPDX-License-Identifier: Apache-2.0
#pragma once

// The window's middle: open documents as tabs above the canvas with its tools; beside them the last picture that was
// made, alone where no document is open.

#include "app/session/session.h"

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace igneous {

class CanvasArea : public QWidget {
    Q_OBJECT

public:
    /// Takes them in. `picture` may stand in another layout before.
    CanvasArea(Session& session, QWidget* picture, QWidget* canvas, QWidget* strip, QWidget* options,
        QWidget* parent = nullptr);

    bool shows_canvas() const;
    /// The picture instead of the canvas, or back; without a document there is only the picture.
    void show_picture();
    void show_canvas();
    /// Whether there is a picture that could be edited.
    void set_editable(bool editable);

Q_SIGNALS:
    void close_asked(igneous::DocumentId document);
    /// The picture shall become a document.
    void edit_asked();
    void shown_changed();

private:
    QWidget* with_edit_button(QWidget* picture);
    void show_documents();
    void show_names();
    void choose(int tab);

    Session& m_session;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    QWidget* m_edit = nullptr;
    QWidget *m_canvas, *m_strip, *m_options;
    std::vector<DocumentId> m_documents;   // of the tabs behind the first
    bool m_filling = false;
};

}
