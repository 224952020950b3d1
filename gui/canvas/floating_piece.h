// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pixels of a layer that are in the hand: those that are selected, or all where nothing is. They are shown over the
// document until they are put down, which is one step to undo; the selection goes with them. What was put down by a
// move and taken up again is still what was lifted first: what lay under it comes back, and nothing becomes softer.

#include "app/paint/floating.h"
#include "gui/canvas/pixel_work.h"
#include "gui/canvas/tool.h"

#include <QImage>
#include <QTransform>

#include <functional>
#include <memory>

namespace igneous {

/// How the canvas shows them.
struct Floating {
    LayerId layer = 0;
    TileGrid rest;                         // what the layer has without them
    QImage picture;
    QRectF box;                            // of the picture, in the document, where it was lifted
    QTransform place;                      // from there to where it is now
};

class FloatingPiece {
public:
    /// `tell` says to the user why nothing can be lifted.
    FloatingPiece(CanvasContext const& context, std::function<void(QString const&)> tell)
        : m_context(context)
        , m_tell(std::move(tell))
    {}
    /// Lifts them off the active layer, beside the window; `ready` is called when they are there.
    void take(std::function<void()> ready);
    bool is_taking() const { return !m_taking.expired(); }
    bool is_held() const { return m_shown != nullptr; }
    /// Of the pixels where they were lifted, in the document.
    QRectF const& box() const { return m_shown->box; }
    /// From where they were lifted to where they were taken up.
    QTransform const& place_before() const { return m_lift->so_far; }
    /// Shows them there.
    void show(QTransform const& place);
    /// Puts down what is held: at `place`, seen from where it was lifted.
    void put(QTransform const& place, QString const& name);
    /// Moves the active layer's selected pixels on by so much, held or not.
    void shift(QPoint const& by, QString const& name);
    /// As it was.
    void drop();

private:
    /// Everything that is lifted, and what the document had when it was last put down.
    struct Lift {
        DocumentId document = 0;
        LayerId layer = 0;
        TileGrid pixels, selection;        // before all
        Lifted parts;
        QTransform so_far;                 // a move by whole pixels, or none
        TileGrid pixels_now, selection_now;
    };
    using Known = std::shared_ptr<Lift const>;
    static Known lifted_from(Document const& document, LayerId layer, Known const& known, std::stop_token const& stop);
    static std::shared_ptr<Floating> shown(Lift const& lift, Document const& document);
    static Lift put_down(
        Lift const& lift, QTransform const& place, Document const& document, std::stop_token const& stop);
    PixelWork::Work taking(DocumentId document, LayerId layer, std::weak_ptr<void> const& wanted,
        std::function<void()> const& ready);
    void start_putting(DocumentId document, LayerId layer, QTransform const& by, QString const& name,
        std::shared_ptr<void> until_then);
    PixelWork::Work putting(DocumentId document, LayerId layer, QTransform const& by, QString const& name);

    /// Whether there is something in it; else that is told.
    bool has_pixels(Lift const& lift) const;

    CanvasContext m_context;
    std::function<void(QString const&)> m_tell;
    Known m_lift;
    std::shared_ptr<Floating> m_shown;
    std::weak_ptr<void> m_taking;          // is there for as long as it is on its way and wanted
};

}
