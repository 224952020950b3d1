// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Select menu: everything, nothing, the other part; growing, shrinking and feathering, of the mask layer that is
// chosen or else of the selection; one made from the other.

#include "app/paint/selection.h"
#include "gui/canvas/pixel_work.h"
#include "gui/canvas/tool.h"
#include "gui/window/parts.h"

#include <QAction>
#include <QObject>

#include <functional>

namespace igneous {

class MaskWork : public QObject {
    Q_OBJECT

public:
    MaskWork(Parts const& parts, CanvasContext const& context, QObject* parent = nullptr);
    QList<QAction*> const& mask_commands() const { return m_mask_commands; }
    QList<QAction*> const& select_commands() const { return m_select_commands; }

private:
    using Change = std::function<TileGrid(TileGrid const&, Rect const& area, std::stop_token const&)>;
    QAction* add(char const* id, QString const& title, QKeySequence const& keys, std::function<void()> done);
    /// Puts what `change` makes of the mask (in the document's pixels) in its place.
    void change_mask(QString const& name, Change change);
    void ask_pixels(QString const& title, QString const& what, std::function<void(int)> done);
    void mask_from_selection();
    PixelWork::Work make_mask(DocumentId id, LayerId mask);
    void selection_from_mask();
    /// The mask layer that is chosen, or the uppermost one that is shown; null where there is none.
    Layer const* mask_layer() const;

    Parts m_parts;
    CanvasContext m_context;
    QList<QAction*> m_mask_commands, m_select_commands;
    int m_pixels = 8;                      // last asked for
};

}
