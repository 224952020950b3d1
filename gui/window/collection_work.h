// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gallery, models and queue in the window: their lists and panels, the viewer, and what goes from them to the request
// that is edited.

#include "app/gallery/recall.h"
#include "gui/studio/way_back.h"
#include "gui/window/parts.h"
#include "models/api/request.h"

#include <QHash>
#include <QImage>
#include <QObject>
#include <QTimer>

#include <filesystem>
#include <functional>

namespace igneous {

class CollectionEdits;
class GalleryImport;
class GalleryModel;
class GalleryPanel;
class LibraryModel;
class LibraryPanel;
class LibraryWatcher;
class LoraVerdicts;
class PictureLoader;
class QueueModel;
class QueuePanel;
class Viewer;

class CollectionWork : public QObject {
    Q_OBJECT

public:
    /// `starter`: the model that comes with the program.
    CollectionWork(Parts const& parts, std::filesystem::path starter, QObject* parent = nullptr);
    ~CollectionWork() override;

    GalleryModel& gallery() { return *m_gallery; }
    LibraryModel& library() { return *m_library; }
    QueueModel& queue() { return *m_queue; }
    PictureLoader& pictures() { return *m_pictures; }
    CollectionEdits& edits() { return *m_edits; }

    /// What is asked for of a request goes into the one that is edited, as one step; its models are looked for first.
    void recall(GenerationRequest request, Recall what);
    /// Of a picture of any program; trouble where it has none.
    void recall_file(QString const& path, Recall what);
    void view(qint64 picture);
    /// Folders of models were added or removed.
    void look_again();

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    /// A picture is to be worked on as a document of that name.
    void edit_asked(QImage const& picture, QString const& name);
    /// A picture is to be what the next one begins from.
    void init_asked(QString const& path);
    /// Models were found, changed or lost.
    void models_changed();
    /// The folders of models were gone through, whatever came of it.
    void looked_through();

private:
    WayBack way_back();
    void make_lists();
    void make_panels();
    void make_gallery_actions();
    void make_queue_actions();
    void make_viewer_actions();
    void connect_gallery();
    void connect_viewer();
    void connect_library();
    void connect_queue();
    void accept_drops();
    void recall_picture(qint64 picture, Recall what);
    void edit_picture(QString const& path);
    void use_model(QString const& file);
    void use_lora(QString const& name, QString const& file);
    void judge_loras();
    void show_lora_notes();
    void use_as_preview(QString const& picture, QString const& model, bool lora);
    /// The request that is edited, as one step of the history.
    void edit(QString const& name, std::function<void(GenerationRequest&)> const& change,
        std::string const& merge_key = {});
    void trouble(QString const& message);

    Parts m_parts;
    std::filesystem::path m_starter;
    GalleryModel* m_gallery = nullptr;
    LibraryModel* m_library = nullptr;
    LoraVerdicts* m_verdicts = nullptr;
    QueueModel* m_queue = nullptr;
    PictureLoader* m_pictures = nullptr;
    CollectionEdits* m_edits = nullptr;
    GalleryImport* m_import = nullptr;
    LibraryWatcher* m_watcher = nullptr;
    GalleryPanel* m_gallery_panel = nullptr;
    LibraryPanel* m_library_panel = nullptr;
    QueuePanel* m_queue_panel = nullptr;
    Viewer* m_viewer = nullptr;
    std::string m_judged_model;            // what was judged last
    std::vector<LoraUse> m_judged_loras;
    QHash<QString, QString> m_lora_warnings;       // by name, of those in use, as far as recognition knows
    QTimer m_gallery_soon, m_queue_soon;
};

}
