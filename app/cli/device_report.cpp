// SPDX-License-Identifier: Apache-2.0
#include "app/cli/device_report.h"

#include "app/cli/console.h"
#include "compute/device/device.h"
#include "compute/kernels/tune_table.h"
#include "compute/self_test/self_test.h"

#include <nlohmann/json.hpp>

#include <format>

namespace igneous {

namespace {

using Json = nlohmann::ordered_json;

std::string kind_of(DeviceProfile const& profile)
{
    return profile.cpu ? "cpu" : profile.integrated ? "integrated" : "discrete";
}

std::string fragment_text(MatrixFragment const& f)
{
    return std::format("{}x{}x{} {}->{}", f.m, f.n, f.k, name_of(f.input), name_of(f.accumulator));
}

Json fragments_json(DeviceProfile const& profile)
{
    Json list = Json::array();
    for (MatrixFragment const& f : profile.fragments)
        list.push_back(fragment_text(f));
    return list;
}

/// The fragments that matter for choosing kernels: f16 in, f32 out.
std::string fragments_text(DeviceProfile const& profile)
{
    std::string text;
    for (MatrixFragment const& f : profile.fragments)
        if (f.input == DType::f16 && f.accumulator == DType::f32)
            text += std::format("{}{}x{}x{}", text.empty() ? "" : " ", f.m, f.n, f.k);
    return text.empty() ? "none" : text;
}

}

void show_devices(Console& console)
{
    std::vector<std::vector<std::string>> rows;
    for (DeviceInfo const& info : Device::list()) {
        DeviceProfile const& p = info.profile;
        console.object({ { "device",
            { { "index", info.index }, { "name", info.name }, { "kind", kind_of(p) }, { "driver", info.driver },
                { "vulkan", info.api_version }, { "uuid", info.uuid }, { "memory_bytes", info.memory_bytes },
                { "subgroup_size", p.subgroup_size }, { "shared_memory_bytes", p.shared_memory_bytes },
                { "float16", p.float16_arithmetic && p.float16_storage }, { "matrix_fragments", fragments_json(p) },
                { "usable", !info.unusable }, { "why_not", info.unusable.value_or("") } } } });
        rows.push_back({ std::to_string(info.index), info.name, kind_of(p), info.driver, info.api_version,
            size_text(info.memory_bytes), std::to_string(p.subgroup_size), fragments_text(p),
            info.unusable ? "no: " + *info.unusable : "yes" });
    }
    console.print(
        table({ ">", "name", "kind", "driver", "Vulkan", ">memory", ">subgroup", "matrices", "usable" }, rows));
}

namespace {

/// The number of kernels that are wrong on it.
std::size_t test_device(Device& device, Console& console)
{
    std::size_t wrong = 0;
    std::vector<std::vector<std::string>> rows;
    auto const results = run_self_test(device);
    for (SelfTestResult const& r : results) {
        wrong += r.passed ? 0 : 1;
        console.object({ { "self_test",
            { { "device", device.info().index }, { "variant", r.variant }, { "passed", r.passed }, { "case", r.name },
                { "error", r.error }, { "allowed", r.allowed }, { "message", r.message } } } });
        rows.push_back({ r.variant, r.passed ? "right" : "WRONG", std::format("{:.1e}", r.error),
            std::format("{:.1e}", r.allowed), r.message.empty() ? r.name : r.message });
    }
    console.print("\n" + device.info().name + ":");
    console.print(table({ "kernel", "numbers", ">error", ">allowed", "hardest case" }, rows));
    console.print(std::format("{} kernels right, {} wrong", results.size() - wrong, wrong));
    return wrong;
}

/// The device so named, or every usable one, one after the other.
template<class Use>
void for_devices(std::string const& name, Use use)
{
    if (!name.empty())
        return use(*Device::open({ .name_or_index = name, .tuning = Tuning::fixed }));
    for (DeviceInfo const& info : Device::list())
        if (!info.unusable)
            use(*Device::open({ .name_or_index = std::to_string(info.index), .tuning = Tuning::fixed }));
}

void show_table(Device const& device, Console& console)
{
    console.print("\n" + device.info().name + ":");
    if (!device.tuning_trouble().empty())
        console.print(device.tuning_trouble());
    if (!device.profile().tune) {
        console.print("nothing was measured yet; igneous generate --tune full measures what it runs");
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (auto const& [shapes, entry] : device.profile().tune->entries) {
        auto const most = [](std::uint32_t bucket) { return std::uint64_t { 1 } << bucket; };
        console.object({ { "tile", { { "device", device.info().index }, { "kernel", shapes.kernel }, { "geglu", shapes.geglu },
            { "rows", most(shapes.rows) }, { "columns", shapes.columns }, { "depth", most(shapes.depth) },
            { "tile", text_of(entry.tile) }, { "gflops", entry.gflops }, { "fixed_gflops", entry.fixed_gflops } } } });
        rows.push_back({ shapes.kernel + (shapes.geglu ? ", geglu" : ""), std::to_string(most(shapes.rows)),
            std::to_string(shapes.columns), std::to_string(most(shapes.depth)), text_of(entry.tile),
            std::format("{:.1f}", entry.gflops), std::format("{:.1f}", entry.fixed_gflops) });
    }
    console.print(table({ "kernel", ">rows up to", ">columns", ">depth up to", "tile", ">GFLOP/s", ">by rule" }, rows));
}

}

void show_tuning(std::string const& name, Console& console)
{
    for_devices(name, [&](Device const& device) { show_table(device, console); });
}

void test_devices(std::string const& name, Console& console)
{
    std::size_t wrong = 0;
    for_devices(name, [&](Device& device) { wrong += test_device(device, console); });
    if (wrong)
        fail(ErrorCode::numeric,
            "{} kernels give wrong numbers on this driver; pictures are made without them, a newer driver may help",
            wrong);
}

}
