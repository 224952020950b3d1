// SPDX-License-Identifier: Apache-2.0
#pragma once

// Host memory on its way to the device and back: a ring that uploads go through piece by piece, and a block that reads
// come back in. One thread at a time.

#include "compute/memory/device_memory.h"

#include <deque>
#include <memory>
#include <span>

namespace igneous {

class Staging {
public:
    explicit Staging(std::shared_ptr<MemoryCore> core);

    static constexpr std::uint64_t largest_piece = 8u << 20;

    /// A part of the upload ring that the device has done with.
    struct Piece {
        Block const* block = nullptr;
        std::uint64_t offset = 0;
        std::span<std::byte> bytes;
    };
    /// At most `largest_piece` bytes; may be fewer than asked. `expected`: of the whole upload, to size the ring by.
    Piece upload(std::uint64_t bytes, std::uint64_t expected);
    /// The piece just taken is free again once `point` is reached.
    void uploaded(Piece const& piece, TimelinePoint point);
    /// A block of host memory that the device writes and the host reads, at least as large as the next piece.
    DeviceBuffer& readback(std::uint64_t bytes);
    /// Gives both blocks back.
    void release();

private:
    struct Flight {
        std::uint64_t begin, end;
        TimelinePoint point;
    };
    std::shared_ptr<MemoryCore> m_core;
    std::unique_ptr<DeviceBuffer> m_ring, m_readback;
    std::uint64_t m_head = 0;
    std::deque<Flight> m_flights;   // in the order of their points, and around the ring
};

}
