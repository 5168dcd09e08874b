"""The system calls that sandboxed processes may make: whatever is not listed fails.

Some calls are allowed with some arguments only: threads and no processes, signals to the process
itself and to no other, and settings of open files that reach nobody else.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Only:
    """Allows a call if one of its arguments, masked, has one of some values."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


Calls = dict[str, tuple[Only, ...]]
"""Calls by name, each with the conditions that all have to hold."""

_THREAD: Final = 0x00010000
# vfork, and everything that makes a new namespace or hands the child to a tracer
_NO_THREAD: Final = 0x00004000 | 0x00002000 | 0x7E020000 | 0x00000080
_OWN_NAMES: Final = (15, 16, 0x53564D41)  # of threads and of stretches of memory
_UNIX, _STREAM, _KIND = 1, 1, 0xF
_EMPTY_PATH: Final = 0x1000
# without those that send signals to the owner of a file
_FCNTL: Final = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
# of privileges and of being looked into, both given up for good
_GIVEN_UP: Final = (4, 38)
_IOCTL: Final = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)

_MEMORY: Final = "brk mmap munmap mprotect mremap madvise mincore membarrier"
_THREADS: Final = (
    "futex futex_waitv set_robust_list get_robust_list set_tid_address rseq getcpu exit exit_group "
    "sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max "
    "sched_get_priority_min getpriority"
)
_SIGNALS: Final = (
    "restart_syscall rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend "
    "rt_sigtimedwait sigaltstack"
)
_ABOUT: Final = (
    "getpid gettid getppid getuid geteuid getgid getegid clock_gettime clock_getres "
    "clock_nanosleep nanosleep gettimeofday time getrandom getrusage getrlimit setrlimit times "
    "uname sysinfo"
)
_OPEN_FILES: Final = (
    "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close "
    "close_range fstat dup dup2 dup3 pipe pipe2 poll ppoll select pselect6 epoll_create1 epoll_ctl "
    "epoll_wait epoll_pwait epoll_pwait2 eventfd2 fadvise64 readahead"
)
_READING: Final = (
    "open openat access faccessat faccessat2 stat lstat newfstatat statx readlink readlinkat "
    "getdents64 getcwd chdir fchdir statfs fstatfs flock"
)
_WRITING: Final = (
    "mkdir mkdirat link linkat unlink unlinkat rmdir rename renameat renameat2 ftruncate fallocate "
    "fsync fdatasync sync_file_range copy_file_range sendfile creat"
)
_CONNECTING: Final = (
    "socket socketpair connect bind getsockopt setsockopt sendto recvfrom sendmsg recvmsg sendmmsg "
    "recvmmsg shutdown getsockname getpeername"
)


def computing(process_id: int) -> Calls:
    """Return the calls of a process that computes with what it has open, and opens nothing.

    Parameters
    ----------
    process_id
        The only process to which signals may be sent.
    """
    itself = (Only(0, (process_id,)),)
    return {
        **_any(f"{_MEMORY} {_THREADS} {_SIGNALS} {_ABOUT} {_OPEN_FILES}"),
        "clone": (Only(0, (_THREAD,), _THREAD | _NO_THREAD),),
        "prctl": (Only(0, _OWN_NAMES),),
        "prlimit64": (Only(0, (0, process_id)),),
        "kill": itself,
        "tgkill": itself,
        "fcntl": (Only(1, _FCNTL),),
        "ioctl": (Only(1, _IOCTL),),
        # libraries ask for the size of an open file in this way
        "newfstatat": (Only(3, (_EMPTY_PATH,), _EMPTY_PATH),),
        "statx": (Only(2, (_EMPTY_PATH,), _EMPTY_PATH),),
    }


def reading(process_id: int) -> Calls:
    """Return the calls of a process that opens files too, and can sandbox itself further."""
    further = "seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self"
    options = (Only(0, (*_OWN_NAMES, *_GIVEN_UP)),)
    return computing(process_id) | _any(f"{_READING} {further}") | {"prctl": options}


def writing(process_id: int) -> Calls:
    """Return the calls of a process that makes, fills, renames and removes files too.

    It may make pairs of streams that are connected with each other and nothing else: an event loop
    wakes itself with one.
    """
    pair = (Only(0, (_UNIX,)), Only(1, (_STREAM,), _KIND))
    return reading(process_id) | _any(f"{_WRITING} sendto recvfrom") | {"socketpair": pair}


def networking(process_id: int) -> Calls:
    """Return the calls of a process that reads files and connects to a server."""
    return reading(process_id) | _any(_CONNECTING)


def _any(names: str) -> Calls:
    return dict.fromkeys(names.split(), ())
