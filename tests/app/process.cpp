// SPDX-License-Identifier: Apache-2.0
#include "tests/app/process.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace igneous::test {

namespace fs = std::filesystem;

namespace {

struct Pipe {
    int read = -1, write = -1;
    Pipe()
    {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe failed");
        read = ends[0];
        write = ends[1];
    }
    ~Pipe()
    {
        close_read();
        close_write();
    }
    void close_read() { close_one(read); }
    void close_write() { close_one(write); }
    static void close_one(int& end)
    {
        if (end >= 0)
            close(end);
        end = -1;
    }
};

/// Between fork and exec: only what may be called there, on memory made before.
[[noreturn]] void become(std::vector<char*> const& arguments, std::vector<char*> const& environment,
    ProcessOptions const& options, Pipe const& in, Pipe const& out, Pipe const& err)
{
    dup2(in.read, 0);
    dup2(out.write, 1);
    dup2(err.write, 2);
    if (!options.folder.empty() && chdir(options.folder.c_str()) != 0)
        _exit(126);
    execve(arguments.front(), arguments.data(), environment.data());
    _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    for (std::string& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> environment_with(std::vector<std::string> const& more)
{
    std::vector<std::string> all = more;
    auto const name_of = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
    for (char** entry = environ; *entry; ++entry)
        if (std::ranges::none_of(more, [&](std::string const& m) { return name_of(m) == name_of(*entry); }))
            all.emplace_back(*entry);
    return all;
}

}

ProcessResult run_process(std::vector<std::string> const& arguments, ProcessOptions const& options)
{
    std::vector<std::string> argument_texts = arguments, environment_texts = environment_with(options.environment);
    std::vector<char*> const argument_list = pointers(argument_texts), environment_list = pointers(environment_texts);
    Pipe in, out, err;
    std::signal(SIGPIPE, SIG_IGN);
    pid_t const child = fork();
    if (child < 0)
        throw std::runtime_error("fork failed");
    if (child == 0)
        become(argument_list, environment_list, options, in, out, err);
    in.close_read();
    out.close_write();
    err.close_write();

    ProcessResult result;
    std::size_t sent = 0;
    bool interrupted = false;
    fcntl(in.write, F_SETFL, O_NONBLOCK);
    auto const end = std::chrono::steady_clock::now() + options.limit;
    while (out.read >= 0 || err.read >= 0) {
        if (sent == options.input.size())
            in.close_write();
        std::array<pollfd, 3> waiting { { { out.read, POLLIN, 0 }, { err.read, POLLIN, 0 },
            { in.write, POLLOUT, 0 } } };
        poll(waiting.data(), waiting.size(), 200);
        std::array<char, 65536> piece;
        for (auto const& [pipe, text] : { std::pair(&out, &result.out), std::pair(&err, &result.err) }) {
            short const events = waiting[pipe == &out ? 0 : 1].revents;
            if (pipe->read < 0 || !(events & (POLLIN | POLLHUP)))
                continue;
            ssize_t const count = read(pipe->read, piece.data(), piece.size());
            if (count > 0)
                text->append(piece.data(), static_cast<std::size_t>(count));
            else
                pipe->close_read();
        }
        if (in.write >= 0 && (waiting[2].revents & (POLLOUT | POLLERR))) {
            ssize_t const count = write(in.write, options.input.data() + sent, options.input.size() - sent);
            sent = count > 0 ? sent + static_cast<std::size_t>(count) : options.input.size();
        }
        if (options.interrupt_after && !interrupted &&
            (result.out + result.err).find(*options.interrupt_after) != std::string::npos) {
            interrupted = true;
            kill(child, SIGINT);
        }
        if (std::chrono::steady_clock::now() > end)
            kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status))
        result.exit_code = WEXITSTATUS(status);
    else
        result.signal = WTERMSIG(status);
    return result;
}

std::string igneous_program() { return IGNEOUS_BINARY_DIR "/bin/igneous"; }

ProcessResult run_igneous(std::vector<std::string> arguments, ProcessOptions const& options)
{
    arguments.insert(arguments.begin(), igneous_program());
    return run_process(arguments, options);
}

TemporaryFolder::TemporaryFolder()
{
    std::string name = (fs::temp_directory_path() / "igneous-test-XXXXXX").string();
    if (!mkdtemp(name.data()))
        throw std::runtime_error("mkdtemp failed");
    m_path = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

std::vector<std::string> TemporaryFolder::names() const
{
    std::vector<std::string> all;
    for (auto const& entry : fs::directory_iterator(m_path))
        all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
}

std::string read_text(fs::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(in), {} };
}

void write_text(fs::path const& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

}
