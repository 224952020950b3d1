// SPDX-License-Identifier: Apache-2.0
#pragma once

// Folders of models that other programs have on this machine, to be ticked, and a button for one that was not found.

#include "app/library/other_programs.h"

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QVBoxLayout;

namespace igneous {

class FoundFolders : public QWidget {
    Q_OBJECT

public:
    explicit FoundFolders(QWidget* parent = nullptr);
    void show_found(std::vector<ProgramFolder> const& found);
    void add_folder(QString const& folder, QString const& title);
    QStringList chosen() const;

private:
    void ask();

    QVBoxLayout* m_rows;
    QList<QCheckBox*> m_boxes;
};

}
