// SPDX-License-Identifier: Apache-2.0
#pragma once

// Documents in files: new, open, save, close, pictures in as layers and out as PNG, JPEG or WebP. Files are read and
// written beside the window. Closing asks nothing: undo opens the document again as it was.

#include "gui/canvas/pixel_work.h"
#include "gui/canvas/tool.h"
#include "gui/window/parts.h"

#include <QImage>
#include <QObject>
#include <QTimer>

#include <filesystem>
#include <set>

namespace igneous {

class CanvasArea;
class CanvasWork;

class DocumentWork : public QObject {
    Q_OBJECT

public:
    DocumentWork(Parts const& parts, CanvasWork& canvas, QObject* parent = nullptr);

    /// For a document that has none yet.
    QString free_name() const;
    /// Becomes the active document. `background`: invalid for none.
    DocumentId make_document(QString const& name, QSize size, QColor const& background);
    /// A document of the picture's size with it as its one layer.
    void edit_picture(QImage const& picture, QString const& name);
    /// An .igneous file as a document; a picture as a layer of the active document, or as a document where none is
    /// open.
    void open(std::filesystem::path const& file);
    /// As above, but a picture always becomes a layer where a document is open. Its middle comes to `at`, or to the
    /// document's middle.
    void import_file(std::filesystem::path const& file, std::optional<QPointF> at = {});
    void add_picture_layer(QImage const& picture, QString const& name, std::optional<QPointF> at = {});
    /// The same for those who come to the picture only when it is their turn (PixelWork).
    PixelWork::Work adding(QImage const& picture, QString const& name, std::optional<QPointF> at);
    void save(DocumentId document, std::filesystem::path const& file);
    /// What is seen of the active document, in the format that the name says. `quality`: 1 to 100, 0: no loss.
    void export_to(std::filesystem::path const& file, int quality);
    void close(DocumentId document);

private:
    PixelWork::Work making_document(QImage const& picture, QString const& name);
    /// The highest of the layers, of which there is one at least, is active.
    DocumentId add_with_layers(QString const& name, QSize size, std::vector<Layer> layers);
    void put_layer(DocumentId id, Layer layer, QSize size, std::optional<QPointF> at);
    void make_actions();
    void ask_new();
    void ask_open(bool import);
    void save_active(bool ask);
    void ask_export();
    void autosave();
    void tell(QString const& message);
    /// Runs `work` beside the window and `done` with its result after it; what `work` throws is told.
    void in_background_telling(auto work, auto done);

    Parts m_parts;
    CanvasWork& m_canvas;
    QTimer m_autosave;
    int m_minutes = 0; // since the start, for it
    std::set<DocumentId> m_writing; // one write at a time each
};

}
