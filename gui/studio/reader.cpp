// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/reader.h"

namespace igneous {

Reader::Reader(QString const& name)
    : m_room(new QObject)
{
    m_thread.setObjectName(name);
    m_room->moveToThread(&m_thread);
    m_thread.start();
}

Reader::~Reader()
{
    QMetaObject::invokeMethod(m_room, [] {}, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
    delete m_room;
}

void Reader::post(std::function<void()> work)
{
    QMetaObject::invokeMethod(m_room, [work = std::move(work)] { work(); }, Qt::QueuedConnection);
}

}
