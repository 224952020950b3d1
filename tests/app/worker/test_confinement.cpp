// SPDX-License-Identifier: Apache-2.0
// Tried from inside a process that was held in: what must not work does not, what must still does. Each attempt runs in a
// child, because confinement is for good.
#include "app/worker/confinement.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

/// What `attempt` gives (0 to 100) in a child that was confined before.
int confined(ConfinedPlaces const& places, std::function<int(ConfinementReport const&)> const& attempt)
{
    pid_t const child = fork();
    if (child == 0)
        _exit(attempt(confine_process(places)));
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

ConfinementReport report()
{
    ConfinementReport found;
    int const code = confined({}, [](ConfinementReport const& r) { return (r.files.starts_with("landlock") ? 1 : 0) + (r.calls == "seccomp" ? 2 : 0); });
    found.files = code & 1 ? "landlock" : "no";
    found.calls = code & 2 ? "seccomp" : "no";
    return found;
}

int error_of(int result) { return result >= 0 ? 0 : errno; }
int read_error(fs::path const& path) { return error_of(open(path.c_str(), O_RDONLY)); }
int write_error(fs::path const& path) { return error_of(open(path.c_str(), O_WRONLY | O_CREAT, 0600)); }

}

TEST_CASE("confinement: no sockets, no programs, no other processes", "[worker][confinement]")
{
    if (report().calls != "seccomp")
        SKIP("this kernel has no seccomp filters");
    auto const refused = [](std::function<int()> const& attempt) {
        return confined({}, [&](ConfinementReport const&) { return attempt() < 0 ? errno : 0; });
    };
    for (int const family : { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK })
        CHECK(refused([&] { return socket(family, SOCK_DGRAM, 0); }) == EPERM);
    int const before = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) }, .sin_zero = {} };
    CHECK(refused([&] { return connect(before, reinterpret_cast<sockaddr*>(&here), sizeof(here)); }) == EPERM);
    CHECK(refused([&] { return bind(before, reinterpret_cast<sockaddr*>(&here), sizeof(here)); }) == EPERM);
    close(before);
    CHECK(refused([] { return static_cast<int>(syscall(425, 8, nullptr)); }) == EPERM);   // io_uring_setup
    CHECK(refused([] { return execl("/bin/true", "true", nullptr); }) == EPERM);
    CHECK(refused([] { return static_cast<int>(ptrace(PTRACE_TRACEME)); }) == EPERM);
    CHECK(refused([] { return static_cast<int>(syscall(SYS_process_vm_readv, getppid(), nullptr, 0, nullptr, 0, 0)); }) == EPERM);
    CHECK(refused([] { return unshare(0x10000000); }) == EPERM);   // a user namespace
    CHECK(refused([] {                             // threads that begin later are held in too
        int result = 0;
        std::thread([&] { result = error_of(socket(AF_INET, SOCK_STREAM, 0)); }).join();
        errno = result;
        return result ? -1 : 0;
    }) == EPERM);
    CHECK(refused([] { return getppid() > 0 && getpid() > 0 ? 0 : -1; }) == 0);
}

TEST_CASE("confinement: files only where they were allowed", "[worker][confinement]")
{
    TemporaryFolder const models, jobs, elsewhere;
    write_text(models / "model", "weights");
    write_text(elsewhere / "secret", "secret");
    fs::create_symlink(elsewhere / "secret", models / "link");
    ConfinedPlaces places = driver_places();
    places.readable.push_back(models.path());
    places.writable.push_back(jobs.path());
    if (report().files != "landlock") {
        ConfinementReport said;
        CHECK(confined(places, [](ConfinementReport const& r) { return r.files.starts_with("no: ") && r.files.size() > 10 ? 7 : 0; }) == 7);
        SKIP("this kernel has no Landlock");
    }
    auto const error = [&](std::function<int()> const& attempt) {
        return confined(places, [&](ConfinementReport const&) { return attempt(); });
    };
    CHECK(error([&] { return read_error(models / "model"); }) == 0);
    CHECK(error([&] { return read_error(models / "link"); }) == EACCES);
    CHECK(error([&] { return write_error(models / "model"); }) == EACCES);
    CHECK(error([&] { return write_error(models / "new"); }) == EACCES);
    CHECK(error([&] { return error_of(unlink((models / "model").c_str())); }) == EACCES);
    CHECK(error([&] { return read_error(elsewhere / "secret"); }) == EACCES);
    CHECK(error([&] { return write_error(elsewhere / "new"); }) == EACCES);
    CHECK(error([&] { return error_of(rename((jobs / "a").c_str(), (elsewhere / "a").c_str())); }) != 0);
    CHECK(error([&] { return read_error("/etc/shadow"); }) == EACCES);
    CHECK(error([&] { return read_error("/proc/1/environ"); }) == EACCES);
    CHECK(error([&] { return read_error("/usr/bin/env"); }) == 0);
    CHECK(error([&] { return read_error("/proc/self/maps"); }) == 0);
    CHECK(error([&] { return error_of(open("/dev/null", O_RDWR)); }) == 0);
    CHECK(error([&] { return error_of(symlink("/etc", (jobs / "out").c_str())); }) == EACCES);
    CHECK(error([&] {                              // as the pictures are written
        if (int const failed = write_error(jobs / ".part"))
            return failed;
        return error_of(rename((jobs / ".part").c_str(), (jobs / "picture.png").c_str()));
    }) == 0);
    CHECK(jobs.names() == std::vector<std::string> { "picture.png" });
    CHECK(error([&] { return read_error(jobs / "picture.png"); }) == 0);
}
