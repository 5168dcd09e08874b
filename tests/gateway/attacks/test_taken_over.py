"""A sandboxed process that runs an attacker's code reaches nothing, whatever the kernel has."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import orthoweave
from orthoweave.gateway.limits import Question
from orthoweave.gateway.reader import SandboxedReader
from orthoweave.sandbox.kernel import architecture
from orthoweave.sandbox.landlock import landlock_version
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.sandbox.seccomp import seccomp_available
from orthoweave.schema import read_schema
from orthoweave.stores.duckdb.store import DuckdbStore

pytestmark = pytest.mark.skipif(
    not seccomp_available() or architecture() != "x86_64",
    reason="the numbers of the calls below are those of x86_64",
)
# the process as it is, but that its questions name an attack, or are SQL for the engine. Half of
# the attacks run in a thread that was started before the process sandboxed itself
TAKEN_OVER = """
import array, ctypes, errno, fcntl, os, queue, socket, sys, threading, time
import pyarrow as pa
from orthoweave.gateway import worker, worker_start
from orthoweave.sandbox import landlock, seccomp
from orthoweave.stores.base import Rows

canary, folder = sys.argv[3], os.path.dirname(sys.argv[3])
own = os.open(canary, os.O_RDONLY)
libc = ctypes.CDLL(None, use_errno=True)
parent = os.getppid()

def call(number, *arguments):
    if libc.syscall(*map(ctypes.c_long, (number, *arguments))) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))

def fork():
    if os.fork() == 0:
        os._exit(0)

ATTACKS = {
    "open": lambda: open(canary).read(),
    "open_system_file": lambda: open("/etc/passwd").read(),
    "open_graph": lambda: open(sys.argv[2], "rb").read(),
    "open_own_memory": lambda: open("/proc/self/mem", "rb").read(1),
    "list": lambda: os.listdir(folder),
    "stat": lambda: os.stat("/etc/passwd"),
    "write": lambda: open(folder + "/written", "w").write("x"),
    "append": lambda: open(canary, "a"),
    "truncate": lambda: os.truncate(canary, 0),
    "mkdir": lambda: os.mkdir(folder + "/made"),
    "unlink": lambda: os.unlink(canary),
    "rename": lambda: os.rename(canary, canary + "2"),
    "link": lambda: os.link(canary, canary + "3"),
    "symlink": lambda: os.symlink(canary, canary + "4"),
    "mkfifo": lambda: os.mkfifo(canary + "5"),
    "chdir": lambda: os.chdir("/tmp"),
    "chmod": lambda: os.chmod(canary, 0o777),
    "fchmod": lambda: os.fchmod(own, 0o777),
    "chown": lambda: os.chown(canary, os.getuid(), os.getgid()),
    "fchown": lambda: os.fchown(own, os.getuid(), os.getgid()),
    "utime": lambda: os.utime(canary, (1, 1)),
    "futime": lambda: os.utime(own, (1, 1)),
    "setxattr": lambda: os.setxattr(own, "user.x", b"x"),
    "socket": lambda: socket.socket(),
    "socket_udp": lambda: socket.socket(type=socket.SOCK_DGRAM),
    "socket_unix": lambda: socket.socket(socket.AF_UNIX),
    "socket_netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "socket_vsock": lambda: socket.socket(socket.AF_VSOCK),
    "socketpair": lambda: socket.socketpair(),
    "fork": fork,
    "vfork": lambda: call(58),
    "clone": lambda: call(56, 17, 0, 0, 0, 0),
    "execve": lambda: os.execv("/bin/true", ["true"]),
    "execve_nothing": lambda: call(59, 0, 0, 0),
    "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "io_uring_setup": lambda: call(425, 0, 0),
    "ptrace": lambda: call(101, 2, parent, 0, 0),
    "read_memory_of_another": lambda: call(310, parent, 0, 0, 0, 0, 0),
    "signal": lambda: os.kill(parent, 0),
    "signal_all": lambda: os.kill(-1, 0),
    "signal_by_file": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, parent),
    "limits_of_another": lambda: call(302, parent, 7, 0, 0),
    "priority_of_another": lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
    "pidfd": lambda: call(434, parent, 0),
    "mount": lambda: call(165, 0, 0, 0, 0, 0),
    "unshare": lambda: call(272, 0x10000000),
    "setns": lambda: call(308, 0, 0),
    "bpf": lambda: call(321, 0, 0, 0),
    "perf": lambda: call(298, 0, 0, 0, 0, 0),
    "userfaultfd": lambda: call(323, 0),
    "keyctl": lambda: call(250, 0, 0, 0, 0, 0),
    "memfd": lambda: call(319, 0, 0),
    "type_into_the_terminal": lambda: fcntl.ioctl(0, 0x5412, b"x"),
    "x32": lambda: call(0x40000000 | 41, 2, 1, 0),
}

def tried(name):
    try:
        ATTACKS[name]()
    except OSError as error:
        return errno.errorcode[error.errno]
    except BaseException as error:
        return type(error).__name__
    return "done"

asked, answered = queue.Queue(), queue.Queue()
def work():
    while True:
        answered.put(tried(asked.get()))

