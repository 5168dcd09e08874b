"""Text from data in places that read Markdown."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from orthoweave.genes.records import REASONS

SPECIAL = set("\\`*_{}[]()#+-.!|<>~$:&@^='\"/")


def test_every_special_character_is_escaped(app_folder: Path) -> None:
    """No character that Markdown reads stands without a backslash, in any text."""
    assert app_folder.is_dir()
    from parts.text import md

    @given(st.text(max_size=80))
    def holds(text: str) -> None:
        escaped = md(text)
        plain = escaped.replace("\\\\", "")
        for before, one in zip(" " + plain, plain, strict=False):
            assert one not in SPECIAL - {"\\"} or before == "\\"

    holds()


def test_it_is_one_line(app_folder: Path) -> None:
    """Line ends could begin a heading or a list; they become spaces."""
    assert app_folder.is_dir()
    from parts.text import md

    assert md("a\n# b\x00\u2028c") == "a \\# b c"
    assert md(None) == ""
    assert len(md("a" * 1000)) == 400


def test_every_reason_for_a_gene_has_words(app_folder: Path) -> None:
    """Whatever makes a gene a candidate, the screens can say it."""
    from parts.genes import WHY

    assert set(WHY) == set(REASONS)
