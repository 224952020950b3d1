// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a prompt is written: colours, Ctrl+Up and Ctrl+Down for weight, Alt+Up and Alt+Down for what was written before.

#include <QPlainTextEdit>
#include <QStringList>

namespace igneous {

class PromptEdit : public QPlainTextEdit {
    Q_OBJECT

public:
    PromptEdit(QString const& name, QString const& placeholder, int lines, QWidget* parent = nullptr);
    /// Keeps the cursor where it can; does not emit edited(). Not on the field's own undo: the session's history has it.
    void set_text(QString const& text);
    /// What Alt+Up goes back through, the newest last.
    void set_history(QStringList history);

Q_SIGNALS:
    void edited(QString const& text);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void change_weight_by(double step);
    void go_through_history(int direction);

    QStringList m_history;
    QString m_written;                     // what stood there before going back
    int m_back = 0;                        // steps back in history
};

}
