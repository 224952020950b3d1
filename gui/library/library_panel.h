// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model manager: what lies in the watched folders, found as one types, as cards or as a list, with everything known
// about the chosen one. LoRAs go to the prompt by a double click, by the button, or dragged.

#include "app/library/library_store.h"
#include "models/api/request.h"

#include <QTimer>
#include <QWidget>

class QAbstractItemView;
class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace igneous {

class CollectionEdits;
class LibraryModel;
class LibraryWatcher;
class ModelDetails;
struct ModelReport;
class TileView;

class LibraryPanel : public QWidget {
    Q_OBJECT

public:
    LibraryPanel(LibraryModel& model, CollectionEdits& edits, LibraryWatcher& watcher, QWidget* parent = nullptr);
    ~LibraryPanel() override;

    /// Cards or a list.
    void set_cards(bool cards);
    void focus_search();
    void ask_folders();
    /// The LoRAs of the request that is edited.
    void set_loras(std::vector<LoraUse> const& loras);
    /// Chooses the row; its details follow.
    void choose(int row);
    TileView& cards() { return *m_cards; }
    QListView& list() { return *m_list; }

Q_SIGNALS:
    /// A LoRA for the prompt, by name and file.
    void lora_chosen(QString const& name, QString const& file);
    void checkpoint_chosen(QString const& file);
    /// To be put behind the prompt.
    void words_chosen(QString const& words);
    void loras_weighed(std::vector<LoraUse> const& loras);
    /// The files of those that one looks at, the chosen one first.
    void loras_in_sight(QStringList const& files);
    /// Folders or files are not what they were: they are to be looked through.
    void folders_changed();

private:
    QWidget* make_filters();
    void make_views();
    void connect_details();
    void connect_watcher(LibraryWatcher& watcher);
    void find();
    void show_answer();
    void read_chosen();
    void show_report(ModelReport const& report);
    void show_fit();
    void tell_sight();
    void use(QModelIndex const& index);
    void show_menu(QAbstractItemView& view, QPoint const& at);
    void rename(LibraryEntry const& entry);
    void correct(LibraryEntry const& entry);
    void choose_preview(LibraryEntry const& entry);

    LibraryModel& m_model;
    CollectionEdits& m_edits;
    QLineEdit* m_text;
    QComboBox* m_type;
    QComboBox* m_base;
    QComboBox* m_filter;
    QComboBox* m_order;
    QToolButton* m_as_cards = nullptr;
    QStackedWidget* m_views;
    QListView* m_list;
    TileView* m_cards;
    QLabel* m_count;
    QLabel* m_work;
    ModelDetails* m_details;
    QWidget* m_details_place = nullptr;
    QTimer m_typing, m_choosing, m_looking;
    int m_first_seen = 0, m_last_seen = -1;          // rows of the cards in sight
};

}
