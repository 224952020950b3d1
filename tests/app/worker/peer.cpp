// SPDX-License-Identifier: Apache-2.0
#include "tests/app/worker/peer.h"

#include "tests/app/process.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace igneous::test {

namespace {

using Clock = std::chrono::steady_clock;

void close_one(int& file)
{
    if (file >= 0)
        close(file);
    file = -1;
}

}

Peer::Peer(int from_worker, int to_worker)
    : m_from(from_worker)
    , m_to(to_worker)
{
    std::signal(SIGPIPE, SIG_IGN);
}

Peer::~Peer()
{
    close_input();
    close_output();
}

void Peer::close_input() { close_one(m_to); }
void Peer::close_output() { close_one(m_from); }

void Peer::send_bytes(std::string_view bytes)
{
    while (!bytes.empty()) {
        ssize_t const count = write(m_to, bytes.data(), bytes.size());
        if (count <= 0)
            return;                        // the worker is gone, as the test will see
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::int64_t Peer::send(RpcRequest request)
{
    request.id = ++m_last_id;
    send_bytes(frame(write_message(request)));
    return m_last_id;
}

std::int64_t Peer::send(Call const& call) { return send(write_call({}, call)); }

bool Peer::read_more(Clock::time_point until)
{
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    pollfd waiting { m_from, POLLIN, 0 };
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
        throw std::runtime_error("the worker said nothing in time");
    std::array<char, 65536> piece;
    ssize_t const count = read(m_from, piece.data(), piece.size());
    if (count <= 0)
        return false;
    m_frames.feed({ piece.data(), static_cast<std::size_t>(count) });
    while (auto const body = m_frames.next()) {
        auto const message = read_message(*body);
        if (!message)
            throw std::runtime_error("the worker speaks nonsense: " + *body);
        if (auto const* answer = std::get_if<RpcResponse>(&*message))
            m_answers.push_back(*answer);
        else if (auto const note = read_note(std::get<RpcNotification>(*message)))
            m_notes.push_back(*note);
    }
    return true;
}

RpcResponse Peer::answer(std::int64_t id, std::chrono::milliseconds limit)
{
    auto const until = Clock::now() + limit;
    while (true) {
        auto const found = std::ranges::find(m_answers, RpcId { id }, &RpcResponse::id);
        if (found != m_answers.end()) {
            RpcResponse answer = *found;
            m_answers.erase(found);
            return answer;
        }
        if (!read_more(until))
            throw std::runtime_error("the worker ended without an answer");
    }
}

RpcResponse Peer::any_answer(std::chrono::milliseconds limit)
{
    auto const until = Clock::now() + limit;
    while (m_answers.empty())
        if (!read_more(until))
            throw std::runtime_error("the worker ended without an answer");
    RpcResponse answer = m_answers.front();
    m_answers.erase(m_answers.begin());
    return answer;
}

void Peer::wait_for(std::function<bool(Note const&)> const& wanted, std::chrono::milliseconds limit)
{
    auto const until = Clock::now() + limit;
    while (std::ranges::none_of(m_notes, wanted))
        if (!read_more(until))
            throw std::runtime_error("the worker ended before it said it");
}

bool Peer::ended(std::chrono::milliseconds limit)
{
    auto const until = Clock::now() + limit;
    try {
        while (read_more(until)) { }
    } catch (std::runtime_error const&) {
        return false;
    }
    return true;
}

WorkerProcess::WorkerProcess(std::vector<std::string> arguments, std::vector<std::string> environment)
{
    arguments.insert(arguments.begin(), { igneous_program(), "worker" });
    for (char** entry = environ; *entry; ++entry)
        environment.emplace_back(*entry);
    std::vector<char*> argument_list, environment_list;
    for (std::string& argument : arguments)
        argument_list.push_back(argument.data());
    for (std::string& entry : environment)
        environment_list.push_back(entry.data());
    argument_list.push_back(nullptr);
    environment_list.push_back(nullptr);
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe failed");
    m_id = fork();
    if (m_id == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execve(argument_list.front(), argument_list.data(), environment_list.data());
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    m_peer = std::make_unique<Peer>(out[0], in[1]);
}

WorkerProcess::~WorkerProcess()
{
    if (!m_waited) {
        kill();
        wait();
    }
}

void WorkerProcess::kill() { ::kill(m_id, SIGKILL); }

int WorkerProcess::wait()
{
    if (!m_waited)
        waitpid(m_id, &m_status, 0);
    m_waited = true;
    return WIFEXITED(m_status) ? WEXITSTATUS(m_status) : -WTERMSIG(m_status);
}

}
