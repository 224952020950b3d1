// SPDX-License-Identifier: Apache-2.0
#include "compute/device/selection.h"

#include "compute/tensor/error.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <format>

namespace igneous {

namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string describe(std::span<DeviceInfo const> devices)
{
    std::string text;
    for (DeviceInfo const& device : devices)
        text += std::format("\n  {}: {}{}", device.index, device.name,
            device.unusable ? " (cannot be used: " + *device.unusable + ")" : "");
    return text;
}

/// Larger is better; within a kind, more memory is.
int rank(DeviceProfile const& profile) { return profile.cpu ? 0 : profile.integrated ? 1 : 2; }

std::size_t find_wanted(std::span<DeviceInfo const> devices, std::string_view wanted)
{
    std::size_t index = 0;
    auto const [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), index);
    if (error == std::errc {} && end == wanted.data() + wanted.size()) {
        if (index < devices.size())
            return index;
        if (wanted.size() <= 2)                                // "4090" may be part of a name, "7" is a wrong index
            fail(ErrorCode::no_device, "device: there is no number {}; give an index or part of a name of:{}", wanted,
                describe(devices));
    }
    // Of several with the name, one that works: two drivers may list the same card.
    std::size_t found = devices.size();
    for (std::size_t i = 0; i < devices.size(); ++i) {
        bool const matches = lower(devices[i].name).contains(lower(wanted));
        if (matches && (found == devices.size() || (devices[found].unusable && !devices[i].unusable)))
            found = i;
    }
    if (found == devices.size())
        fail(ErrorCode::no_device, "device: none is called \"{}\"; give an index or part of a name of:{}", wanted,
            describe(devices));
    return found;
}

}

std::size_t choose_device(std::span<DeviceInfo const> devices, std::string_view wanted)
{
    if (!wanted.empty()) {
        std::size_t const index = find_wanted(devices, wanted);
        if (devices[index].unusable)
            fail(ErrorCode::no_device, "device: {} cannot be used: {}", devices[index].name, *devices[index].unusable);
        return index;
    }
    std::size_t best = devices.size();
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (devices[i].unusable)
            continue;
        auto const key = [&](std::size_t at) { return std::pair(rank(devices[at].profile), devices[at].memory_bytes); };
        if (best == devices.size() || key(i) > key(best))
            best = i;
    }
    if (best == devices.size())
        fail(ErrorCode::no_device,
            "device: none can be used; install a driver with Vulkan 1.3 (Debian and Ubuntu: mesa-vulkan-drivers):{}",
            describe(devices));
    return best;
}

}
