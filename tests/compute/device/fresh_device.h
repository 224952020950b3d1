// SPDX-License-Identifier: Apache-2.0
#pragma once

// Devices of a test's own, and small dispatches to try them with.

#include "compute/device/device.h"
#include "compute/memory/memory.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace igneous::test {

/// A folder that goes with the test.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    std::filesystem::path const& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// An environment variable for the time of a scope; nothing: unset.
class ScopedVariable {
public:
    ScopedVariable(std::string name, std::optional<std::string> value);
    ~ScopedVariable();
    ScopedVariable(ScopedVariable const&) = delete;
    ScopedVariable& operator=(ScopedVariable const&) = delete;

private:
    std::string m_name;
    std::optional<std::string> m_before;
};

/// A device that nothing else uses; skips the test where there is none.
std::shared_ptr<Device> fresh_device(DeviceSelection const& selection = {});

/// y[i] = x[i] * multiply + offset over `count` f32.
Dispatch scale_dispatch(Buffer const& x, Buffer& y, std::uint32_t count, float multiply, float offset);
BoundDispatch bound(Dispatch const& dispatch, bool barrier_before = true);

std::vector<float> read_floats(Device& device, Buffer const& buffer, std::size_t count);
void write_floats(Device& device, Buffer& buffer, std::vector<float> const& values);

/// Bytes that differ from place to place.
std::vector<std::byte> pattern(std::size_t bytes, std::uint32_t seed);

}
