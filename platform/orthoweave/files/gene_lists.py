"""Read lists of gene names: a name in each line, a table, or a GMT file."""

import csv
import re
from dataclasses import dataclass
from typing import Final

from orthoweave.errors import InputError
from orthoweave.files.dialect import detect_dialect, encoding_of

LARGEST_LIST: Final = 20 * 2**20
_GENE_COLUMNS: Final = (
    *("gene", "genes", "symbol", "gene_symbol", "gene symbol", "symbols", "gene_name", "gene name"),
    *(
        "genename",
        "hgnc_symbol",
        "mgi_symbol",
        "external_gene_name",
        "gene_id",
        "geneid",
        "gene id",
    ),
    *("ensembl_gene_id", "ensembl", "ensembl_id", "gene stable id", "entrez", "entrez_id"),
    *("ncbi_gene_id", "names", "name", "feature", "id"),
)
_INLINE: Final = re.compile(r"[,;|\t]+")


@dataclass(frozen=True, slots=True)
class GeneList:
    """The gene names in a file."""

    all_names: tuple[str, ...]
    """Names in the order of the file, repeated ones included."""
    column: str = ""
    """Column that the names were taken from; empty for a list that is not a table."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in order, each once."""
        return tuple(dict.fromkeys(self.all_names))


def read_gene_list(content: bytes, where: str) -> GeneList:
    r"""Read the gene names in a file.

    A file whose name ends in ``.gmt`` is read as gene sets: all genes of all sets. A file whose
    lines have the same number of columns, separated by tabs, commas or semicolons, is a table:
    the column with a name such as ``gene`` or ``symbol`` holds the names, else the first. Any
    other file has a name in each line, or several separated by commas, semicolons or tabs. Lines
    that start with ``#`` are comments.

    Raises
    ------
    InputError
        If the file is too large, not text, or holds no names.

    Examples
    --------
    >>> read_gene_list(b"gene,logfc\nINS,2\nGCG,1\nINS,0\n", "genes.csv").names
    ('INS', 'GCG')
    """
    if len(content) > LARGEST_LIST:
        message = f"{where} has {len(content):,} bytes: expected a list of at most {LARGEST_LIST:,}"
        raise InputError(message)
    lines = [line for line in _text(content, where).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("#")]
    if where.lower().endswith(".gmt"):
        names, column = _of_gmt(lines, where), ""
    else:
        names, column = _of_table(lines) or (_of_lines(lines), "")
    names = [name.strip() for name in names if name.strip()]
    if not names:
        message = (
            f"{where} holds no gene names: expected a name in each line, a table or a GMT file"
        )
        raise InputError(message)
    return GeneList(tuple(names), column)


def _text(content: bytes, where: str) -> str:
    encoding = encoding_of(content[:2])
    try:
        text = content.decode("utf-16" if encoding != "utf-8" else "utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"{where} cannot be read as text in UTF-8: {error}. Save it as plain text, a name in "
            "each line"
        )
        raise InputError(message) from error
    if "\0" in text:
        message = f"{where} holds NUL characters: expected text, a name in each line"
        raise InputError(message)
    return text


def _of_gmt(lines: list[str], where: str) -> list[str]:
    names: list[str] = []
    for number, line in enumerate(lines, start=1):
        names += gmt_set(line, f"{where}, set {number}")[1]
    return names


def gmt_set(line: str, where: str) -> tuple[str, list[str]]:
    """Read one line of a GMT file: the name of a set, a description and its genes, by tabs.

    Raises
    ------
    InputError
        If the line has no name or no genes.
    """
    name, *rest = line.split("\t")
    genes = [gene.strip() for gene in rest[1:] if gene.strip()]
    if not name.strip() or not genes or "\0" in line:
        message = (
            f"{where} is {line[:60]!r}: expected a name, a description and at least one gene, "
            "separated by tabs"
        )
        raise InputError(message)
    return name.strip(), genes


def _of_table(lines: list[str]) -> tuple[list[str], str] | None:
    """Return the names and their column; None if the lines are not rows of a table."""
    dialect = detect_dialect(lines[0]) if lines else None
    if dialect is None or len(lines) < 2:
        return None
    rows = list(csv.reader(lines, delimiter=dialect.separator))
    width = len(rows[0])
    if width < 2 or any(len(row) != width for row in rows):
        quoted_column = width == 1 and dialect.quoted and _column_of(rows[0]) is not None
        return ([row[0] for row in rows[1:] if row], rows[0][0]) if quoted_column else None
    if not any(field.strip() for row in rows for field in row[1:]):
        return None
    column = _column_of(rows[0])
    if column is None:
        return [row[0] for row in rows], "first"
    return [row[column] for row in rows[1:]], rows[0][column]


def _column_of(header: list[str]) -> int | None:
    """Return the place of the column of names in a header; None if it has none."""
    lowered = [name.strip().strip('"').lower() for name in header]
    places = [lowered.index(name) for name in _GENE_COLUMNS if name in lowered]
    return places[0] if places else None


def _of_lines(lines: list[str]) -> list[str]:
    names: list[str] = []
    for number, line in enumerate(lines):
        parts = [part for part in _INLINE.split(line) if part.strip()]
        if number == 0 and len(lines) > 1 and len(parts) == 1 and _column_of(parts) is not None:
            continue
        names += parts if len(parts) > 1 else [line]
    return names
