"""The gene catalogue gives all genes that a text may mean, each with its reason."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orthoweave.errors import IntegrityError, UsageError
from orthoweave.genes.catalogue import GeneCatalogue, build_catalogue, open_cached_catalogue
from orthoweave.schema import read_schema
from orthoweave.species import find_species
from orthoweave.storage.durable import file_digest
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableWriter, read_tableset

HUMAN, MOUSE, FLY = find_species("human"), find_species("mouse"), find_species("fly")
PROVENANCE = {
    "source": "source:test@1",
    "source_version": "1",
    "license": "CC0-1.0",
    "knowledge_level": "knowledge_assertion",
    "agent_type": "manual_agent",
    "primary_knowledge_source": "infores:hgnc",
}


def gene(
    key: str, symbol: str | None, species: str = HUMAN.key, **values: object
) -> dict[str, object]:
    return {"id": key, "symbol": symbol, "species": species, **PROVENANCE, **values}


GENES = [
    gene(
        "NCBIGene:7157",
        "TP53",
        name="tumor protein p53",
        synonyms=["p53", "LFS1"],
        xrefs=["ENSEMBL:ENSG00000141510", "HGNC:11998"],
        retired_ids=["NCBIGene:99"],
        summary="Guards the genome.",
    ),
    gene("NCBIGene:22059", "Trp53", MOUSE.key, synonyms=["p53"], xrefs=["MGI:98834"]),
    gene("NCBIGene:12359", "Cat", MOUSE.key),
    gene("NCBIGene:12908", "Crat", MOUSE.key, synonyms=["CAT"]),
    gene("NCBIGene:1731", "SEPTIN1", previous_symbols=["SEPT1"], synonyms=["1-Sep", "LARP"]),
    gene("NCBIGene:55016", "MARCHF1", previous_symbols=["MARCH1"]),
    gene("NCBIGene:64757", "MTARC1", previous_symbols=["MARC1"], synonyms=["MARCH1"]),
    gene("NCBIGene:3105", "HLA-A"),
    gene("NCBIGene:4535", "NA", synonyms=["nan"]),
    gene("NCBIGene:43852", "a", FLY.key, synonyms=["Oct-11"]),
    gene("FB:FBgn0000137", "A", FLY.key),
    gene("NCBIGene:5", None),
]


def write(path: Path, genes: list[dict[str, object]]) -> Path:
    pq.write_table(pa.Table.from_pylist(genes, schema=read_schema().arrow("Gene")), path)
    return path


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneCatalogue]:
    folder = tmp_path_factory.mktemp("catalogue")
    build_catalogue([write(folder / "Gene.parquet", GENES)], folder / "genes.sqlite")
    with GeneCatalogue.open(folder / "genes.sqlite") as opened:
        yield opened


def found(catalogue: GeneCatalogue, text: str, *species: str) -> list[tuple[str, str]]:
    only = find_species(species[0]) if species else None
    return [(one.gene, one.reason) for one in catalogue.resolve(text, only)]


def test_many_texts_at_once_mean_what_each_means(catalogue: GeneCatalogue) -> None:
    """Candidates of a list are those of its texts one by one, in order and repeated."""
    texts = ["p53", "CAT", "nope", " TP53 ", "p53", ""]
    for species in (None, MOUSE):
        each = catalogue.resolve_each(texts, species)
        assert each == [catalogue.resolve(text, species) for text in texts]


@pytest.mark.parametrize(
    ("text", "reason", "matched"),
    [
        ("TP53", "symbol", "TP53"),
        (" TP53 ", "symbol", "TP53"),
        ("tp53", "symbol_case", "TP53"),
        ("LFS1", "synonym", "LFS1"),
        ("lfs1", "synonym_case", "LFS1"),
        ("7157", "id", "NCBIGene:7157"),
        ("GeneID:7157", "id", "NCBIGene:7157"),
        ("ENSG00000141510.18", "xref", "ENSEMBL:ENSG00000141510"),
        ("hgnc:11998", "xref", "HGNC:11998"),
        ("99", "retired_id", "NCBIGene:99"),
    ],
)
def test_every_name_finds_its_gene(
    catalogue: GeneCatalogue, text: str, reason: str, matched: str
) -> None:
    """Symbols, synonyms and ids find a gene, and the candidate says by which name."""
    (candidate,) = catalogue.resolve(text, HUMAN)
    assert (candidate.gene, candidate.reason, candidate.matched) == (
        "NCBIGene:7157",
        reason,
        matched,
    )
    assert (candidate.symbol, candidate.name) == ("TP53", "tumor protein p53")


def test_all_candidates_come_best_first(catalogue: GeneCatalogue) -> None:
    """A previous symbol comes before a synonym, and neither is dropped."""
    assert found(catalogue, "MARCH1") == [
        ("NCBIGene:55016", "previous_symbol"),
        ("NCBIGene:64757", "synonym"),
    ]
    assert found(catalogue, "p53") == [("NCBIGene:22059", "synonym"), ("NCBIGene:7157", "synonym")]
    assert found(catalogue, "p53", "mouse") == [("NCBIGene:22059", "synonym")]
    assert found(catalogue, "7157", "mouse") == []


def test_case_tells_genes_apart_where_it_can(catalogue: GeneCatalogue) -> None:
    """Fly's a and A are two genes; the exact spelling comes first."""
    assert found(catalogue, "a", "fly") == [
        ("NCBIGene:43852", "symbol"),
        ("FB:FBgn0000137", "symbol_case"),
    ]
    assert found(catalogue, "A", "fly")[0] == ("FB:FBgn0000137", "symbol")


