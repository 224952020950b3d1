// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a buffer holds, on its way to the host while the device goes on. Only who takes it too early waits.

#include "compute/device/device.h"
#include "compute/memory/memory.h"
#include "compute/tensor/host_tensor.h"

#include <memory>

namespace igneous {

/// One copy at a time.
class Readback {
public:
    explicit Readback(std::shared_ptr<Device> device);
    /// Waits for a copy under way.
    ~Readback();
    Readback(Readback const&) = delete;
    Readback& operator=(Readback const&) = delete;

    /// Copies what everything submitted by now leaves in `source`, which must stay as it is until ready().
    void begin(Buffer const& source, std::uint64_t offset, DType dtype, Shape const& shape);
    bool under_way() const { return m_there > 0; }
    bool ready() { return under_way() && m_device->brought(m_there); }
    /// Waits where it is not there yet.
    HostTensor take();

private:
    std::shared_ptr<Device> m_device;
    std::unique_ptr<Buffer> m_host;
    DType m_dtype = DType::f32;
    Shape m_shape;
    BringPoint m_there = 0;
};

}
