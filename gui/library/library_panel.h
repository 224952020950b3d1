// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model manager: what lies in the watched folders, found as one types, with everything known about the chosen one.

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;

namespace igneous {

class LibraryModel;
class LibraryWatcher;

class LibraryPanel : public QWidget {
    Q_OBJECT

public:
    LibraryPanel(LibraryModel& model, LibraryWatcher& watcher, QWidget* parent = nullptr);

Q_SIGNALS:
    /// A LoRA for the prompt, by name and file.
    void lora_chosen(QString const& name, QString const& file);
    void checkpoint_chosen(QString const& file);

private:
    QWidget* make_filters();
    void find();
    void show_count();
    void show_chosen();
    void use(QModelIndex const& index);
    void add_folder();

    LibraryModel& m_model;
    LibraryWatcher& m_watcher;
    QLineEdit* m_text;
    QComboBox* m_type;
    QComboBox* m_filter;
    QListView* m_list;
    QLabel* m_count;
    QLabel* m_facts;
    QTimer m_typing;
};

}
