// SPDX-License-Identifier: Apache-2.0
// Both ends of the worker's protocol against a hostile other one. The user's end: whatever comes as a stream, it ends in
// messages or in an Error, and what was read is written and read again the same. The worker's end: the real one, with an
// engine that does nothing, is given the bytes and must answer, end, and leave nothing behind.
#include "app/protocol/framing.h"
#include "app/protocol/lora_fit.h"
#include "app/protocol/notifications.h"
#include "app/protocol/pixels.h"
#include "app/worker/worker.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace igneous;

class IdleGenerator final : public Generator {
public:
    MemoryReport generate(GenerationRequest const&, EventSink const& events, std::stop_token, GenerationExtras const&) override
    {
        events(PhaseStarted { "load" });
        return {};
    }
    GenerationPlan plan(GenerationRequest const&, SafetyMeasures const&) override { return {}; }
};

template<class Read>
void must_not_crash(Read const& read)
{
    try {
        read();
    } catch (Error const&) {
    }
}

void read_any_answer(Json const& json)
{
    must_not_crash([&] {
        if (HelloAnswer const answer = read_hello_answer(json); read_hello_answer(write_answer(answer)) != answer)
            std::abort();
    });
    must_not_crash([&] {
        if (GenerateAnswer const answer = read_generate_answer(json); read_generate_answer(write_answer(answer)) != answer)
            std::abort();
    });
    must_not_crash([&] { read_plan_answer(json); });
    must_not_crash([&] { read_lora_fit(json); });
    must_not_crash([&] { read_cancel_answer(json); });
}

void take(std::string_view body)
{
    auto const message = read_message(body);
    if (!message)
        return;
    auto const again = read_message(write_message(*message));
    if (!again || *again != *message)
        std::abort();
    if (auto const* request = std::get_if<RpcRequest>(&*message)) {
        if (auto const call = read_call(*request); call && std::holds_alternative<GenerateCall>(*call)) {
            auto const same = read_call(write_call(request->id, *call));
            if (!same || *same != *call)
                std::abort();
        }
    } else if (auto const* notification = std::get_if<RpcNotification>(&*message)) {
        must_not_crash([&] {
            if (auto const note = read_note(*notification); note && read_note(write_note(*note)) != note)
                std::abort();
        });
    } else if (auto const& response = std::get<RpcResponse>(*message); response.result) {
        read_any_answer(*response.result);
    }
}

void read_as_user(std::string_view bytes)
{
    FrameReader frames;
    must_not_crash([&] {
        for (std::size_t at = 0; at < bytes.size(); at += 100) {
            frames.feed(bytes.substr(at, 100));
            while (auto const body = frames.next())
                take(*body);
        }
    });
    take(bytes);                           // also without a frame, where mutations seldom leave one whole
    must_not_crash([&] {
        Image const image = decode_pam(std::as_bytes(std::span(bytes)), "fuzz.pam");
        if (decode_pam(encode_pam(image), "again.pam") != image)
            std::abort();
    });
}

void serve(std::string const& bytes)
{
    int in[2];
    if (pipe(in) != 0)
        std::abort();
    constexpr std::size_t fits_a_pipe = 60000;
    if (write(in[1], bytes.data(), std::min(bytes.size(), fits_a_pipe)) < 0)
        std::abort();
    close(in[1]);
    int const out = open("/dev/null", O_WRONLY);
    Streams streams(in[0], out);
    WorkerOptions options { .job_folder = "/not/there", .engine = { [] { return std::make_unique<IdleGenerator>(); },
        [](HelloAnswer&) { }, [](InspectCall const&) { return Json::object(); } } };
    if (!serve_worker(std::move(options), streams))
        std::abort();
    close(in[0]);
    close(out);
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const bytes(reinterpret_cast<char const*>(data), size);
    read_as_user(bytes);
    if (size % 4 == 0)                     // it starts threads: a hundred times slower than reading
        serve(bytes.starts_with("Content-Length") ? bytes : frame(bytes));
    return 0;
}
