// SPDX-License-Identifier: Apache-2.0
// A config.json from anywhere: every getter gives a value in its range or an Error.
#include "compute/tensor/error.h"
#include "models/checkpoint/config.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

template<class Getter>
void attempt(Getter getter)
{
    try {
        getter();
    } catch (igneous::Error const&) {
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    attempt([&] {
        auto const config = igneous::Config::parse({ reinterpret_cast<char const*>(data), size }, "config.json");
        for (std::string const& key : config.keys()) {
            attempt([&] {
                int const value = config.integer(key, 1, 0, 4096);
                if (value < 0 || value > 4096)
                    std::abort();
            });
            attempt([&] { (void)config.number(key, 0.5); });
            attempt([&] { (void)config.flag(key, true); });
            attempt([&] { (void)config.text(key, "silu"); });
            attempt([&] { (void)config.integers(key, std::vector<int> { 1, 2 }); });
            attempt([&] { (void)config.numbers(key); });
            attempt([&] { (void)config.texts(key, std::vector<std::string> {}); });
            attempt([&] {
                if (config.per_block(key, 4, 8).size() != 4)
                    std::abort();
            });
            attempt([&] { (void)config.flag_per_block(key, 4, false); });
            attempt([&] { config.only(key, { "false", "\"silu\"", "1.0" }); });
        }
    });
    return 0;
}
