// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/readback.h"

#include "compute/memory/device_memory.h"

#include <cassert>
#include <cstring>
#include <utility>

namespace igneous {

Readback::Readback(std::shared_ptr<Device> device)
    : m_device(std::move(device))
{
}

Readback::~Readback()
{
    try {
        if (under_way())
            m_device->wait_for_brought(m_there);
    } catch (std::exception const&) {          // the device is lost, and the copy with it
    }
}

void Readback::begin(Buffer const& source, std::uint64_t offset, DType dtype, Shape const& shape)
{
    assert(!under_way() && "readback: one copy at a time");
    m_dtype = dtype;
    m_shape = shape;
    std::uint64_t const bytes = static_cast<std::uint64_t>(shape.elements()) * size_of(dtype);
    if (!m_host || m_host->size() < bytes)
        m_host = m_device->memory().allocate(bytes, Intent::readback, "readback");
    BufferCopy const copy { &source, offset, m_host.get(), 0, bytes };
    m_there = m_device->bring({ &copy, 1 }, m_device->last_submitted());
}

HostTensor Readback::take()
{
    assert(under_way() && "readback: nothing was begun");
    m_device->wait_for_brought(m_there);
    m_there = 0;
    HostTensor out(m_dtype, m_shape);
    DeviceBuffer const& host = device_buffer(*m_host);
    host.core().invalidate(host.block(), 0, out.bytes.size());
    std::memcpy(out.bytes.data(), host.block().mapped, out.bytes.size());
    return out;
}

}
