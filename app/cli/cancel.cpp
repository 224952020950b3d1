// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cancel.h"

#include <csignal>
#include <cstdlib>
#include <thread>

#ifndef _WIN32
#include <pthread.h>
#endif

namespace igneous {

namespace {

constexpr int cancelled_exit_code = 130;

std::stop_source& source()
{
    static std::stop_source the_source;
    return the_source;
}

#ifdef _WIN32
void start_listening()
{
    std::signal(SIGINT, [](int) {          // Windows calls it on a thread of its own
        std::signal(SIGINT, [](int) { std::_Exit(cancelled_exit_code); });
        source().request_stop();
    });
}
#else
/// A thread waits for the signals: a handler may do almost nothing, a thread everything.
void start_listening()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals] {
        int signal = 0;
        sigwait(&signals, &signal);
        source().request_stop();
        sigwait(&signals, &signal);
        std::_Exit(cancelled_exit_code);
    }).detach();
}
#endif

}

std::stop_token stop_on_signals()
{
    static bool const started = [] {
        source();                          // lives before the thread and, being static, until the process ends
        start_listening();
        return true;
    }();
    static_cast<void>(started);
    return source().get_token();
}

}
