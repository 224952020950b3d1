// SPDX-License-Identifier: Apache-2.0
#pragma once

// The way from another thread back to an object of the window, which may be gone by then.

#include <QPointer>

#include <functional>

namespace igneous {

class WayBack {
public:
    /// `lasting` lives on the same thread as `owner` and is there for as long as the way may be taken.
    WayBack(QObject* owner, QObject* lasting)
        : m_owner(owner)
        , m_lasting(lasting)
    {}
    /// From any thread: does the work on the owner's, soon, if the owner is still there.
    void operator()(std::function<void()> work) const
    {
        QMetaObject::invokeMethod(
            m_lasting,
            [owner = m_owner, work = std::move(work)] {
                if (owner)
                    work();
            },
            Qt::QueuedConnection);
    }

private:
    QPointer<QObject> m_owner;
    QObject* m_lasting;
};

}
