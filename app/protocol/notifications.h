// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the worker tells while it works. Notifications that are not known are passed over: a newer worker may say more.

#include "app/protocol/calls.h"

#include <optional>
#include <variant>

namespace igneous {

struct ProgressNote {
    std::int64_t job = 0;
    std::string phase;                     // "load", "text", "encode", "denoise", "decode"
    int step = 0, total = 0;               // 0 of 0: the phase begins
    double seconds_left = 0;               // of the whole request; 0: unknown
    bool operator==(ProgressNote const&) const = default;
};

struct PreviewNote {
    std::int64_t job = 0;
    int index = 0, step = 0, total = 0;
    std::string file;                      // PAM in the job's folder, overwritten by the fourth preview after it
    bool operator==(PreviewNote const&) const = default;
};

struct PictureNote {
    std::int64_t job = 0;
    FinishedPicture picture;
    bool operator==(PictureNote const&) const = default;
};

struct LogNote {
    std::string text;
    bool operator==(LogNote const&) const = default;
};

/// Each second, whatever else goes on.
struct HeartbeatNote {
    std::optional<std::int64_t> job;       // the running one
    bool operator==(HeartbeatNote const&) const = default;
};

using Note = std::variant<ProgressNote, PreviewNote, PictureNote, LogNote, HeartbeatNote>;

RpcNotification write_note(Note const& note);
/// Nothing for a method that is not known. Throws invalid_argument for params that are none of its.
std::optional<Note> read_note(RpcNotification const& notification);

}
