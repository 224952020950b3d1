// SPDX-License-Identifier: Apache-2.0
#include "tests/app/background_process.h"

#include "tests/app/process.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <format>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace igneous::test {

BackgroundProcess::BackgroundProcess(std::vector<std::string> const& arguments, std::filesystem::path const& words,
    std::vector<std::string> const& environment)
{
    std::vector<char*> pointers;           // made before the fork: behind it only little may be called
    for (std::string const& argument : arguments)
        pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    m_process = fork();
    if (m_process < 0)
        throw std::runtime_error("fork failed");
    if (m_process > 0)
        return;
    int const file = open(words.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    dup2(file, 1);
    dup2(file, 2);
    for (std::string const& entry : environment)
        putenv(const_cast<char*>(entry.c_str()));
    execv(pointers.front(), pointers.data());
    _exit(127);
}

BackgroundProcess::~BackgroundProcess()
{
    if (runs()) {
        send(SIGKILL);
        wait();
    }
}

void BackgroundProcess::send(int signal) const
{
    if (!m_ended)
        kill(m_process, signal);
}

bool BackgroundProcess::runs()
{
    int status = 0;
    if (!m_ended && waitpid(m_process, &status, WNOHANG) == m_process)
        ended(status);
    return !m_ended;
}

int BackgroundProcess::wait()
{
    int status = 0;
    if (!m_ended && waitpid(m_process, &status, 0) == m_process)
        ended(status);
    return m_result;
}

void BackgroundProcess::ended(int status)
{
    m_ended = true;
    m_result = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::vector<pid_t> children_of(pid_t parent)
{
    std::vector<pid_t> children;
    std::error_code error;
    for (auto const& task : std::filesystem::directory_iterator(std::format("/proc/{}/task", parent), error)) {
        std::istringstream numbers(read_text(task.path() / "children"));
        for (pid_t child = 0; numbers >> child;)
            children.push_back(child);
    }
    return children;
}

}
