// SPDX-License-Identifier: Apache-2.0
#include "app/worker/engine_room.h"

#include "app/files/places.h"
#include "app/worker/model_report.h"
#include "compute/device/selection.h"
#include "models/pipeline/generate.h"

#include <cstdlib>

namespace igneous {

namespace {

std::string kind_of(DeviceProfile const& profile)
{
    return profile.cpu ? "cpu" : profile.integrated ? "integrated" : "discrete";
}

/// No device at all is an answer too: plans are made without one.
void name_devices(HelloAnswer& answer, std::string const& wanted)
{
    try {
        std::vector<DeviceInfo> const found = Device::list();
        for (DeviceInfo const& info : found)
            answer.devices.push_back({ static_cast<int>(info.index), info.name, kind_of(info.profile), info.driver,
                info.api_version, info.memory_bytes, info.unusable.value_or("") });
        answer.device = found[choose_device(found, wanted)].name;
    } catch (Error const& error) {
        if (error.code() != ErrorCode::no_device)
            throw;
    }
}

Json inspect(InspectCall const& call)
{
    std::filesystem::path const model = path_from_utf8(call.model);
    if (!call.lora.empty())
        return Json(to_json(match_lora(model, path_from_utf8(call.lora))));
    return Json(to_json(report_model(model)));
}

}

WorkerEngineRoom real_engine_room(
    std::string const& device, std::filesystem::path const& cache_folder, std::uint64_t memory_limit)
{
    char const* named = std::getenv("IGNEOUS_DEVICE");
    std::string const wanted = device.empty() && named ? named : device;
    std::string const vocabulary = utf8_name(clip_vocabulary());
    return {
        .make_generator = [=] {
            return make_generator({ .device = { .name_or_index = wanted, .cache_folder = utf8_name(cache_folder) },
                .memory_limit = memory_limit,
                .clip_vocabulary = vocabulary });
        },
        .name_devices = [=](HelloAnswer& answer) { name_devices(answer, wanted); },
        .inspect = inspect,
    };
}

}
