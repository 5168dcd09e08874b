"""Sealed descriptions and checked files: whatever differs from the record is found."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import FormatError, IntegrityError
from orthoweave.storage.durable import file_digest
from orthoweave.storage.integrity import FORMAT, Checks, read_sealed, sealed

CONTENT = {"name": "é", "counts": {"Gene": 2}, "paths": ["a", "b"], "share": 0.1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sealed file."""
    (tmp_path / "a.json").write_text(sealed(CONTENT), encoding="utf-8")
    return tmp_path / "a.json"


def test_a_sealed_file_comes_back_as_it_was(path: Path) -> None:
    """Without its format and digest; tuples are lists."""
    assert read_sealed(path) == CONTENT


@given(st.data())
def test_each_changed_byte_is_found(data: st.DataObject) -> None:
    """Another byte anywhere is an error, or leaves the content as it was."""
    content = bytearray(sealed(CONTENT).encode())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "a.json"
        changed.write_bytes(content)
        with suppress(IntegrityError):
            assert read_sealed(changed) == CONTENT


@pytest.mark.parametrize("text", ["", "[]", "1", '{"format": 2}', '{"sha256": "x"}', "[" * 100_000])
def test_what_was_never_sealed_is_damaged(path: Path, text: str) -> None:
    """An empty file, another kind of JSON, a lost digest or a lost format, deep nesting."""
    path.write_text(text)
    with pytest.raises(IntegrityError, match="orthoweave repair"):
        read_sealed(path)


def test_the_first_format_had_no_seal(path: Path) -> None:
    """A file without format and digest is read as it is."""
    path.write_text(json.dumps(CONTENT))
    assert read_sealed(path) == CONTENT


def test_a_newer_format_is_refused_by_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole file of a newer orthoweave is not damage; the message says what to install."""
    monkeypatch.setattr("orthoweave.storage.integrity.FORMAT", FORMAT + 1)
    monkeypatch.setattr("orthoweave.storage.integrity.READ_BY", "9.4")
    path.write_text(sealed(CONTENT), encoding="utf-8")
    monkeypatch.undo()
    message = rf"format {FORMAT + 1}, which orthoweave 9\.4 reads; .* up to {FORMAT}\. Nothing was"
    with pytest.raises(FormatError, match=message):
        read_sealed(path)


def test_a_file_is_read_once_and_again_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second question about the same file costs no reading; a changed file is read anew."""
    path = tmp_path / "a"
    path.write_bytes(b"right")
    digest, checks = file_digest(path), Checks()
    read: list[Path] = []

    def noted(found: Path) -> str:
        read.append(found)
        return file_digest(found)

    monkeypatch.setattr("orthoweave.storage.integrity.file_digest", noted)
    for _ in range(3):
        assert checks.require(path, digest) == path
    assert len(read) == 1
    path.write_bytes(b"wrong content")
    with pytest.raises(IntegrityError, match="is damaged: expected SHA-256"):
        checks.require(path, digest)
    path.unlink()
    with pytest.raises(IntegrityError, match="is missing"):
        checks.require(path, digest)
