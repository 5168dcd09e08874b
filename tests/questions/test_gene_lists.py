"""Lists of genes from users."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import InputError
from orthoweave.questions.gene_lists import LARGEST_FILE, read_gmt, split_genes

NAMES = st.lists(st.from_regex(r"[A-Za-z0-9.-]{1,8}", fullmatch=True), unique=True)


@given(NAMES, st.sampled_from([",", " ", "\n", "; ", "|", "\t", ",\r\n"]))
def test_separators_do_not_matter(names: list[str], separator: str) -> None:
    """Names come back in order, whatever parts them."""
    assert split_genes(separator.join(names)) == tuple(names)


def test_gmt_is_read() -> None:
    """Sets come by name with their genes, each once; empty lines do not count."""
    content = b"\xef\xbb\xbfislet\tabout\tINS\tGCG\tINS\n\nother\t\tSST\t\n"
    assert read_gmt(content) == {"islet": ("INS", "GCG"), "other": ("SST",)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no gene set"),
        (b"islet\tINS", "line 1"),
        (b"a\tb\tINS\n\t\tGCG", "line 2"),
        (b"a\tb\tX\na\tb\tY", "twice"),
        (b"\x1f\x8b\x08\xff", "UTF-8"),
        (b"a\tb\tX\0", "line 1"),
        (b"x" * (LARGEST_FILE + 1), "at most"),
    ],
)
def test_files_that_are_not_gmt_are_refused(content: bytes, said: str) -> None:
    """Other files are errors that say what was expected and where."""
    with pytest.raises(InputError, match=said):
        read_gmt(content)