def test_missing_looking_symbols_are_symbols(catalogue: GeneCatalogue) -> None:
    """A word for "missing" is a gene by its exact current symbol, never by a synonym or case."""
    assert found(catalogue, "NA") == [("NCBIGene:4535", "symbol")]
    assert found(catalogue, "nan") == []
    assert found(catalogue, "Na") == []
    assert {symbol for _, symbol in catalogue.symbols_like_missing()} == {"NA"}


def test_look_alike_characters_are_mended_with_a_reason(catalogue: GeneCatalogue) -> None:
    """A dash or quote from a word processor is replaced, and the reason says so."""
    assert [reason for _, reason in found(catalogue, '"NA"')] == ["mended"]
    assert found(catalogue, '"nan"') == []
    assert [reason for _, reason in found(catalogue, "\u201cTP53\u201d,", "human")] == ["mended"]


def test_dots_of_r_are_read_as_hyphens(catalogue: GeneCatalogue) -> None:
    """HLA.A is what R makes of HLA-A; a version-like dot is not taken off."""
    assert found(catalogue, "HLA.A") == [("NCBIGene:3105", "symbol_dots")]
    assert found(catalogue, "TP53.1") == []


def test_mangled_symbols_are_never_used(catalogue: GeneCatalogue) -> None:
    """1-Sep finds nothing even where a source lists it; Oct-11 only as it is spelled."""
    assert found(catalogue, "1-Sep") == []
    assert found(catalogue, "Oct-11") == [("NCBIGene:43852", "synonym")]
    assert found(catalogue, "oct-11") == [("NCBIGene:43852", "synonym_case")]


@pytest.mark.parametrize(
    "text",
    ["", " ", "no such gene", "'; DROP TABLE gene; --", "%", "_", "\0", "é" * 500, "NCBIGene:"],
)
def test_texts_that_name_no_gene_find_nothing(catalogue: GeneCatalogue, text: str) -> None:
    """Hostile and empty texts are looked up like any other and find nothing."""
    assert catalogue.resolve(text) == []
    assert catalogue.resolve_many([text]).report.n_lost == 1


def test_a_gene_record_has_every_column(catalogue: GeneCatalogue) -> None:
    """The record of a gene is its row, with lists as tuples."""
    record = catalogue.gene("NCBIGene:7157")
    assert record is not None
    assert record.summary == "Guards the genome."
    assert record.synonyms == ("LFS1", "p53")
    assert record.retired_ids == ("NCBIGene:99",)
    assert record.source == "source:test@1"
    assert catalogue.gene("NCBIGene:0") is None
    assert "NCBIGene:7157" in catalogue
    assert "TP53" not in catalogue
    assert len(catalogue) == len(GENES)


