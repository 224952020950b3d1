// SPDX-License-Identifier: Apache-2.0
#pragma once

// A list of folders that can be added to, and taken out of.

#include <QStringList>
#include <QWidget>

class QListWidget;
class QToolButton;

namespace igneous {

class FolderList : public QWidget {
    Q_OBJECT

public:
    /// `name` for those who hear the window.
    explicit FolderList(QString const& name, QWidget* parent = nullptr);
    /// Does not emit.
    void show_folders(QStringList const& folders);

Q_SIGNALS:
    void edited(QStringList const& folders);

private:
    void add();
    void remove();
    QStringList folders() const;

    QListWidget* m_list;
    QToolButton* m_remove;
};

}