def run(store, question):
    thread, _, names = question.text.partition(":")
    if thread in ("here", "there"):
        names, outcomes = names.split(",") if names else list(ATTACKS), []
        for name in names:
            if thread == "there":
                asked.put(name)
                outcomes.append(answered.get())
            else:
                outcomes.append(tried(name))
        return Rows(pa.table({"name": names, "outcome": outcomes}), truncated=False)
    return store.sql(question.text, timeout_s=question.timeout_s, row_limit=question.row_limit)

worker._run = run
worker._WARM_UP = "SELECT 1 AS x"
worker.warm_up = lambda read: read(worker.Question(worker._WARM_UP, {}, 10, 10, 1 << 20))
"""
KERNELS = {
    "as it is": "",
    "without Landlock": "landlock.landlock_version = lambda: 0\n",
    "with the first Landlock": "landlock.landlock_version = lambda: 1\n",
    "without seccomp": "seccomp.seccomp_available = lambda: False\n",
}
EARLY_THREAD = "threading.Thread(target=work, daemon=True).start()\n"
START = "worker_start.main(sys.argv[1:3])\n"
# without seccomp, Landlock alone keeps files, and only those
FILES = {"open", "open_system_file", "open_graph", "open_own_memory", "list", "write", "append"}
FILES |= {"truncate", "mkdir", "unlink", "rename", "link", "symlink", "mkfifo"}


class TakenOver(SandboxedReader):
    """A process whose questions are attacks."""

    def __init__(self, graph: Path, canary: Path, kernel: str) -> None:
        super().__init__(graph, SandboxLimits(memory_mb=512))
        package = str(Path(orthoweave.__file__).parents[1])
        code = f"import sys; sys.path.insert(0, {package!r})\n{TAKEN_OVER}"
        code += KERNELS[kernel] + EARLY_THREAD + START
        self._command = [sys.executable, "-c", code, *self._command[-2:], str(canary)]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty graph file beside a file that nobody may read."""
    path = tmp_path_factory.mktemp("graph") / "graph.duckdb"
    DuckdbStore.create(path, read_schema()).close()
    path.with_name("canary").write_text("secret", encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=KERNELS)
def reader(graph: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, SandboxedReader]]:
    """Return a process that was taken over, on each kind of kernel."""
    if "without Landlock" not in request.param and not landlock_version():
        pytest.skip("this kernel has no Landlock")
    opened = TakenOver(graph, graph.with_name("canary"), request.param)
    yield request.param, opened
    opened.close()


def ask(reader: SandboxedReader, text: str) -> list[dict[str, object]]:
    """Return the rows of an answer."""
    rows: list[dict[str, object]] = reader.ask(
        Question(text, {}, 30, 1000, 1 << 20)
    ).table.to_pylist()
    return rows


@pytest.mark.parametrize("thread", ["here", "there"])
def test_every_attack_fails(reader: tuple[str, SandboxedReader], graph: Path, thread: str) -> None:
    """Each attack fails with a refusal of the kernel, in the process's own and an older thread."""
    kernel, process = reader
    if (kernel, thread) == ("without seccomp", "there"):
        pytest.skip("Landlock applies to later threads only, which is why there is seccomp")
    before = sorted(path.name for path in graph.parent.iterdir())
    names = ",".join(sorted(FILES)) if kernel == "without seccomp" else ""
    outcomes = {str(r["name"]): str(r["outcome"]) for r in ask(process, f"{thread}:{names}")}
    succeeded = {
        name: what for name, what in outcomes.items() if what not in {"EPERM", "EACCES", "ENOSYS"}
    }
    assert not succeeded
    assert len(outcomes) >= len(FILES)
    assert sorted(path.name for path in graph.parent.iterdir()) == before


def test_the_engine_still_answers_with_threads(reader: tuple[str, SandboxedReader]) -> None:
    """After all attacks a question runs on two threads and starts none that it lacks."""
    _, process = reader
    text = "SELECT sum(i) AS n, count(DISTINCT i % 1000) AS m FROM range(3000000) t(i)"
    assert ask(process, text) == [{"n": 3_000_000 * 2_999_999 // 2, "m": 1000}]
    assert ask(process, "SELECT current_setting('threads') AS n") == [{"n": 2}]


def test_the_attacks_are_real(graph: Path, tmp_path: Path) -> None:
    """Without a sandbox, most attacks succeed or fail for another reason."""
    canary = tmp_path / "canary"
    canary.write_text("secret", encoding="utf-8")
    package = str(Path(orthoweave.__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {package!r})\n{TAKEN_OVER}"
    harmless = (
        "[print(n, tried(n)) for n in ('open', 'stat', 'mkdir', 'link', 'symlink', 'mkfifo', "
        "'chmod', 'fchmod', 'chown', 'utime', 'futime', 'socket', 'socket_unix', 'socketpair', "
        "'fork', 'io_uring_setup', 'ptrace', 'signal', 'pidfd', 'memfd', 'unlink')]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + harmless, "{}", str(graph), str(canary)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    refused = {line for line in done.stdout.splitlines() if line.endswith(("EPERM", "EACCES"))}
    assert len(refused) <= 2, refused  # containers may forbid io_uring and ptrace
    assert not canary.exists()
