// SPDX-License-Identifier: Apache-2.0
#pragma once

// Plain text to select and copy, in which long names without spaces, those of layers say, may break behind underscores.

#include <QLabel>

namespace igneous {

class BreakableLabel : public QLabel {
    Q_OBJECT

public:
    explicit BreakableLabel(QWidget* parent = nullptr);
    /// Marks where lines may break. Nobody sees the marks, and nothing that is copied has them.
    void set_text(QString text);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QString selected() const;
    void copy() const;
    void clean_selection() const;
};

}
