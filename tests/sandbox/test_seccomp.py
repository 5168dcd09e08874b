"""The filter of system calls, run by an interpreter of its language for both architectures."""

import errno
import re
import struct
from pathlib import Path

import pytest

from orthoweave.errors import QueryRefusedError
from orthoweave.sandbox import seccomp
from orthoweave.sandbox.allowed import computing, networking, reading, writing
from orthoweave.sandbox.kernel import CALLS, call_number
from orthoweave.sandbox.seccomp import allow_only, program

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
OTHER_AUDIT = 0x40000003  # i386, whose calls a 64-bit process can make too
ALLOWED, KILLED = "allowed", "killed"
THIS = 4242
KINDS = {"computing": computing, "reading": reading, "writing": writing, "networking": networking}
# on x86_64 and aarch64, and never in the tables of what is allowed
FORBIDDEN = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknodat": (259, 33),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "memfd_create": (319, 279),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "reboot": (169, 142),
    "personality": (135, 92),
    "setuid": (105, 146),
    "capset": (126, 91),
    "fanotify_init": (300, 262),
    "a call that does not exist yet": (600, 600),
}
SOCKETS = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "sendto": (44, 206),
}


def run(code: list[tuple[int, int, int, int]], machine: int, number: int, *given: int) -> str:
    """Interpret a filter as the kernel does, and return what becomes of one call."""
    arguments = [*given, *[0] * (6 - len(given))]
    data = struct.pack("=iIQ6Q", number, machine, 0, *arguments)
    at, held = 0, 0
    while True:
        kind, if_true, if_false, value = code[at]
        at += 1
        if kind == 0x20:
            (held,) = struct.unpack_from("=I", data, value)
        elif kind == 0x54:
            held &= value
        elif kind == 0x15:
            at += if_true if held == value else if_false
        elif kind == 0x35:
            at += if_true if held >= value else if_false
        else:
            assert kind == 0x06
            break
    if value == 0x7FFF0000:
        return ALLOWED
    if value == 0x80000000:
        return KILLED
    assert value >> 16 == 5
    return errno.errorcode[value & 0xFFFF]


@pytest.fixture(params=AUDIT)
def machine(request: pytest.FixtureRequest) -> str:
    """Return the name of an architecture."""
    return str(request.param)


def column(numbers: tuple[int, int | None], machine: str) -> int | None:
    """Return the number of a call on an architecture."""
    return numbers[list(AUDIT).index(machine)]


def known(name: str, machine: str) -> int:
    """Return the number of a call that every architecture has."""
    number = call_number(name, machine)
    assert number is not None
    return number


def verdict(kind: str, machine: str, number: int, *arguments: int) -> str:
    """Return what the filter of a kind of process does with a call."""
    return run(program(KINDS[kind](THIS), machine), AUDIT[machine], number, *arguments)


@pytest.mark.parametrize("kind", KINDS)
def test_forbidden_calls_fail(machine: str, kind: str) -> None:
    """No kind of process may make a call that reaches others, attributes or new programs."""
    for name, numbers in FORBIDDEN.items():
        number = column(numbers, machine)
        if number is not None:
            assert verdict(kind, machine, number) in {"EPERM", "ENOSYS"}, name


@pytest.mark.parametrize("kind", KINDS)
def test_only_one_kind_of_process_has_sockets(machine: str, kind: str) -> None:
    """Sockets are for the process that receives the answers of a server, which connects only."""
    found = {
        name: verdict(kind, machine, column(numbers, machine) or -1)
        for name, numbers in SOCKETS.items()
    }
    connects = {"socket", "socketpair", "connect", "bind", "sendto"}
    expected = {"networking": connects, "writing": {"sendto"}}.get(kind, set())
    assert {name for name, what in found.items() if what == ALLOWED} == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((1, 1), ALLOWED),  # two streams, connected with each other
        ((1, 0x80801), ALLOWED),  # closed by other programs, and not waiting
        ((1, 2), "EPERM"),  # datagrams, which can be sent to other addresses
        ((1, 5), "EPERM"),
        ((30, 1), "EPERM"),  # of another family
    ],
)
def test_pairs_of_streams(machine: str, arguments: tuple[int, ...], expected: str) -> None:
    """A process that writes files has an event loop, and its pairs reach nobody else."""
    assert verdict("writing", machine, known("socketpair", machine), *arguments) == expected