def test_completion_puts_symbols_first(catalogue: GeneCatalogue) -> None:
    """Completion gives whole symbols, then longer ones, then other names, each gene once."""
    assert [one.symbol for one in catalogue.complete("t")] == ["TP53", "Trp53"]
    assert [one.symbol for one in catalogue.complete("mar")] == ["MARCHF1", "MTARC1"]
    assert [one.gene for one in catalogue.complete("cat", MOUSE)] == [
        "NCBIGene:12359",
        "NCBIGene:12908",
    ]
    assert catalogue.complete("", limit=5) == []
    assert len(catalogue.complete("t", limit=1)) == 1


def test_completion_by_full_names(tmp_path: Path) -> None:
    """After symbols come full names, the shortest first; they resolve nothing."""
    genes = [
        gene("NCBIGene:1", "HTRA1", synonyms=["insulin-like growth factor binding protease"]),
        gene("NCBIGene:3643", "INSR", name="insulin receptor"),
        gene("NCBIGene:3630", "INS", name="Insulin"),
        gene("NCBIGene:2", "ODD", name="100%_sure \\ name"),
    ]
    build_catalogue([write(tmp_path / "Gene.parquet", genes)], tmp_path / "genes.sqlite")
    with GeneCatalogue.open(tmp_path / "genes.sqlite") as opened:
        found = opened.complete("insulin")
        assert [one.symbol for one in found] == ["INS", "INSR", "HTRA1"]
        assert [one.reason for one in found] == ["name", "name", "synonym"]
        assert opened.complete("insulin", MOUSE) == []
        assert opened.resolve("insulin") == []
        # letters that mean something to SQL mean themselves
        assert [one.symbol for one in opened.complete("100%_sure \\")] == ["ODD"]
        assert opened.complete("1%name") == opened.complete("100%xsure") == []


def test_tables_are_merged_by_key(tmp_path: Path) -> None:
    """Two sources of one gene make one gene that goes by the names of both."""
    first = write(tmp_path / "1.parquet", [gene("NCBIGene:1", "A1BG", synonyms=["ABG"])])
    second = write(tmp_path / "2.parquet", [gene("NCBIGene:1", "A1B", synonyms=["GAB"])])
    build_catalogue([first, second], tmp_path / "genes.sqlite")
    with GeneCatalogue.open(tmp_path / "genes.sqlite") as opened:
        assert len(opened) == 1
        assert opened.resolve("ABG")[0].symbol == "A1BG"
        assert opened.resolve("GAB")[0].symbol == "A1BG"


def test_same_tables_same_bytes(tmp_path: Path) -> None:
    """A catalogue is a function of its tables; its digest does not look at the order of rows."""
    digests, files = set(), set()
    for number, genes in enumerate([GENES, GENES[::-1], GENES]):
        target = tmp_path / f"{number}.sqlite"
        build_catalogue([write(tmp_path / "Gene.parquet", genes)], target)
        files.add(file_digest(target))
        with GeneCatalogue.open(target) as opened:
            digests.add(opened.digest)
    assert len(files) == len(digests) == 1
    changed = [gene("NCBIGene:7157", "TP53x"), *GENES[1:]]
    build_catalogue([write(tmp_path / "Gene.parquet", changed)], tmp_path / "changed.sqlite")
    with GeneCatalogue.open(tmp_path / "changed.sqlite") as opened:
        assert opened.digest not in digests
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "0.sqlite",
        "1.sqlite",
        "2.sqlite",
        "Gene.parquet",
        "changed.sqlite",
    ]


