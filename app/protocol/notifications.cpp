// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/notifications.h"

#include "app/protocol/fields.h"

namespace igneous {

namespace {

RpcNotification write(ProgressNote const& note)
{
    return { "progress", { { "job", note.job }, { "phase", note.phase }, { "step", note.step }, { "total", note.total },
                             { "seconds_left", note.seconds_left } } };
}

RpcNotification write(PreviewNote const& note)
{
    return { "preview", { { "job", note.job }, { "index", note.index }, { "step", note.step }, { "total", note.total },
                            { "file", note.file } } };
}

RpcNotification write(PictureNote const& note)
{
    return { "picture", { { "job", note.job }, { "picture", write_picture(note.picture) } } };
}

RpcNotification write(LogNote const& note) { return { "log", { { "text", note.text } } }; }

RpcNotification write(HeartbeatNote const& note)
{
    return { "heartbeat", { { "job", note.job ? Json(*note.job) : Json() } } };
}

}

RpcNotification write_note(Note const& note)
{
    return std::visit([](auto const& n) { return write(n); }, note);
}

std::optional<Note> read_note(RpcNotification const& notification)
{
    Fields const fields(notification.params, notification.method);
    auto const job = [&](std::int64_t& to) {
        fields.must_have("job");
        fields.read("job", to);
    };
    if (notification.method == "progress") {
        ProgressNote note;
        job(note.job);
        fields.read("phase", note.phase);
        fields.read("step", note.step);
        fields.read("total", note.total);
        fields.read("seconds_left", note.seconds_left);
        return note;
    }
    if (notification.method == "preview") {
        PreviewNote note;
        job(note.job);
        fields.must_have("file");
        fields.read("index", note.index);
        fields.read("step", note.step);
        fields.read("total", note.total);
        fields.read("file", note.file);
        require(is_plain_file_name(note.file), "preview: {} is not the name of a file", note.file);
        return note;
    }
    if (notification.method == "picture") {
        PictureNote note;
        job(note.job);
        fields.must_have("picture");
        note.picture = read_picture(Fields(*fields.object("picture"), "picture"));
        return note;
    }
    if (notification.method == "log") {
        LogNote note;
        fields.read("text", note.text);
        return note;
    }
    if (notification.method == "heartbeat") {
        HeartbeatNote note;
        if (auto const running = notification.params.find("job"); running != notification.params.end() && !running->is_null())
            job(note.job.emplace());
        return note;
    }
    return std::nullopt;
}

}
