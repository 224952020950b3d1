// SPDX-License-Identifier: Apache-2.0
// Landlock by bare system calls, because C libraries have no words for it, with the numbers that older headers lack; each
// kernel is asked for what it knows.
#include "app/worker/confinement.h"

#ifdef __linux__

#include "app/worker/system_calls.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <format>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace igneous {

namespace fs = std::filesystem;

namespace {

// Of linux/landlock.h, by the ABI that brought them: 2, 3, 5; 4; 6.
constexpr std::uint64_t fs_refer = 1u << 13, fs_truncate = 1u << 14, fs_ioctl_dev = 1u << 15;
constexpr std::uint64_t net_bind_tcp = 1u << 0, net_connect_tcp = 1u << 1;
constexpr std::uint64_t scope_abstract_unix_socket = 1u << 0, scope_signal = 1u << 1;
constexpr int abi_refer = 2, abi_truncate = 3, abi_network = 4, abi_ioctl = 5, abi_scope = 6;

struct RulesetAttributes {                 // landlock_ruleset_attr as ABI 6 has it
    std::uint64_t handled_access_fs = 0, handled_access_net = 0, scoped = 0;
};

constexpr std::uint64_t read_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write_files = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE
    | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | fs_refer | fs_truncate;
constexpr std::uint64_t use_devices = read_files | LANDLOCK_ACCESS_FS_WRITE_FILE | fs_ioctl_dev;
// Handled and granted nowhere: running programs, making devices, sockets, pipes and links.
constexpr std::uint64_t never = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK
    | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr std::uint64_t of_a_file
    = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | fs_truncate | fs_ioctl_dev;

std::uint64_t known_by(int abi)
{
    std::uint64_t known = read_files | write_files | use_devices | never;
    if (abi < abi_refer)
        known &= ~fs_refer;
    if (abi < abi_truncate)
        known &= ~fs_truncate;
    if (abi < abi_ioctl)
        known &= ~fs_ioctl_dev;
    return known;
}

class Ruleset {
public:
    explicit Ruleset(int abi)
        : m_known(known_by(abi))
    {
        RulesetAttributes attributes { .handled_access_fs = m_known };
        std::size_t size = sizeof(attributes.handled_access_fs);
        if (abi >= abi_network) {
            attributes.handled_access_net = net_bind_tcp | net_connect_tcp;
            size = offsetof(RulesetAttributes, scoped);
        }
        if (abi >= abi_scope) {
            attributes.scoped = scope_abstract_unix_socket | scope_signal;
            size = sizeof(attributes);
        }
        m_file = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
    }
    ~Ruleset()
    {
        if (m_file >= 0)
            close(m_file);
    }
    Ruleset(Ruleset const&) = delete;
    Ruleset& operator=(Ruleset const&) = delete;

    bool made() const { return m_file >= 0; }

    void allow(fs::path const& path, std::uint64_t access)
    {
        int const place = open(path.c_str(), O_PATH | O_CLOEXEC);
        if (place < 0)
            return;
        struct stat what {};
        access &= m_known;
        if (fstat(place, &what) == 0 && !S_ISDIR(what.st_mode))
            access &= of_a_file;
        landlock_path_beneath_attr rule { .allowed_access = access, .parent_fd = place };
        syscall(SYS_landlock_add_rule, m_file, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        close(place);
    }

    bool restrict_self() const { return syscall(SYS_landlock_restrict_self, m_file, 0) == 0; }

private:
    std::uint64_t m_known;
    int m_file = -1;
};

std::string no(std::string const& what)
{
    return std::format("no: {}: {}", what, std::strerror(errno));
}

}

ConfinementReport confine_process(ConfinedPlaces const& places)
{
    ConfinementReport report;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        report.files = report.network = report.calls = no("this kernel lets a process not give up privileges");
        return report;
    }
    auto const abi = static_cast<int>(
        syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
    if (abi < 1) {
        report.files = no("this kernel has no Landlock, or it is off");
    } else {
        Ruleset rules(abi);
        if (rules.made()) {
            for (fs::path const& path : places.readable)
                rules.allow(path, read_files);
            for (fs::path const& path : places.writable)
                rules.allow(path, read_files | write_files);
            for (fs::path const& path : places.devices)
                rules.allow(path, use_devices);
            for (fs::path const& path : places.listable)
                rules.allow(path, LANDLOCK_ACCESS_FS_READ_DIR);
        }
        report.files = rules.made() && rules.restrict_self() ? std::format("landlock {}", abi) : no("Landlock refused its rules");
    }
    bool const landlocked = !report.files.starts_with("no");
    report.calls = forbid_system_calls() ? "seccomp" : no("this kernel refused a seccomp filter");
    if (report.calls == "seccomp")
        report.network = landlocked && abi >= abi_network ? "seccomp, landlock" : "seccomp";
    else
        report.network = landlocked && abi >= abi_network ? "landlock (TCP only)" : report.calls;
    return report;
}

}

#endif
