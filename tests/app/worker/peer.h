// SPDX-License-Identifier: Apache-2.0
#pragma once

// The other end of a worker in tests: sends calls, waits for what it says. And the worker as a process.

#include "app/protocol/framing.h"
#include "app/protocol/notifications.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace igneous::test {

class Peer {
public:
    /// Takes the descriptors and closes them in the end.
    Peer(int from_worker, int to_worker);
    ~Peer();
    Peer(Peer const&) = delete;
    Peer& operator=(Peer const&) = delete;

    void send_bytes(std::string_view bytes);
    std::int64_t send(Call const& call);
    std::int64_t send(RpcRequest request);
    /// Throws after `limit`, and when the worker ends before it answers. What else comes meanwhile is kept in notes().
    RpcResponse answer(std::int64_t id, std::chrono::milliseconds limit = std::chrono::seconds(60));
    RpcResponse call(Call const& call) { return answer(send(call)); }
    /// The next answer, whatever it is to.
    RpcResponse any_answer(std::chrono::milliseconds limit = std::chrono::seconds(60));
    /// Waits until a note is as wanted.
    void wait_for(std::function<bool(Note const&)> const& wanted, std::chrono::milliseconds limit = std::chrono::seconds(60));
    /// Waits until the worker says no more; everything it says until then is kept.
    bool ended(std::chrono::milliseconds limit = std::chrono::seconds(10));
    void close_input();
    void close_output();
    std::vector<Note> const& notes() const { return m_notes; }
    void forget_notes() { m_notes.clear(); }

private:
    bool read_more(std::chrono::steady_clock::time_point until);   // false: no more will come

    int m_from, m_to;
    FrameReader m_frames;
    std::int64_t m_last_id = 0;
    std::vector<Note> m_notes;
    std::vector<RpcResponse> m_answers;
};

/// `igneous worker`, killed with the object.
class WorkerProcess {
public:
    WorkerProcess(std::vector<std::string> arguments, std::vector<std::string> environment = {});
    ~WorkerProcess();
    WorkerProcess(WorkerProcess const&) = delete;
    WorkerProcess& operator=(WorkerProcess const&) = delete;
    Peer& operator*() { return *m_peer; }
    Peer* operator->() { return m_peer.get(); }
    pid_t id() const { return m_id; }
    void kill();
    /// Exit code, or minus the signal that ended it.
    int wait();

private:
    pid_t m_id = 0;
    int m_status = 0;
    bool m_waited = false;
    std::unique_ptr<Peer> m_peer;
};

}
