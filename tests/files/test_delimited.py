"""Delimited text is read exactly, or refused with file, line and reason."""

import bz2
import csv
import gzip
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import delimited
from orthoweave.files.delimited import read_blocks, read_delimited, read_header, read_lines

HEADER = "#tax_id\tGeneID\tSymbol\n"


def write(folder: Path, content: str | bytes, name: str = "genes.tsv") -> Path:
    path = folder / name
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


@pytest.mark.parametrize("name", ["genes.tsv", "genes.tsv.gz"])
def test_plain_and_gzipped_give_the_same(tmp_path: Path, name: str) -> None:
    """A gzipped file reads like a plain one, whatever it is called."""
    path = write(tmp_path, HEADER + "9606\t7157\tTP53\n", name)
    rows = read_delimited(path, columns=["tax_id", "Symbol"])
    assert rows.rows() == [("9606", "7157", "TP53")]
    renamed = path.rename(tmp_path / "download")
    assert read_delimited(renamed).equals(rows)


def test_nothing_is_interpreted(tmp_path: Path) -> None:
    """Quotes, NA, floats, dates and leading zeros stay the text they are."""
    row = ["NA", "nan", "1e5", "007", '5\'-"nucleotidase"', '"', "", " x "]
    names = [f"c{number}" for number in range(len(row))]
    path = write(tmp_path, "\t".join(names) + "\n" + "\t".join(row) + "\n")
    assert list(read_delimited(path).row(0)) == row


def test_byte_order_mark_and_windows_line_ends_are_taken_off(tmp_path: Path) -> None:
    """A file saved on Windows reads like any other."""
    path = write(tmp_path, b"\xef\xbb\xbfa\tb\r\n1\t2\r\n3\t4")
    assert read_delimited(path).rows() == [("1", "2"), ("3", "4")]
    assert read_delimited(path).columns == ["a", "b"]
    assert read_lines(path) == ["a\tb", "1\t2", "3\t4"]


def test_comments_and_empty_lines_are_skipped(tmp_path: Path) -> None:
    """Comments are skipped only when they are asked for; the header may look like one."""
    text = "##format 2\n##by hand\n#a\tb\n# a remark of no width\n\n1\t2\n"
    path = write(tmp_path, text)
    assert read_delimited(path, comment="#").rows() == [("1", "2")]
    assert read_header(path) == ["a", "b"]
    with pytest.raises(InputError, match="line 4"):
        read_delimited(write(tmp_path, text.replace("##format 2\n##by hand\n", "x\ty\n1\t2\n")))


def test_without_a_header_the_columns_are_given(tmp_path: Path) -> None:
    """Without a header the first line is a row."""
    path = write(tmp_path, "INS\tIns2\n")
    rows = read_delimited(path, columns=["human", "mouse"], header=False)
    assert rows.to_dicts() == [{"human": "INS", "mouse": "Ins2"}]


def test_wrong_width_names_the_line(tmp_path: Path) -> None:
    """A row of another width is refused with its line number, also after comments."""
    path = write(tmp_path, "##x\n" + HEADER + "#y\n9606\t1\tA1BG\n9606\t2\n")
    with pytest.raises(InputError, match=r"line 5: expected 3 .* found 2: '9606\\t2'"):
        read_delimited(path, comment="#")


def test_wrong_width_is_found_in_every_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line numbers count over blocks."""
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 16)
    path = write(tmp_path, HEADER + "9606\t1\tA\n" * 20 + "9606\t1\n")
    with pytest.raises(InputError, match="line 22"):
        read_delimited(path)


def test_missing_and_repeated_columns_are_refused(tmp_path: Path) -> None:
    """The message lists what is missing and what is there."""
    path = write(tmp_path, HEADER)
    with pytest.raises(InputError, match="columns ensembl are missing; the first line has tax_id"):
        read_delimited(path, columns=["GeneID", "ensembl"])
    with pytest.raises(InputError, match="columns taxon are missing"):
        read_delimited(path, where={"taxon": {"9606"}})
    with pytest.raises(InputError, match="column 'a' repeats"):
        read_delimited(write(tmp_path, "a\tb\ta\n"))


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    """Whether no rows are enough is not the reader's question."""
    rows = read_delimited(write(tmp_path, HEADER))
    assert rows.columns == ["tax_id", "GeneID", "Symbol"]
    assert rows.height == 0


