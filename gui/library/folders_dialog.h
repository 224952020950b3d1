// SPDX-License-Identifier: Apache-2.0
#pragma once

// The watched folders: add, stop watching, and find the models of other programs where they stand.

#include "app/library/other_programs.h"

#include <QDialog>

class QLabel;
class QListWidget;
class QPushButton;

namespace igneous {

class CollectionEdits;
class LibraryModel;

class FoldersDialog : public QDialog {
    Q_OBJECT

public:
    FoldersDialog(LibraryModel& model, CollectionEdits& edits, QWidget* parent = nullptr);
    /// Looks in the usual places below `home`; what is found is offered.
    void look_for_programs(std::filesystem::path const& home);

private:
    void show_folders();
    void show_found(std::vector<ProgramFolder> const& found);
    void add_folder();

    LibraryModel& m_model;
    CollectionEdits& m_edits;
    QListWidget* m_list;
    QLabel* m_found;
    QPushButton* m_remove;
    std::vector<ProgramFolder> m_offered;
};

}
