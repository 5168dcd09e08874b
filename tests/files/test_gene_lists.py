"""Lists of gene names as people have them."""

import pytest

from orthoweave.errors import InputError
from orthoweave.files.gene_lists import LARGEST_LIST, read_gene_list

LISTS = {
    "lines": b"INS\nGCG\nINS\n",
    "windows": b"\xef\xbb\xbfINS\r\nGCG\r\n",
    "one line": b"INS, GCG; INS\n",
    "comments": b"# my list\nINS\n\nGCG\n",
    "header": b"Gene\nINS\nGCG\n",
    "table": b"gene\tlogfc\nINS\t2\nGCG\t-1\n",
    "second column": b"rank,symbol\n1,INS\n2,GCG\n",
    "two columns": b"INS\t2\nGCG\t-1\n",
    "quoted": b'"gene","logfc"\n"INS","2"\n"GCG","1"\n',
    "utf-16": "INS\nGCG\n".encode("utf-16"),
}


@pytest.mark.parametrize("name", LISTS)
def test_every_form_of_list_is_read(name: str) -> None:
    """Lines, tables with and without header, quotes and UTF-16 give the same two names."""
    assert read_gene_list(LISTS[name], "genes.txt").names == ("INS", "GCG")


def test_gmt_gives_the_genes_of_all_sets() -> None:
    """Names and descriptions of sets are not genes."""
    assert read_gene_list(b"a\tabout\tINS\tGCG\nb\t\tSST\tINS\n", "x.GMT").names == (
        "INS",
        "GCG",
        "SST",
    )


def test_odd_spellings_stay_for_the_catalogue() -> None:
    """Quotes and trailing commas are not separators of a table."""
    assert read_gene_list(b'"INS"\nGCG,\n', "genes.txt").names == ('"INS"', "GCG,")


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (b"", "a", "holds no gene names"),
        (b"\n# x\n", "a", "holds no gene names"),
        (b"\x1f\x8b\x08", "a", "cannot be read as text"),
        (b"INS\0", "a", "NUL"),
        (b"a\tINS\n", "a.gmt", "set 1"),
        (b"x" * (LARGEST_LIST + 1), "a", "at most"),
    ],
)
def test_files_that_are_not_lists_are_refused(content: bytes, where: str, said: str) -> None:
    """Empty, binary, oversized and malformed files are errors with the reason."""
    with pytest.raises(InputError, match=said):
        read_gene_list(content, where)
