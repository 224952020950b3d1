// SPDX-License-Identifier: Apache-2.0
#include "compute/tensor/error.h"

namespace igneous {

std::string_view error_name(ErrorCode code)
{
    switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::file_missing: return "file_missing";
    case ErrorCode::file_damaged: return "file_damaged";
    case ErrorCode::unsupported_model: return "unsupported_model";
    case ErrorCode::weights_mismatch: return "weights_mismatch";
    case ErrorCode::out_of_memory: return "out_of_memory";
    case ErrorCode::device_lost: return "device_lost";
    case ErrorCode::no_device: return "no_device";
    case ErrorCode::numeric: return "numeric";
    case ErrorCode::disk_full: return "disk_full";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::internal: return "internal";
    }
    return "internal";
}

void fail_with(ErrorCode code, std::string_view text, std::format_args arguments)
{
    throw Error(code, std::vformat(text, arguments));
}

}
