// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the lists of gallery, library and queue share: which rows there are is asked anew whenever something changed, the
// rows themselves are read by window as they are shown, and both on a thread of their own. 100,000 rows open like ten.

#include "gui/studio/id_list.h"
#include "gui/studio/reader.h"

#include <QCache>
#include <QSet>
#include <QTimer>

#include <atomic>
#include <functional>
#include <optional>
#include <span>

namespace igneous {

/// `Row` has an `id`.
template<class Row>
class LazyList : public IdList {
protected:
    using Ids = std::vector<std::int64_t>;
    using Read = std::function<std::vector<Row>(std::span<std::int64_t const>)>;

    /// `read`: rows by their ids, on the reader's thread; what it throws is as if there were none.
    LazyList(QString const& name, Read read, QObject* parent)
        : IdList(parent)
        , m_read(std::move(read))
        , m_reader(std::make_unique<Reader>(name))
    {}

    /// Asks which rows there are, on the reader's thread; of several questions only the last is answered. Throwing
    /// leaves the list as it is and calls failed().
    void ask(std::function<Ids()> which);
    /// The row where it has been read, perhaps as it was a moment ago. Else it is read now, and dataChanged() follows.
    Row const* row(int at) const;
    Row const* row(QModelIndex const& index) const { return index.isValid() ? row(index.row()) : nullptr; }
    /// Work for the list on its thread.
    void post(std::function<void()> work) const { m_reader->post(std::move(work)); }
    /// The same for this list's own thread: back from the reader.
    void answer(std::function<void()> work) const
    {
        QMetaObject::invokeMethod(const_cast<LazyList*>(this), std::move(work), Qt::QueuedConnection);
    }
    /// To be called by destructors first: nothing is read after it.
    void stop() { m_reader.reset(); }
    virtual void failed(QString const& why) { Q_UNUSED(why) }

private:
    static constexpr int window = 128;
    struct Kept {
        Row row;
        int question;                      // that it was read for: older ones are read again
    };
    void take(int question, Ids ids, std::vector<Row> rows);
    void keep(int question, std::vector<Row>& rows) const;
    void ask_window(int at) const;

    Read const m_read;
    std::atomic<int> m_asked = 0;
    int m_shown = 0;                       // the question whose answer is shown
    mutable int m_last_window = 0;
    mutable QCache<std::int64_t, Kept> m_rows { 8192 };
    mutable QSet<int> m_awaited;           // windows
    std::unique_ptr<Reader> m_reader;      // ends first
};

template<class Row>
void LazyList<Row>::ask(std::function<Ids()> which)
{
    int const question = ++m_asked;
    m_reader->post([this, question, which = std::move(which), first = m_last_window] {
        if (question != m_asked)
            return;
        try {
            Ids ids = which();
            auto const begin = std::min(static_cast<std::size_t>(first), ids.size() / window * window);
            auto rows = m_read(std::span(ids).subspan(begin, std::min<std::size_t>(2 * window, ids.size() - begin)));
            answer([this, question, ids = std::move(ids), rows = std::move(rows)]() mutable {
                take(question, std::move(ids), std::move(rows));
            });
        } catch (std::exception const& error) {
            answer([this, why = QString::fromUtf8(error.what())] { failed(why); });
        }
    });
}

template<class Row>
void LazyList<Row>::keep(int question, std::vector<Row>& rows) const
{
    for (Row& row : rows) {
        std::int64_t const id = row.id;
        m_rows.insert(id, new Kept { std::move(row), question });
    }
}

template<class Row>
void LazyList<Row>::take(int question, Ids ids, std::vector<Row> rows)
{
    m_shown = question;
    m_awaited.clear();
    keep(question, rows);
    become(std::move(ids));
    if (rowCount() > 0)                    // rows that stayed may say something else now
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    Q_EMIT answered();
}

template<class Row>
Row const* LazyList<Row>::row(int at) const
{
    Kept const* known = m_rows.object(id_at(at));
    if (!known || known->question < m_shown)
        ask_window(at / window * window);
    return known ? &known->row : nullptr;
}

template<class Row>
void LazyList<Row>::ask_window(int first) const
{
    m_last_window = first;
    if (!m_reader || m_awaited.contains(first))
        return;
    m_awaited.insert(first);
    auto const begin = ids().begin() + first;
    Ids wanted(begin, begin + std::min<std::ptrdiff_t>(window, ids().end() - begin));
    m_reader->post([this, question = m_shown, first, wanted = std::move(wanted)] {
        std::vector<Row> rows;
        try {
            rows = m_read(wanted);
        } catch (std::exception const&) {  // the rows stay empty; the next question tells why
        }
        answer([this, question, first, whole = rows.size() == wanted.size(), rows = std::move(rows)]() mutable {
            if (whole && question == m_shown)        // else it would be asked for again and again
                m_awaited.remove(first);
            keep(question, rows);
            if (question == m_shown && first < rowCount())
                Q_EMIT const_cast<LazyList*>(this)->dataChanged(
                    index(first), index(std::min(first + window, rowCount()) - 1));
        });
    });
}

}
