// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/pixel_work.h"

#include "gui/studio/way_back.h"

#include <QCoreApplication>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr auto a_while = 200ms;
constexpr int most_tries = 3;

TileGrid const* pixels_of(Document const& document, LayerId id)
{
    Layer const* const layer = id ? find_layer(document.layers, id) : nullptr;
    return layer ? &layer->pixels : id ? nullptr : &document.selection;
}

}

bool has_still(Document const* document, LayerId layer, TileGrid const& pixels)
{
    TileGrid const* const now = document ? pixels_of(*document, layer) : nullptr;
    return now && now->tiles() == pixels.tiles();
}

PixelWork::PixelWork(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_thread.setMaxThreadCount(1);
    m_while.setSingleShot(true);
    m_while.setInterval(a_while);
    connect(&m_while, &QTimer::timeout, this, [this] {
        m_told = true;
        Q_EMIT doing_changed(m_orders.front().doing);
    });
    connect(&session, &Session::history_changed, this, &PixelWork::finish_when_possible, Qt::QueuedConnection);
}

PixelWork::~PixelWork()
{
    m_stop.request_stop();
    m_thread.waitForDone();
}

void PixelWork::start(QString const& doing, Begin begin)
{
    m_orders.push_back({ doing, std::move(begin) });
    if (m_orders.size() == 1) {
        m_while.start();
        next();
    }
}

void PixelWork::change(
    QString const& doing, QString const& name, DocumentId id, LayerId layer, Change change)
{
    start(doing, [this, name = name.toStdString(), id, layer, change = std::move(change)]() -> Work {
        Document const* const document = find_document(m_session.workspace(), id);
        if (!document || !pixels_of(*document, layer))
            return {};
        return [this, name, layer, change, document = *document](std::stop_token const& stop) -> Finish {
            TileGrid const& before = *pixels_of(document, layer);
            std::vector<PlacedTile> tiles = change(document, before, stop);
            return [this, name, layer, id = document.id, before, tiles = std::move(tiles)]() mutable {
                Document const* const now = find_document(m_session.workspace(), id);
                if (!has_still(now, layer, before))
                    return false;
                if (!tiles.empty())
                    m_session.push(paint(*now, layer, std::move(tiles), name));
                return true;
            };
        };
    });
}

void PixelWork::then(QString const& doing, std::function<void()> done)
{
    if (!busy())
        return done();
    Finish const finish = [done = std::move(done)] {
        done();
        return true;
    };
    start(doing, [finish] { return [finish](std::stop_token const&) { return finish; }; });
}

bool PixelWork::cancel()
{
    if (!busy())
        return false;
    m_stop.request_stop();
    m_orders.clear();
    ++m_number;
    over();
    return true;
}

/// Begins with the first order that has something to do.
void PixelWork::next()
{
    while (busy()) {
        if (m_told)
            Q_EMIT doing_changed(m_orders.front().doing);
        if (Work work = m_orders.front().begin())
            return run(std::move(work));
        m_orders.pop_front();
    }
    over();
}

void PixelWork::run(Work work)
{
    m_stop = {};
    m_thread.start([work = std::move(work), stop = m_stop.get_token(), number = ++m_number, this,
                       back = WayBack(this, QCoreApplication::instance())]() mutable {
        auto const finish = std::make_shared<Finish>();        // never copied with what it holds
        QString problem;
        try {
            *finish = work(stop);
        } catch (std::bad_alloc const&) {
            problem = tr("There is not enough memory for that, so nothing was changed. Close other documents or "
                         "programs, or work on a smaller part.");
        } catch (std::exception const& error) {
            problem = QString::fromUtf8(error.what());
        }
        work = {};                         // large copies go here, not on the window's thread
        back([this, number, finish, problem] { arrived(number, std::move(*finish), problem); });
    });
}

void PixelWork::arrived(quint64 number, Finish finish, QString const& problem)
{
    if (number != m_number)
        return;
    if (!finish) {
        m_orders.pop_front();
        if (!problem.isEmpty())
            Q_EMIT refused(problem);
        return next();
    }
    m_finish = std::move(finish);
    finish_when_possible();
}

void PixelWork::finish_when_possible()
{
    if (!m_finish || m_session.history().in_group())
        return;
    if (std::exchange(m_finish, {})()) {
        m_orders.pop_front();
    } else if (++m_orders.front().tries == most_tries) {
        m_orders.pop_front();
        Q_EMIT refused(tr("The pixels changed again and again while they were worked on, so nothing was done. Ask for "
                          "it once more."));
    }
    next();
}

void PixelWork::over()
{
    m_finish = {};
    m_while.stop();
    if (std::exchange(m_told, false))
        Q_EMIT doing_changed({});
}

}
