// SPDX-License-Identifier: Apache-2.0
#include "tests/compute/device/fresh_device.h"

#include "compute/kernels/grid.h"
#include "shaders/elementwise/unary.params.h"
#include "tests/support/test_device.h"

#include <cstdlib>
#include <format>
#include <random>

namespace igneous::test {

TemporaryFolder::TemporaryFolder()
    : m_path(std::filesystem::temp_directory_path() / std::format("igneous-test-{:08x}", std::random_device {}()))
{
    std::filesystem::create_directories(m_path);
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

namespace {

void set_variable(std::string const& name, std::optional<std::string> const& value)
{
#ifdef _WIN32
    _putenv_s(name.c_str(), value ? value->c_str() : "");
#else
    value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
#endif
}

}

ScopedVariable::ScopedVariable(std::string name, std::optional<std::string> value)
    : m_name(std::move(name))
{
    if (char const* before = std::getenv(m_name.c_str()))
        m_before = before;
    set_variable(m_name, value);
}

ScopedVariable::~ScopedVariable() { set_variable(m_name, m_before); }

std::shared_ptr<Device> fresh_device(DeviceSelection const& selection)
{
    test_device();   // skips where there is no device
    return Device::open(selection);
}

Dispatch scale_dispatch(Buffer const& x, Buffer& y, std::uint32_t count, float multiply, float offset)
{
    params::UnaryParams const p { .x = x.address(),
        .out_address = y.address(),
        .count = count,
        .multiply = multiply,
        .offset = offset };
    return flat_dispatch("elementwise/unary.f32.f32", p, ceil_div(count, 4), DeviceProfile {}, { 0 });
}

BoundDispatch bound(Dispatch const& dispatch, bool barrier_before)
{
    return { &dispatch, dispatch.push, barrier_before };
}

std::vector<float> read_floats(Device& device, Buffer const& buffer, std::size_t count)
{
    std::vector<float> values(count);
    device.read(buffer, 0, std::as_writable_bytes(std::span(values)));
    return values;
}

void write_floats(Device& device, Buffer& buffer, std::vector<float> const& values)
{
    device.update(buffer, 0, std::as_bytes(std::span(values)));
}

std::vector<std::byte> pattern(std::size_t bytes, std::uint32_t seed)
{
    std::vector<std::byte> out(bytes);
    std::uint32_t state = seed * 2654435761u + 1;
    for (std::byte& byte : out) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::byte>(state >> 24);
    }
    return out;
}

}
