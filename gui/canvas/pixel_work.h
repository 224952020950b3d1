// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changes of pixels that may take longer than a frame: one after the other, in the order in which they were asked for,
// each on a copy of what it changes (tiles are shared, so a copy costs no pixels) beside the window. What was changed
// meanwhile counts: then the work is done again. Nothing comes out in the middle of a stroke.

#include "app/session/session.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <deque>
#include <functional>
#include <stop_token>

namespace igneous {

class PixelWork : public QObject {
    Q_OBJECT

public:
    /// On the window's thread; false where what the work began with is not there any more as it was. Null: nothing came
    /// of it.
    using Finish = std::function<bool()>;
    /// On another thread. What it gives once it was asked to stop is thrown away.
    using Work = std::function<Finish(std::stop_token const&)>;
    /// On the window's thread, when all before it is done; null where there is nothing to do.
    using Begin = std::function<Work()>;
    /// The tiles that the layer has then, or the selection.
    using Change = std::function<std::vector<PlacedTile>(
        Document const& document, TileGrid const& pixels, std::stop_token const& stop)>;

    explicit PixelWork(Session& session, QObject* parent = nullptr);
    ~PixelWork() override;

    /// `doing`: "Filling…", for the user.
    void start(QString const& doing, Begin begin);
    /// New pixels for a layer, or the selection (0), as one command of that name.
    void change(QString const& doing, QString const& name, DocumentId document, LayerId layer, Change change);
    /// Does it at once where nothing is under way, else when all that was asked for by now is done.
    void then(QString const& doing, std::function<void()> done);
    bool busy() const { return !m_orders.empty(); }
    /// Takes back everything that is not done yet; false where that is nothing.
    bool cancel();

Q_SIGNALS:
    /// What takes a while, empty when it is over.
    void doing_changed(QString const& doing);
    /// Why nothing happened, for the user.
    void refused(QString const& why);

private:
    struct Order {
        QString doing;
        Begin begin;
        int tries = 0;
    };
    void next();
    void run(Work work);
    void arrived(quint64 number, Finish finish, QString const& problem);
    void finish_when_possible();
    void over();

    Session& m_session;
    QThreadPool m_thread;
    std::deque<Order> m_orders;            // the first is being worked on
    std::stop_source m_stop;
    quint64 m_number = 0;                  // of what is being worked on: what came before it is of no use any more
    Finish m_finish;                       // that waits for a stroke to end
    QTimer m_while;
    bool m_told = false;
};

/// Whether the layer, or the selection (0), still has these very tiles.
bool has_still(Document const* document, LayerId layer, TileGrid const& pixels);

}