def test_a_cached_catalogue_is_made_once(tmp_path: Path) -> None:
    """The same table sets give the same file, made again if it is damaged; others another."""
    tables = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        with TableWriter(folder, read_schema(), SourceInfo(name)) as out:
            out.write(
                "Gene", pa.table({"id": ["HGNC:5"], "symbol": [name], "species": [HUMAN.key]})
            )
            digest = out.finish()
        tables.append(read_tableset(folder.rename(tmp_path / digest)))
    with open_cached_catalogue(tmp_path / "cache", tables[:1]) as first:
        made = first.path.stat().st_mtime_ns
    with open_cached_catalogue(tmp_path / "cache", tables[:1]) as again:
        assert again.path.stat().st_mtime_ns == made
    first.path.write_bytes(first.path.read_bytes() + b"x")
    with open_cached_catalogue(tmp_path / "cache", tables[:1]) as mended:
        assert [one.gene for one in mended.resolve("one")] == ["HGNC:5"]
        assert mended.path.stat().st_mtime_ns != made
    with open_cached_catalogue(tmp_path / "cache", tables) as both:
        assert both.path != again.path
        assert [one.gene for one in both.resolve("one")] == ["HGNC:5"]
    with pytest.raises(UsageError, match="gene_descriptions"):
        open_cached_catalogue(tmp_path / "cache", [])


def test_a_file_that_is_not_a_catalogue_is_refused(tmp_path: Path) -> None:
    """A missing, foreign or older file is an error that names it."""
    with pytest.raises(IntegrityError, match="no gene catalogue at"):
        GeneCatalogue.open(tmp_path / "absent.sqlite")
    (tmp_path / "text.sqlite").write_text("not a database, but long enough to be looked at" * 30)
    with pytest.raises(IntegrityError, match="is not a gene catalogue"):
        GeneCatalogue.open(tmp_path / "text.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(IntegrityError, match="is not a gene catalogue"):
        GeneCatalogue.open(tmp_path / "empty.sqlite")


def test_an_odd_path_is_opened(tmp_path: Path) -> None:
    """Characters that mean something in a URI mean nothing in a path."""
    folder = tmp_path / "a?mode=rw#b%20c é"
    build_catalogue([write(tmp_path / "Gene.parquet", GENES)], folder / "genes.sqlite")
    with GeneCatalogue.open(folder / "genes.sqlite") as opened:
        assert found(opened, "TP53", "human") == [("NCBIGene:7157", "symbol")]


def test_a_closed_catalogue_says_so(tmp_path: Path) -> None:
    """Asking after closing is an error, not a crash."""
    build_catalogue([write(tmp_path / "Gene.parquet", GENES)], tmp_path / "genes.sqlite")
    opened = GeneCatalogue.open(tmp_path / "genes.sqlite")
    opened.close()
    with pytest.raises(UsageError, match="was closed"):
        opened.resolve("TP53")


def test_threads_ask_at_once(catalogue: GeneCatalogue) -> None:
    """Answers in eight threads are those of one."""
    texts = ["TP53", "p53", "99", "MARCH1", "nothing", "a"] * 40
    alone = [catalogue.resolve(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(catalogue.resolve, texts)) == alone


NAMES = st.sampled_from(["a", "A", "b", "B", "p53", "P53", "x-1"])
ROWS = st.lists(
    st.tuples(NAMES, st.lists(NAMES, max_size=2), st.lists(NAMES, max_size=2)),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_candidates_equal_a_scan_of_all_genes(
    tmp_path: Path, rows: list[tuple[str, list[str], list[str]]]
) -> None:
    """The genes found are exactly those that a loop over all names finds, whatever the case."""
    genes = [
        gene(f"HGNC:{number}", symbol, previous_symbols=previous, synonyms=synonyms)
        for number, (symbol, previous, synonyms) in enumerate(rows)
    ]
    target = tmp_path / "genes.sqlite"
    build_catalogue([write(tmp_path / "Gene.parquet", genes)], target)
    with GeneCatalogue.open(target) as opened:
        for text in ["a", "A", "B", "P53", "x-1"]:
            expected = {
                f"HGNC:{number}"
                for number, (symbol, previous, synonyms) in enumerate(rows)
                if text.lower() in {name.lower() for name in (symbol, *previous, *synonyms)}
            }
            candidates = opened.resolve(text)
            assert {one.gene for one in candidates} == expected
            assert len(candidates) == len(expected)
