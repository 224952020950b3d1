// SPDX-License-Identifier: Apache-2.0
// A seccomp filter by hand: a list of calls that fail, all else as before. The other way round, a list of what drivers
// may call, would break with the next driver.
#include "app/worker/system_calls.h"

#ifdef __linux__

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace igneous {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t x32_calls = 0x40000000;     // the same calls once more, by other numbers
#elif defined(__aarch64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_AARCH64;
#endif

#if defined(__x86_64__) || defined(__aarch64__)

// Numbers that are the same everywhere and that older headers lack.
constexpr long io_uring_setup = 425, io_uring_enter = 426, io_uring_register = 427, open_tree = 428, move_mount = 429,
               fsopen = 430, fsconfig = 431, fsmount = 432, fspick = 433, pidfd_open = 434, pidfd_getfd = 438,
               process_madvise = 440, mount_setattr = 442;

constexpr long forbidden[] = {
    // Network. io_uring too: it opens sockets without a system call that a filter would see.
    SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, io_uring_setup, io_uring_enter,
    io_uring_register,
    // Other programs and processes.
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, pidfd_open, pidfd_getfd,
    process_madvise,
    // Other views of the file system.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, open_tree, move_mount, fsopen, fsconfig,
    fsmount, fspick, mount_setattr, SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_swapon, SYS_swapoff, SYS_quotactl,
    // The kernel's own doors.
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_syslog, SYS_acct, SYS_settimeofday,
    SYS_clock_settime, SYS_sethostname, SYS_setdomainname,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_kexec_file_load,
#endif
};

std::vector<sock_filter> filter()
{
    auto const statement = [](std::uint16_t code, std::uint32_t value) { return sock_filter { code, 0, 0, value }; };
    auto const jump = [](std::uint16_t code, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
        return sock_filter { code, yes, no, value };
    };
    sock_filter const refuse = statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    std::vector<sock_filter> lines {
        // Calls by another architecture's numbers (32-bit programs) all fail: nothing here makes them.
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        jump(BPF_JMP | BPF_JEQ | BPF_K, this_architecture, 1, 0),
        refuse,
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
#if defined(__x86_64__)
        jump(BPF_JMP | BPF_JGE | BPF_K, x32_calls, 0, 1),
        refuse,
#endif
    };
    for (long const call : forbidden) {
        lines.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
        lines.push_back(refuse);
    }
    lines.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    return lines;
}

}

bool forbid_system_calls()
{
    std::vector<sock_filter> lines = filter();
    sock_fprog const program { static_cast<unsigned short>(lines.size()), lines.data() };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

#else

}

bool forbid_system_calls()
{
    errno = ENOSYS;                        // the numbers of this architecture are not listed
    return false;
}

#endif

}

#endif
