"""What is shown of foreign text has no character that acts."""

import pytest

from orthoweave.printable import printable
from orthoweave.progress import TerminalProgress


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\x9bb\x7f", "a\\x9bb\\x7f"),
        ("a\u202eb\u2066c\u200f", "a\\u202eb\\u2066c\\u200f"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("a\udcffb", "a\\udcffb"),
        ("Müller, β cell 🧬", "Müller, β cell 🧬"),
    ],
)
def test_control_characters_are_escaped(text: str, shown: str) -> None:
    """Escapes, marks of direction and undecodable bytes are shown; letters stay."""
    assert printable(text) == shown


def test_a_message_keeps_its_lines() -> None:
    """Line ends and tabs may be kept; nothing else is."""
    assert printable("one\n\ttwo\r\x1b", keep="\n\t") == "one\n\ttwo\\r\\x1b"


def test_progress_shows_names_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """A note about a file with an odd name does not reach the terminal as it is."""
    TerminalProgress().note("read a\x1b[2J.h5ad")
    assert capsys.readouterr().err == "read a\\x1b[2J.h5ad\n"
