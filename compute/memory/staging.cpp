// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/staging.h"

#include <algorithm>
#include <bit>

namespace igneous {

namespace {

constexpr std::uint64_t pieces_in_ring = 4;           // copied from by the device while the host fills the next
constexpr std::uint64_t smallest_ring = 256u << 10;
constexpr std::uint64_t piece_alignment = 256;        // at least the size of what flushing rounds to

}

Staging::Staging(std::shared_ptr<MemoryCore> core)
    : m_core(std::move(core))
{
}

Staging::Piece Staging::upload(std::uint64_t bytes, std::uint64_t expected)
{
    std::uint64_t const piece = std::bit_ceil(std::clamp<std::uint64_t>(expected, 1, largest_piece));
    std::uint64_t const wanted = std::max(smallest_ring, pieces_in_ring * piece);
    if (!m_ring || m_ring->size() < wanted) {
        m_ring.reset();   // goes when the device has copied what is in it
        m_flights.clear();
        m_head = 0;
        m_ring = std::make_unique<DeviceBuffer>(m_core, wanted, Intent::upload, "upload ring");
    }
    bytes = std::min(bytes, m_ring->size() / pieces_in_ring);
    if (m_head + bytes > m_ring->size())
        m_head = 0;
    std::uint64_t const begin = m_head, end = m_head + bytes;
    while (!m_flights.empty()) {
        Flight const& oldest = m_flights.front();
        if (!m_core->timeline().reached(oldest.point)) {
            bool const clear = std::ranges::all_of(
                m_flights, [&](Flight const& flight) { return flight.end <= begin || flight.begin >= end; });
            if (clear)
                break;
            m_core->timeline().wait(oldest.point, 120);
        }
        m_flights.pop_front();
    }
    m_head = (end + piece_alignment - 1) / piece_alignment * piece_alignment;
    return { &m_ring->block(), begin, m_ring->mapped().subspan(begin, bytes) };
}

void Staging::uploaded(Piece const& piece, TimelinePoint point)
{
    m_flights.push_back({ piece.offset, piece.offset + piece.bytes.size(), point });
}

DeviceBuffer& Staging::readback(std::uint64_t bytes)
{
    std::uint64_t const wanted = std::bit_ceil(std::clamp<std::uint64_t>(bytes, 64u << 10, largest_piece));
    if (!m_readback || m_readback->size() < wanted) {
        m_readback.reset();
        m_readback = std::make_unique<DeviceBuffer>(m_core, wanted, Intent::readback, "readback block");
    }
    return *m_readback;
}

void Staging::release()
{
    m_ring.reset();
    m_readback.reset();
    m_flights.clear();
    m_head = 0;
}

}
