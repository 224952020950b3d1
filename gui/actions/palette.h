// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every command by its name: a few letters find it, Enter runs it, its keys stand beside it.

#include <QFrame>
#include <QPointer>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace igneous {

class Actions;

class CommandPalette : public QFrame {
    Q_OBJECT

public:
    CommandPalette(Actions& actions, QWidget& window);
    /// Over the upper middle of the window, with all commands.
    void open();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void find(QString const& text);
    void run();
    void close_and_return();

    Actions& m_actions;
    QLineEdit* m_text;
    QListView* m_list;
    QStandardItemModel* m_rows;
    QPointer<QWidget> m_before;            // had the focus
};

}
