// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Layer menu and the layers panel, and cut, copy and paste of pixels.

#include "gui/canvas/tool.h"
#include "gui/window/parts.h"

#include <QImage>
#include <QObject>

#include <functional>

class QAction;

namespace igneous {

class CanvasWork;
class DocumentWork;
class LayersPanel;

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
    void duplicate(Document const& document);
    void group(Document const& document);
    void ungroup(Document const& document);
    void merge_down(Document const& document);
    void step(Document const& document, int by);
    /// What is selected of the active layer's pixels; null where that is nothing.
    QImage copied(Document const& document, QPoint& at) const;
    void copy(Document const& document);
    void clear(Document const& document, QString const& name);
    void paste(DocumentWork& documents);
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
