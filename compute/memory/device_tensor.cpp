// SPDX-License-Identifier: Apache-2.0
#include "compute/device/device.h"
#include "compute/memory/memory.h"
#include "compute/tensor/error.h"

namespace igneous {

namespace {
constexpr std::uint64_t largest_tensor = 1ull << 31;   // kernels count elements and bytes of one tensor in 32 bits
}

DeviceTensor::DeviceTensor(Device& device, DType dtype, Shape shape, std::string_view what, Intent intent)
    : m_dtype(dtype)
    , m_shape(shape)
{
    for (std::int64_t extent : shape.extents())
        require(extent > 0, "{}: every extent must be at least 1, got {}", what, shape);
    // Extents are multiplied as doubles first: absurd ones overflow 64 bits.
    double bytes_asked = static_cast<double>(size_of(dtype));
    for (std::int64_t extent : shape.extents())
        bytes_asked *= static_cast<double>(extent);
    if (bytes_asked > static_cast<double>(largest_tensor))
        fail(ErrorCode::out_of_memory, "{}: {} {} is {:.3g} bytes, expected at most 2 GiB for one tensor", what,
            name_of(dtype), shape, bytes_asked);
    m_buffer = device.memory().allocate(bytes(), intent, what);
}

}
