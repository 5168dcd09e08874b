"""Rows of the usual form are read by columns as they are one by one."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import InputError
from orthoweave.genes.combine import Combined, add_genes, gene_key
from orthoweave.genes.formats import AUTHORITIES, FORMATS
from orthoweave.genes.plain_rows import SCHEMA, description, plain_rows
from orthoweave.genes.reading import GeneRows, read_descriptions, read_genes
from orthoweave.species import Species, find_species

COLUMNS = (
    *("taxon_id", "symbol", "name", "synonyms", "previous_symbols", "ncbi_gene_id", "ensembl_id"),
    *("uniprot", "biotype", "locus_type", "mgi_id", "hgnc_id", "fb_id", "row", "#row"),
)
FORM = next(form for form in FORMATS if form.name == "table")
NUMBERS = ("1", "2", "3", "007")
STRANGE = (
    *("", "", "", "NA", "-", "nan", " x", "y ", "a  b", "\u00a0INS", "\u03b2", 'say "x"', '"a|b"'),
    *("a|b", "a| b", "|", "1-Sep", "1e5", "NCBIGene:1", "0", "1|2", "MGI:MGI:2", "mgi:3", "x:y"),
)


def _fields(*usual: str) -> st.SearchStrategy[str]:
    return st.sampled_from((*usual, *usual, *usual, *STRANGE))


ROWS = st.fixed_dictionaries(
    {
        "taxon_id": st.sampled_from(("10090", "10090", "9606", "7227")),
        "symbol": _fields("INS", "Ins1", "ins1", "NA", "GCG"),
        "name": _fields("insulin", "insulin 1", "unknown"),
        "synonyms": _fields("INS|ILPR", "B|A|B", "INS"),
        "previous_symbols": _fields("OLD", "INS"),
        "ncbi_gene_id": _fields(*NUMBERS, "1|2"),
        "ensembl_id": _fields(
            *("ENSG00000254647", "ENSG00000254647.7", "ENSMUSG00000000215|ENSMUSG00000000216"),
            *("FBgn0000008", "FBti0060410", "WBGene00000001", "YAL001C", "ensg00000254647"),
        ),
        "uniprot": _fields("P01308", "A0A024R161", "P01308|Q8WYJ6", "UNKNOWN", "MISSING"),
        "biotype": _fields("protein_coding", "ncRNA"),
        "locus_type": _fields("gene with protein product", "pseudogene"),
        "mgi_id": _fields("MGI:1", "MGI:2", "2", "MGI:2152878|MGI:3"),
        "hgnc_id": _fields("HGNC:5", "HGNC:6"),
        "fb_id": _fields("FBgn0000008", "FB:FBgn0000008"),
        "row": st.just("1"),
        "#row": st.just("2"),
    }
)
Written = list[dict[str, str]]


def write(folder: Path, name: str, rows: Written) -> Path:
    path = folder / name
    lines = ["\t".join(COLUMNS), *("\t".join(row[name] for name in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def one_by_one(path: Path) -> GeneRows:
    """Read a file with no row in columns: the witness."""
    rows = list(read_descriptions(path, FORM, None, {}))
    return GeneRows(pl.DataFrame(schema=SCHEMA), list(enumerate(rows)), {})


def combined(reads: list[tuple[str, GeneRows]], *, separate: bool) -> object:
    """Return all that files come to, or the message that refuses them."""
    found = Combined()
    try:
        for name, read in reads:
            add_genes(found, name, read, separate=separate)
    except InputError as error:
        return str(error)
    genes = found.genes
    counts = (found.n_rows, found.without_id, found.merged, found.disputed, found.damaged_ids)
    return (
        *(genes.rows().to_pylist(), sorted(genes), len(genes), genes.names().to_list(), counts),
        *(genes.with_scalar("symbol"), sorted((s.key, n) for s, n in genes.by_species().items())),
    )


@given(st.lists(st.lists(ROWS, max_size=12), min_size=1, max_size=2), st.booleans())
@settings(max_examples=150, deadline=None)
def test_files_read_by_columns_are_those_read_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, files: list[Written], separate: bool
) -> None:
    """Genes, counts and refusals are the same, whatever the rows hold and wherever ids meet."""
    folder = tmp_path_factory.mktemp("genes")
    paths = [write(folder, f"{number}.tsv", rows) for number, rows in enumerate(files)]
    by_columns = [(path.name, read_genes(path, FORM, None, {})) for path in paths]
    row_by_row = [(path.name, one_by_one(path)) for path in paths]
    assert combined(by_columns, separate=separate) == combined(row_by_row, separate=separate)


@given(st.lists(ROWS, max_size=20), st.sampled_from(("human", "mouse", "fly")))
@settings(max_examples=100, deadline=None)
def test_a_plain_row_says_what_the_reader_of_its_format_says(rows: Written, name: str) -> None:
    """Texts, lists and key agree with the reader of one row."""
    species: Species = find_species(name)
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
    for row in plain_rows(table, species).iter_rows(named=True):
        said = FORM.read(rows[row["row"]], species)
        assert said is not None
        assert description(row, species) == said
        assert row["key"] == gene_key(said.ids, species)


def test_usual_rows_are_read_by_columns(tmp_path: Path) -> None:
    """Nothing is read one by one where every row has the usual form."""
    row = dict.fromkeys(COLUMNS, "") | {"taxon_id": "10090", "symbol": "Ins1", "row": "1"}
    path = write(tmp_path, "genes", [row | {"ncbi_gene_id": f"{n}"} for n in range(1, 9)])
    read = read_genes(path, FORM, None, {})
    assert (len(read.plain), read.others) == (8, [])
    assert set(AUTHORITIES.values()) >= {"mgi_id", "hgnc_id", "fb_id"}


def test_a_key_that_another_row_may_need_is_not_settled_by_columns(tmp_path: Path) -> None:
    """Of two genes that claim one NCBI id, one goes by an id that a third gene has, and clashes."""
    plain = dict.fromkeys(COLUMNS, "") | {"taxon_id": "10090"}
    rows = [
        plain | {"symbol": "A", "ncbi_gene_id": "1", "mgi_id": "MGI:1"},
        plain | {"symbol": "B", "ncbi_gene_id": "1", "mgi_id": "MGI:2"},
        plain | {"symbol": "C", "mgi_id": "MGI:1", "ensembl_id": "ENSMUSG00000000215"},
        plain | {"symbol": "D", "ensembl_id": "ENSMUSG00000000216"},
    ]
    found = Combined()
    add_genes(found, "f", read_genes(write(tmp_path, "f", rows), FORM, None, {}), separate=True)
    assert found.disputed == ["MGI:1", "NCBIGene:1"]
    assert sorted(found.genes) == [
        "ENSEMBL:ENSMUSG00000000215",
        "ENSEMBL:ENSMUSG00000000216",
        "MGI:2",
    ]
    assert found.without_id == ["A"]
