"""The layout of a knowledge base on disk, and the lock of its one writer."""

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from orthoweave.errors import IntegrityError, LedgerError, LockedError, UnknownNameError
from orthoweave.storage.durable import sweep_pending
from orthoweave.storage.ledger_file import LedgerFile


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of a knowledge base below its folder `root`."""

    root: Path

    @property
    def ledger(self) -> Path:
        """SQLite file of sources, versions and checksums."""
        return self.root / "ledger.sqlite"

    @property
    def sources(self) -> Path:
        """Fetched raw files."""
        return self.root / "sources"

    @property
    def tables(self) -> Path:
        """Content-addressed table sets, ``tables/<digest>/*.parquet``."""
        return self.root / "tables"

    @property
    def matrices(self) -> Path:
        """Expression matrices, ``matrices/<dataset>-<digest>/``."""
        return self.root / "matrices"

    @property
    def weights(self) -> Path:
        """Kept weights of models by digest, ``weights/<digest>/``."""
        return self.root / "weights"

    @property
    def builds(self) -> Path:
        """Published builds, ``builds/<id>/``."""
        return self.root / "builds"

    @property
    def projections(self) -> Path:
        """Kept parts of builds by digest, ``projections/<digest>/``."""
        return self.root / "projections"

    @property
    def numbers(self) -> Path:
        """Register of the numbers of nodes and edges, which only ever grows."""
        return self.root / "numbers"

    @property
    def cache(self) -> Path:
        """Files that can be made again: text vectors, gene catalogues."""
        return self.root / "cache"

    def scratch(self) -> Path:
        """Return the folder for what can be made again: ``cache/``, or one of this process.

        The latter is for a knowledge base that this process may only read; it goes with it.
        """
        if os.access(self.cache if self.cache.is_dir() else self.root, os.W_OK):
            return self.cache
        return Path(_own_cache().name)

    @property
    def current(self) -> Path:
        """The file that names the published build, the only one that is ever replaced."""
        return self.root / "CURRENT"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders of a knowledge base."""
        return (
            self.sources,
            self.tables,
            self.matrices,
            self.weights,
            self.numbers,
            self.projections,
            self.builds,
            self.cache,
        )

    def create(self) -> None:
        """Make the folders that are missing."""
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)

    def require(self) -> None:
        """Raise unless there is a knowledge base here, with its ledger.

        Raises
        ------
        UnknownNameError
            If there is no knowledge base.
        IntegrityError
            If there is one without its ledger.
        """
        if not self.ledger.is_file() and self.current.is_file():
            message = (
                f"{str(self.ledger)!r} is missing, but something was built here: "
                "`orthoweave repair` makes it again from what lies beside the tables"
            )
            raise IntegrityError(message)
        if not self.ledger.is_file():
            message = (
                f"no knowledge base at {str(self.root)!r} yet: expected {self.ledger.name} in it. "
                "Make one with `orthoweave demo` or `orthoweave ingest`, or name another with "
                "--kb or ORTHOWEAVE_KB"
            )
            raise UnknownNameError(message)

    def require_folder(self) -> None:
        """Raise unless there is a knowledge base here, be its ledger there or not.

        Raises
        ------
        UnknownNameError
            If there is none: also if its folders are there, but nothing was put into them.
        """
        kept = (self.tables, self.matrices, self.projections, self.numbers, self.builds)
        if not any(folder.is_dir() and any(folder.iterdir()) for folder in kept):
            self.require()


def _missing(layout: Layout) -> list[Path]:
    """Return the folders that `Layout.create` will make, the innermost first."""
    around = [folder for folder in (layout.root, *layout.root.parents) if not folder.exists()]
    return [folder for folder in layout.folders if not folder.exists()] + around


def _remove_empty(layout: Layout, made: list[Path]) -> None:
    """Remove folders that were made for a first source, if it did not come; the lock is held."""
    own = {layout.root / name for name in (".lock", ".lock-owner")}
    if layout.ledger.exists():
        return
    for folder in made:
        with contextlib.suppress(OSError):  # something lies in it, and it stays
            if folder == layout.root and set(folder.iterdir()) <= own:
                for path in own:
                    path.unlink(missing_ok=True)
            folder.rmdir()


@cache
def _own_cache() -> TemporaryDirectory[str]:
    """Make a folder that is removed when this process ends."""
    return TemporaryDirectory(prefix="orthoweave-")


@contextmanager
def writing(layout: Layout, *, upgrading: bool = False) -> Iterator[None]:
    """Hold the knowledge base for writing, and clear what a killed writer left behind.

    Parameters
    ----------
    upgrading
        Also one of an older format.

    Raises
    ------
    LockedError
        If another process holds it; the message names that process.
    LedgerError
        If this process may not write to it.
    FormatError
        If it has another format than this orthoweave writes.
    """
    lock = FileLock(layout.root / ".lock", timeout=0)
    owner = layout.root / ".lock-owner"
    made = _missing(layout)
    try:
        layout.create()
        lock.acquire()
    except Timeout:
        holder = owner.read_text(encoding="utf-8") if owner.is_file() else "an unknown process"
        message = (
            f"{str(layout.root)!r} is being written by {holder}: wait until it has finished "
            "(there is one writer at a time; readers are not affected)"
        )
        raise LockedError(message) from None
    except OSError as error:
        if error.errno not in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise
        message = (
            f"{str(layout.root)!r} can only be read here ({error.strerror}): it can be asked, "
            "searched, verified and exported, and not changed. To change it, copy the folder to "
            "where you may write, and name the copy with --kb"
        )
        raise LedgerError(message) from error
    try:
        # what is damaged is for those to say who read it, and for `repair` to mend
        with contextlib.suppress(IntegrityError):
            ledger = LedgerFile(layout.ledger)
            if not upgrading:
                ledger.require_present()
        owner.write_text(f"process {os.getpid()}", encoding="utf-8")
        for folder in (layout.root, *layout.folders):
            sweep_pending(folder)
        yield
    except BaseException:
        _remove_empty(layout, made)
        raise
    finally:
        lock.release()