@pytest.mark.parametrize("name", ["genes.tsv", "genes.tsv.gz"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    """An empty file is not a table."""
    path = write(tmp_path, b"", name)
    with pytest.raises(InputError, match="is empty"):
        read_delimited(path)


def test_truncated_gzip_is_refused(tmp_path: Path) -> None:
    """A download that was cut is an error wherever it was cut, never fewer rows."""
    whole = gzip.compress((HEADER + "9606\t1\tA1BG\n" * 5000).encode())
    for length in (2, 10, 11, len(whole) // 2, len(whole) - 8, len(whole) - 1):
        path = write(tmp_path, whole[:length])
        with pytest.raises(InputError, match="truncated or damaged"):
            read_delimited(path)


def test_damaged_gzip_is_refused(tmp_path: Path) -> None:
    """A flipped byte is caught by the check sum, and what follows the stream by its mark."""
    whole = bytearray(gzip.compress((HEADER + "9606\t1\tA1BG\n" * 500).encode()))
    whole[-6] ^= 0xFF
    with pytest.raises(InputError, match="truncated or damaged"):
        read_delimited(write(tmp_path, bytes(whole)))
    whole[-6] ^= 0xFF
    with pytest.raises(InputError, match="truncated or damaged"):
        read_delimited(write(tmp_path, bytes(whole) + b"<html>"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"9606\t1\tA\x00\n", "line 3: NUL bytes"),
        ("9606\t1\tµ\n".encode("latin-1"), "line 3: byte 0xb5"),
        (("x" * 50 + "\n").encode("utf-16"), "line 3: byte 0xff"),
    ],
)
def test_files_that_are_not_text_are_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """Binary data and other encodings are refused with the line."""
    path = write(tmp_path, HEADER.encode() + b"9606\t7157\tTP53\n" + content)
    with pytest.raises(InputError, match=reason):
        read_delimited(path)


def test_other_archives_are_named(tmp_path: Path) -> None:
    """A zip or bzip2 file is refused with the word for it."""
    with pytest.raises(InputError, match="zip archive"):
        read_delimited(write(tmp_path, b"PK\x03\x04rest"))
    with pytest.raises(InputError, match="bzip2 archive"):
        read_delimited(write(tmp_path, bz2.compress(HEADER.encode())))


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """A path that cannot be read is an input error that shows it."""
    with pytest.raises(InputError, match=r"nothing\.tsv"):
        read_delimited(tmp_path / "nothing.tsv")
    with pytest.raises(InputError, match="expected a text file"):
        read_delimited(tmp_path)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text beyond the limit is refused before it is all unpacked; so is one endless line."""
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1 << 16)
    monkeypatch.setattr(delimited, "MAXIMUM_LINE_BYTES", 1 << 18)
    path = write(tmp_path, b"a" * (1 << 22), "bomb.gz")
    with pytest.raises(HostileFileError, match="a line has more than"):
        read_delimited(path)
    monkeypatch.setattr(delimited, "MAXIMUM_TEXT_BYTES", 1 << 18)
    path = write(tmp_path, b"a\tb\n" * (1 << 20), "bomb.gz")
    with pytest.raises(HostileFileError, match="holds more than"):
        read_delimited(path)


def test_rows_are_filtered_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`where` keeps what a filter afterwards keeps, over all blocks, in order."""
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 64)
    lines = [
        f"{taxon}\t{number}\tG{number}" for number in range(90) for taxon in (9606, 10090, 7227)
    ]
    path = write(tmp_path, HEADER + "\n".join(lines))
    rows = read_delimited(path, where={"tax_id": {"9606", "7227"}})
    everything = read_delimited(path)
    assert everything.height == 270
    assert rows.equals(everything.filter(pl.col("tax_id") != "10090"))
    assert sum(block.height for block in read_blocks(path, where={"tax_id": ["1"]})) == 0


TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\t\n\r\ufeff"), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    block=st.sampled_from([5, 33, 1 << 20]),
)
def test_reading_equals_the_standard_library(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    end: str,
    last: bool,
    block: int,
) -> None:
    """Any text without tabs and line ends comes back as Python's csv module reads it."""
    text = end.join("\t".join(row) for row in [("a", "b", "c"), *rows]) + (end if last else "")
    path = tmp_path_factory.mktemp("round") / "file.tsv"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK_BYTES", block)
        found = read_delimited(path)
    witness = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    assert [list(row) for row in found.rows()] == list(witness)[1:]


DIALECTS = {
    "comma": b"a,b\n1,x y\n",
    "semicolon": b"a;b\n1;x y\n",
    "quoted tabs": b'"a"\t"b"\n"1"\t"x y"\n',
    "quoted commas": b'"a","b"\n"1","x y"\n',
    "line end in quotes": b'a,b\r\n1,"x\r\ny"\r\n',
    "utf-16 little": "a\tb\n1\tx y\n".encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + "a,b\n1,x y\n".encode("utf-16-be"),
    "comments": b"# made by a program, today\n#\na\tb\n1\tx y\n",
    "comments and commas": b"# made by a program\na,b\n1,x y\n",
}


@pytest.mark.parametrize("name", DIALECTS)
def test_other_dialects_are_read_alike(tmp_path: Path, name: str) -> None:
    """Commas, semicolons, quotes, UTF-16 and leading comments give the same table."""
    path = write(tmp_path, DIALECTS[name])
    assert read_header(path) == ["a", "b"]
    assert read_delimited(path).rows() == [("1", "x y")]


def test_quotes_inside_tab_separated_fields_stay(tmp_path: Path) -> None:
    """Only a file whose header is quoted has quotes removed."""
    path = write(tmp_path, b'a\tb\n5"-end\t"x"\n')
    assert read_delimited(path).rows() == [('5"-end', '"x"')]


def test_damaged_dialects_are_refused(tmp_path: Path) -> None:
    """An open quote, half a UTF-16 letter and R's row names are refused with the reason."""
    with pytest.raises(InputError, match="unexpected end of data"):
        read_delimited(write(tmp_path, b'a,b\n1,"x\n'))
    with pytest.raises(InputError, match="expected text in UTF-16-LE"):
        read_delimited(write(tmp_path, "a\tb\n".encode("utf-16") + b"x"))
    with pytest.raises(InputError, match=r"row\.names=FALSE"):
        read_delimited(write(tmp_path, b'"a"\t"b"\n"1"\t"x"\t"y"\n'))


@pytest.mark.parametrize("content", [b"a,b\nINS,\xff\n", b"a,b\n1,2\n\x8b\xfe,3\n"])
def test_bytes_of_another_encoding_are_named_in_every_dialect(
    tmp_path: Path, content: bytes
) -> None:
    """A table that is rewritten first is refused for the same reason as any other."""
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"t\.csv.*byte 0x.*UTF-8 text was expected"):
        read_delimited(tmp_path / "t.csv")
