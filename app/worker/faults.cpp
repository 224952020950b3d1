// SPDX-License-Identifier: Apache-2.0
#include "app/worker/faults.h"

#include "app/protocol/calls.h"
#include "models/api/error.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace igneous {

namespace {

std::string value_of(char const* variable)
{
    char const* value = std::getenv(variable);
    return value ? value : "";
}

/// The whole process stands still, heartbeats included, as one that is stopped or thrashes.
void hang()
{
#ifdef SIGSTOP
    std::raise(SIGSTOP);
#endif
}

}

Faults Faults::from_environment()
{
    Faults faults;
    std::string const fault = value_of("IGNEOUS_WORKER_FAULT");
    faults.m_kind = fault.substr(0, fault.find('@'));
    if (faults.m_kind.size() < fault.size())
        faults.m_place = fault.substr(faults.m_kind.size() + 1);
    faults.m_once = value_of("IGNEOUS_WORKER_FAULT_ONCE");
    return faults;
}

int Faults::protocol() const { return m_kind == "other_version" ? protocol_version + 1000 : protocol_version; }

void Faults::at_step(int step) const { at("step" + std::to_string(step)); }

void Faults::at(std::string const& place) const
{
    std::error_code error;
    if (m_kind.empty() || place != m_place || (!m_once.empty() && std::filesystem::exists(m_once, error)))
        return;
    if (!m_once.empty())
        std::ofstream(m_once).put('\n');
    if (m_kind == "crash")
        std::_Exit(70);                    // a segmentation fault would leave a core file behind each test
    if (m_kind == "hang")
        hang();
    while (m_kind == "stuck")              // the job stands still and hears no stop; the process lives
        std::this_thread::sleep_for(std::chrono::hours(1));
    for (ErrorCode const code : { ErrorCode::device_lost, ErrorCode::out_of_memory, ErrorCode::disk_full })
        if (m_kind == error_name(code))
            fail(code, "injected: {} at {}", m_kind, place);
    if (m_kind == "nan")
        fail(ErrorCode::numeric, "injected: NaN at {}", place);
}

}
