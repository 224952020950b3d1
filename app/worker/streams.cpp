// SPDX-License-Identifier: Apache-2.0
#include "app/worker/streams.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <poll.h>
#include <unistd.h>
#endif

namespace igneous {

namespace {

constexpr int standard_output = 1, standard_error = 2;
constexpr std::size_t at_once = 4096;      // what a pipe that has room takes without waiting (PIPE_BUF)
constexpr std::chrono::milliseconds reader_patience { 30000 };

#ifdef _WIN32
/// Pipes cannot be waited for: the read itself waits, and a broken output is seen at the next message.
Streams::Input wait_for_input(int, int, std::chrono::milliseconds) { return Streams::Input::some; }
bool wait_for_room(int) { return true; }
int read_some(int file, char* to, std::size_t count) { return _read(file, to, static_cast<unsigned>(count)); }
int write_some(int file, char const* from, std::size_t count) { return _write(file, from, static_cast<unsigned>(count)); }
#else
Streams::Input wait_for_input(int in, int out, std::chrono::milliseconds limit)
{
    std::array<pollfd, 2> waiting { { { in, POLLIN, 0 }, { out, 0, 0 } } };   // of `out` only that it broke
    if (poll(waiting.data(), waiting.size(), static_cast<int>(limit.count())) < 0)
        return errno == EINTR ? Streams::Input::none : Streams::Input::ended;
    if (waiting[1].revents != 0)
        return Streams::Input::ended;
    return waiting[0].revents != 0 ? Streams::Input::some : Streams::Input::none;
}
bool wait_for_room(int out)
{
    pollfd waiting { out, POLLOUT, 0 };
    int ready = 0;
    while ((ready = poll(&waiting, 1, static_cast<int>(reader_patience.count()))) < 0 && errno == EINTR) { }
    return ready > 0;
}
ssize_t read_some(int file, char* to, std::size_t count) { return ::read(file, to, count); }
ssize_t write_some(int file, char const* from, std::size_t count) { return ::write(file, from, count); }
#endif

}

int take_standard_output()
{
#ifdef _WIN32
    _setmode(0, _O_BINARY);
    int const mine = _dup(standard_output);
    _setmode(mine, _O_BINARY);
    _dup2(standard_error, standard_output);
#else
    std::signal(SIGPIPE, SIG_IGN);         // a reader that is gone is an error of write()
    int const mine = dup(standard_output);
    dup2(standard_error, standard_output);
#endif
    return mine;
}

void leave_interrupts_to_the_user()
{
    std::signal(SIGINT, SIG_IGN);
#ifndef _WIN32
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);   // a mask is inherited from who starts a program
#endif
}

Streams::Input Streams::read(std::string& to, std::chrono::milliseconds limit)
{
    if (m_broken)
        return Input::ended;
    if (Input const input = wait_for_input(m_in, m_out, limit); input != Input::some)
        return input;
    std::array<char, 65536> piece;
    auto const count = read_some(m_in, piece.data(), piece.size());
    if (count < 0 && errno == EINTR)
        return Input::none;
    if (count <= 0)
        return Input::ended;
    to.assign(piece.data(), static_cast<std::size_t>(count));
    return Input::some;
}

void Streams::write(std::string_view bytes)
{
    std::lock_guard const lock(m_writing);
    while (!bytes.empty() && !m_broken) {
        if (!wait_for_room(m_out)) {
            m_broken = true;
            return;
        }
        auto const count = write_some(m_out, bytes.data(), std::min(bytes.size(), at_once));
        if (count > 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            m_broken = true;
    }
}

}