def test_files_are_opened_as_the_kind_says(machine: str) -> None:
    """A process that computes opens nothing; one that reads makes and removes nothing."""
    allowed = {
        kind: {
            name
            for name in ("read", "openat", "getdents64", "mkdirat", "unlinkat", "renameat2")
            if verdict(kind, machine, known(name, machine)) == ALLOWED
        }
        for kind in KINDS
    }
    read = {"read", "openat", "getdents64"}
    written = read | {"mkdirat", "unlinkat", "renameat2"}
    assert allowed == {
        "computing": {"read"},
        "reading": read,
        "networking": read,
        "writing": written,
    }


def test_another_architecture_kills(machine: str) -> None:
    """A call by the numbers of another architecture ends the process."""
    code = program(computing(THIS), machine)
    assert run(code, OTHER_AUDIT, 0) == KILLED
    assert run(code, AUDIT[machine], 0x40000000 | 41) == "ENOSYS"  # x32, on the same architecture


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (0x003D0F00, ALLOWED),  # a thread, as glibc starts it
        (0x007D0F00, ALLOWED),  # as musl does
        (0x01200011, "EPERM"),  # fork
        (0x00004111, "EPERM"),  # vfork
        (0x103D0F00, "EPERM"),  # a thread in a new namespace of users
        (0x003D2F00, "EPERM"),  # a thread that is traced
    ],
)
def test_threads_and_no_processes(machine: str, flags: int, expected: str) -> None:
    """A call of clone is allowed for threads; clone3 does not exist, so that libc takes clone."""
    assert verdict("computing", machine, known("clone", machine), flags) == expected
    assert verdict("computing", machine, 435) == "ENOSYS"


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("kill", (THIS,), ALLOWED),
        ("kill", (THIS + 1,), "EPERM"),
        ("kill", (0xFFFFFFFF,), "EPERM"),
        ("tgkill", (THIS, 7), ALLOWED),
        ("tgkill", (1, 1), "EPERM"),
        ("prlimit64", (0, 9), ALLOWED),
        ("prlimit64", (THIS + 1, 9), "EPERM"),
        ("fcntl", (3, 6), ALLOWED),  # lock
        ("fcntl", (3, 8), "EPERM"),  # send signals to an owner
        ("ioctl", (0, 0x5401), ALLOWED),  # is it a terminal?
        ("ioctl", (0, 0x5412), "EPERM"),  # type into a terminal
        ("prctl", (15,), ALLOWED),  # name a thread
        ("prctl", (4, 1), "EPERM"),  # be looked into again
        ("newfstatat", (3, 0, 0, 0x1000), ALLOWED),  # of an open file
        ("newfstatat", (0xFFFFFF9C, 1, 0, 0), "EPERM"),  # of a path
    ],
)
def test_calls_that_depend_on_arguments(
    machine: str, name: str, arguments: tuple[int, ...], expected: str
) -> None:
    """Calls that reach others are allowed only for the process itself and its open files."""
    assert verdict("computing", machine, known(name, machine), *arguments) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_jumps_stay_in_the_program(machine: str, kind: str) -> None:
    """No jump is longer than a byte can say, and the program is short enough for the kernel."""
    code = program(KINDS[kind](THIS), machine)
    assert max(max(line[1:3]) for line in code) < 256
    assert len(code) <= 4096


@pytest.mark.parametrize(
    ("machine", "header"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_numbers_are_those_of_the_kernel(machine: str, header: str) -> None:
    """The numbers of all calls are those of the kernel's headers, where they are installed."""
    if not Path(header).is_file():
        pytest.skip(f"{header} is not installed")
    text = Path(header).read_text(encoding="utf-8")
    said = {"fstatat": "newfstatat"}
    numbers: dict[str, int] = {}
    for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text):
        numbers.setdefault(said.get(name, name), int(number))
    for name in CALLS:
        expected = numbers.get(name)
        # headers of older kernels lack the newest calls
        assert call_number(name, machine) == expected or expected is None, name


def test_an_unknown_architecture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the numbers of its calls there is no filter, and asking for one is an error."""
    monkeypatch.setattr(seccomp, "architecture", lambda: None)
    assert not seccomp.seccomp_available()
    with pytest.raises(QueryRefusedError, match="x86_64 or aarch64"):
        allow_only(computing)
