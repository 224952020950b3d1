// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Layer menu and the layers panel, and cut, copy and paste of pixels.

#include "gui/canvas/pixel_work.h"
#include "gui/canvas/tool.h"
#include "gui/layers/layers_panel.h"
#include "gui/window/parts.h"

#include <QObject>

#include <functional>

class QAction;

namespace igneous {

class CanvasWork;
class DocumentWork;

class LayerWork : public QObject {
    Q_OBJECT

public:
    LayerWork(Parts const& parts, CanvasWork& canvas, DocumentWork& documents, QObject* parent = nullptr);

private:
    QAction* add(char const* id, QString const& title, char const* icon, QKeySequence const& keys,
        std::function<void(Document const&)> done);
    void make_layer_actions();
    void make_edit_actions(DocumentWork& documents);
    void add_new(Document const& document, LayerKind kind, QString const& name);
    void remove(Document const& document);
    void duplicate(Document const& document);
    void group(Document const& document);
    void ungroup(Document const& document);
    void merge_down(Document const& document);
    PixelWork::Work merging(DocumentId id, LayerId lower, LayerId upper);
    /// Whether the active layer can be painted on; why not is told.
    bool may_paint();
    /// `then` is for when it is on the clipboard.
    void copy(Document const& document, std::function<void()> then);
    void copy_seen(Document const& document);
    void clear(DocumentId document, LayerId layer, QString const& name);
    void fill(Document const& document);
    void paste(DocumentWork& documents);
    /// Those that commands are about, the lowest first.
    std::vector<LayerId> chosen() const { return m_panel->model().chosen(); }
    Layer const* active() const { return m_context.layer(); }
    /// Where a new layer goes: above the active one.
    LayerPlace above_active(Document const& document) const;
    void enable();

    Parts m_parts;
    CanvasContext m_context;
    LayersPanel* m_panel = nullptr;
    QList<QAction*> m_with_layer, m_with_document;
    bool m_had_document = false;
};

}
