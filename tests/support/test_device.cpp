// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_device.h"

#include "compute/tensor/error.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

#include <cstdio>
#include <cstdlib>

namespace igneous::test {

namespace {

struct Opened {
    bool tried = false;
    std::shared_ptr<Device> device;
    std::string reason;                // why there is none
};

Opened& opened()
{
    static Opened state;
    return state;
}

Opened const& open_once()
{
    Opened& o = opened();
    if (!o.tried) {
        o.tried = true;
        try {
            o.device = Device::open();
            std::fprintf(
                stderr, "tests run on %s (%s)\n", o.device->info().name.c_str(), o.device->info().driver.c_str());
        } catch (Error const& error) {
            o.reason = error.what();
            std::fprintf(stderr, "TESTS WITHOUT A DEVICE: %s\n", o.reason.c_str());
        }
    }
    return o;
}

class CloseDevice : public Catch::EventListenerBase {
public:
    using Catch::EventListenerBase::EventListenerBase;
    void testRunEnded(Catch::TestRunStats const&) override { opened().device.reset(); }
};
CATCH_REGISTER_LISTENER(CloseDevice)

}

std::shared_ptr<Device> test_device()
{
    Opened const& o = open_once();
    if (!o.device) {
        char const* required = std::getenv("IGNEOUS_REQUIRE_DEVICE");
        if (required && *required == '1')
            FAIL("no Vulkan device, and IGNEOUS_REQUIRE_DEVICE=1: " << o.reason);
        SKIP("no Vulkan device: " << o.reason);
    }
    return o.device;
}

std::vector<std::string> validation_complaints(Device const& device)
{
    std::vector<std::string> messages = device.validation_messages();
    std::erase_if(messages, [](std::string const& m) { return m.starts_with("WARNING-GPU-Assisted-Validation"); });
    return messages;
}

}
