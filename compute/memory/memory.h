// SPDX-License-Identifier: Apache-2.0
#pragma once

// Device memory by intent. Buffers are handles that move only; their memory goes back when the GPU timeline passes their
// last use. The budget is read before allocating: what does not fit is an Error(out_of_memory) with both numbers.

#include "compute/tensor/dtype.h"
#include "compute/tensor/shape.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace igneous {

class Device;

enum class Intent : std::uint8_t {
    weights,       // device local, written once
    activations,   // device local, the shared arena and programs' persistent blocks
    upload,        // host writes, device reads
    readback,      // device writes, host reads (cached)
    host,          // the computer's own memory, which the device reaches: not counted as the device's
};

/// A buffer with a device address.
class Buffer {
public:
    virtual ~Buffer() = default;
    virtual std::uint64_t address() const = 0;
    virtual std::uint64_t size() const = 0;
    virtual Intent intent() const = 0;
    /// Host view where the memory is host visible (always for upload, readback and host), else empty.
    virtual std::span<std::byte> mapped() = 0;
};

struct MemoryUse {
    std::uint64_t by_intent[5] {};   // bytes asked for and alive, per Intent
    std::uint64_t total = 0;         // sum of the above but Intent::host
    std::uint64_t peak = 0;          // highest total since the last reset
    std::uint64_t budget = 0;        // what the driver says this process may use now
};

class Memory {
public:
    virtual ~Memory() = default;
    virtual std::unique_ptr<Buffer> allocate(std::uint64_t bytes, Intent intent, std::string_view what) = 0;
    /// Throws out_of_memory, with both numbers, if `bytes` more in however many buffers cannot fit.
    virtual void require_room(std::uint64_t bytes, Intent intent, std::string_view what) = 0;
    virtual MemoryUse use() const = 0;
    virtual void reset_peak() = 0;
    /// Limit below the driver's budget for all but Intent::host; 0: none.
    virtual void set_limit(std::uint64_t bytes) = 0;
    /// The activation arena shared by all programs of the device: at least `bytes` large. It is one buffer that grows in
    /// place, waiting until nothing runs: programs hold it by shared pointer and must be re-recorded when its address
    /// changed. A larger one that does not fit is refused and the present one stays.
    virtual std::shared_ptr<Buffer> arena(std::uint64_t bytes) = 0;
    /// Gives the arena back if no program holds it.
    virtual void release_arena() = 0;
};

/// Owned device memory with a type and a shape. Moves only.
class DeviceTensor {
public:
    DeviceTensor() = default;
    DeviceTensor(Device& device, DType dtype, Shape shape, std::string_view what, Intent intent = Intent::activations);
    DType dtype() const { return m_dtype; }
    Shape const& shape() const { return m_shape; }
    std::uint64_t bytes() const { return static_cast<std::uint64_t>(m_shape.elements()) * size_of(m_dtype); }
    std::uint64_t address() const { return m_buffer ? m_buffer->address() : 0; }
    Buffer& buffer() { return *m_buffer; }
    Buffer const& buffer() const { return *m_buffer; }
    explicit operator bool() const { return m_buffer != nullptr; }

private:
    DType m_dtype = DType::f32;
    Shape m_shape;
    std::unique_ptr<Buffer> m_buffer;
};

}
