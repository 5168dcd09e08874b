"""The orthology job: every format, one key for each gene, losses reported, mistakes refused."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orthoweave import content
from orthoweave.errors import InputError, RowFloorError, UnknownNameError, UsageError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet

JOBS = {
    name: load_jobs(content.folder("ingest") / f"{name}.py")[0]
    for name in ("gene_descriptions", "orthology")
}
REAL = Path(__file__).parents[2] / "../shared/data/orthology"
GENES = {
    "human": "taxon_id\tsymbol\tname\tsynonyms\tprevious_symbols\tncbi_gene_id\tensembl_id\t"
    "hgnc_id\n"
    "9606\tINS\tinsulin\t\t\t3630\tENSG00000254647\tHGNC:6081\n"
    "9606\tTP53\ttumor protein p53\tp53\t\t7157\tENSG00000141510\tHGNC:11998\n"
    "9606\tGCG\tglucagon\tGLP1\t\t2641\tENSG00000115263\tHGNC:4191\n"
    "9606\tAAA1\tone\tDUP\t\t901\t\t\n"
    "9606\tAAA2\ttwo\tDUP\t\t902\t\t\n",
    "mouse": "taxon_id\tsymbol\tname\tsynonyms\tncbi_gene_id\tensembl_id\tmgi_id\n"
    "10090\tIns1\tinsulin I\t\t16333\tENSMUSG00000035804\tMGI:96572\n"
    "10090\tIns2\tinsulin II\t\t16334\tENSMUSG00000000215\tMGI:96573\n"
    "10090\tTrp53\ttransformation related protein 53\tp53\t22059\tENSMUSG00000059552\tMGI:98834\n"
    "10090\tGcg\tglucagon\t\t14526\tENSMUSG00000000394\tMGI:95674\n",
}
INS1 = ("NCBIGene:16333", "NCBIGene:3630")
INS2 = ("NCBIGene:16334", "NCBIGene:3630")
P53 = ("NCBIGene:22059", "NCBIGene:7157")

FORMATS = {
    "ncbi": "#tax_id\tGeneID\trelationship\tOther_tax_id\tOther_GeneID\n"
    "9606\t3630\tOrtholog\t10090\t16333\n9606\t3630\tOrtholog\t10090\t16334\n"
    "9606\t7157\tOrtholog\t10090\t22059\n9606\t7157\tOrtholog\t10036\t281542\n"
    "9606\t3630\tRelated functional gene\t10090\t14526\n",
    "hcop": "human_entrez_gene\thuman_ensembl_gene\thgnc_id\thuman_name\thuman_symbol\thuman_chr\t"
    "human_assert_ids\tmouse_entrez_gene\tmouse_ensembl_gene\tmgi_id\tmouse_name\tmouse_symbol\t"
    "mouse_chr\tmouse_assert_ids\tsupport\n"
    "3630\tENSG00000254647\tHGNC:6081\tinsulin\tINS\t11p\tx\t16333\tENSMUSG00000035804\t"
    "MGI:96572\tinsulin I\tIns1\t19\ty\tEnsembl,Panther\n"
    "3630\tENSG00000254647\tHGNC:6081\tinsulin\tINS\t11p\tx\t-\t-\tMGI:96573\tinsulin II\tIns2\t"
    "7\ty\tEnsembl, OMA, Panther\n"
    "-\tENSG00000141510\t-\t-\t-\t17\tx\t-\tENSMUSG00000059552.12\t-\t-\t-\t11\ty\tInparanoid\n",
    "hcop_six": "human_entrez_gene\thuman_ensembl_gene\thuman_assert_ids\tmouse_entrez_gene\t"
    "mouse_ensembl_gene\tmouse_assert_ids\n3630\tENSG00000254647\tx\t16333\t-\ty\n"
    "3630\tENSG00000254647\tx\t16334\t-\ty\n7157\t-\tx\t22059\t-\ty\n",
    "hcop_sixteen": "ortholog_species\thuman_entrez_gene\thuman_ensembl_gene\thuman_symbol\t"
    "ortholog_species_entrez_gene\tortholog_species_ensembl_gene\tortholog_species_db_id\t"
    "ortholog_species_symbol\tsupport\n"
    "10090\t3630\t-\tINS\t16333\t-\tMGI:96572\tIns1\tOMA\n"
    "10090\t3630\t-\tINS\t16334\t-\tMGI:96573\tIns2\tOMA\n"
    "10090\t7157\t-\tTP53\t-\t-\tMGI:98834\tTrp53\tOMA\n"
    "10036\t7157\t-\tTP53\t403869\t-\t-\tTP53\tOMA\n",
    "ensembl": "human_symbol\thuman_ensembl\tmouse_symbol\tmouse_ensembl\thomology_type\t"
    "orthology_confidence\n"
    "INS\tENSG00000254647\tIns1\tENSMUSG00000035804\tortholog_one2many\t0\n"
    "INS\tENSG00000254647\tIns2\tENSMUSG00000000215\tortholog_one2many\t1\n"
    "TP53\tENSG00000141510\tTrp53\tENSMUSG00000059552\tortholog_one2one\t1\n",
    "biomart": "Gene stable ID\tGene name\tMouse gene stable ID\tMouse gene name\t"
    "Mouse homology type\tMouse orthology confidence [0 low, 1 high]\n"
    "ENSG00000254647\tINS\tENSMUSG00000035804\tIns1\tortholog_one2many\t0\n"
    "ENSG00000254647\tINS\tENSMUSG00000000215\tIns2\tortholog_one2many\t1\n"
    "ENSG00000141510\tTP53\tENSMUSG00000059552\tTrp53\tortholog_one2one\t1\n"
    "ENSG00000115263\tGCG\t\t\t\t\n",
    "compara": "gene_stable_id\tprotein_stable_id\tspecies\tidentity\thomology_type\t"
    "homology_gene_stable_id\thomology_species\tis_high_confidence\n"
    "ENSG00000254647\tP1\thomo_sapiens\t80\tortholog_one2many\tENSMUSG00000035804\tmus_musculus\t0\n"
    "ENSG00000254647\tP1\thomo_sapiens\t80\tortholog_one2many\tENSMUSG00000000215\tmus_musculus\t1\n"
    "ENSG00000141510\tP2\thomo_sapiens\t80\tortholog_one2one\tENSMUSG00000059552\tmus_musculus\t1\n"
    "ENSG00000141510\tP2\thomo_sapiens\t80\tother_paralog\tENSMUSG00000000394\tmus_musculus\t1\n",
    "mgi": "DB Class Key\tCommon Organism Name\tNCBI Taxon ID\tSymbol\tEntrezGene ID\t"
    "Mouse MGI ID\tHGNC ID\n"
    "1\tmouse, laboratory\t10090\tIns1\t16333\tMGI:96572\t\n"
    "1\tmouse, laboratory\t10090\tIns2\t16334\tMGI:96573\t\n"
    "1\thuman\t9606\tINS\t3630\t\tHGNC:6081\n"
    "2\tmouse, laboratory\t10090\tTrp53\t22059\tMGI:98834\t\n"
    "2\thuman\t9606\tTP53\t7157\t\tHGNC:11998\n",
    "homologene": "hid\tsymbol\ttaxon_id\tncbi_gene_id\n1\tINS\t9606\t3630\n1\tIns1\t10090\t16333\n"
    "1\tIns2\t10090\t16334\n2\tTP53\t9606\t7157\n2\tTrp53\t10090\t22059\n",
    "homologene_data": "1\t9606\t3630\tINS\t1\tNP_1\n1\t10090\t16333\tIns1\t2\tNP_2\n"
    "1\t10090\t16334\tIns2\t3\tNP_3\n2\t9606\t7157\tTP53\t4\tNP_4\n2\t10090\t22059\tTrp53\t5\tNP_5\n",
    "pairs": "human_symbol\tmouse_symbol\nINS\tIns1\nINS\tIns2\nTP53\tTrp53\n",
    "plain": "human gene\tmouse gene\nINS\tIns1\nENSG00000254647\t16334\nHGNC:11998\tMGI:98834\n",
}
RESOURCE = {
    "ncbi": "NCBI",
    "hcop_six": "HCOP",
    "hcop_sixteen": "OMA",
    "ensembl": "Ensembl",
    "biomart": "Ensembl",
    "compara": "Ensembl",
    "mgi": "MGI",
    "homologene": "HomoloGene",
    "homologene_data": "HomoloGene",
    "pairs": "pairs",
    "plain": "plain",
}
Ingest = Callable[..., TableSet]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a knowledge base that names a few genes of human and mouse; tests copy it."""
    folder = tmp_path_factory.mktemp("named")
    for species, text in GENES.items():
        path = folder / f"genes_{species}.tsv"
        path.write_text(text, encoding="utf-8")
        ingest(Layout(folder / "kb"), JOBS["gene_descriptions"], [path], {}, Quiet())
    return folder / "kb"


@pytest.fixture
def layout(tmp_path: Path, named: Path) -> Layout:
    """Copy the knowledge base that names genes."""
    shutil.copytree(named, tmp_path / "kb")
    return Layout(tmp_path / "kb")


@pytest.fixture
def run(tmp_path: Path, layout: Layout) -> Ingest:
    """Ingest a text as a file of orthologs, with options."""

    def ingest_text(text: str, name: str = "pairs", **options: str) -> TableSet:
        path = tmp_path / f"{name}.tsv"
        path.write_text(text, encoding="utf-8")
        return ingest(layout, JOBS["orthology"], [path], options, Quiet()).tables

    return ingest_text


def rows(tables: TableSet, name: str = "ORTHOLOGOUS_TO") -> list[dict[str, object]]:
    """Rows of a table."""
    path = tables.table_path(name)
    return [] if path is None else pq.read_table(path).to_pylist()


def ends(tables: TableSet, name: str = "ORTHOLOGOUS_TO") -> list[tuple[object, object]]:
    """List the ends of a table's edges."""
    return [(row["from"], row["to"]) for row in rows(tables, name)]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_pairs(run: Ingest, name: str) -> None:
    """INS is orthologous to Ins1 and Ins2, TP53 to Trp53, whatever ids the file has."""
    species = {"from": "human", "to": "mouse"} if name == "plain" else {}
    tables = run(FORMATS[name], name, **species)
    assert ends(tables) == [INS1, INS2, P53]
    if name in RESOURCE:
        assert {tuple(row["resources"]) for row in rows(tables)} == {(RESOURCE[name],)}  # type: ignore[arg-type]
    for row in rows(tables):
        assert row["assertion"] == "evidence"
        assert (row["from_species"], row["to_species"]) == ("NCBITaxon:10090", "NCBITaxon:9606")
        assert row["support_count"] == len(row["resources"])  # type: ignore[arg-type]
    genes = {row["id"]: row["symbol"] for row in rows(tables, "Gene")}
    assert genes == {
        "NCBIGene:16333": "Ins1",
        "NCBIGene:16334": "Ins2",
        "NCBIGene:22059": "Trp53",
        "NCBIGene:3630": "INS",
        "NCBIGene:7157": "TP53",
    }
    assert {row["from"] for row in rows(tables, "IN_TAXON")} == set(genes)
    assert [row["common_name"] for row in rows(tables, "Species")] == ["mouse", "human"]


def test_hcop_support_is_split_and_harmonised(run: Ingest) -> None:
    """The support list counts, in our spelling; original ids stay aligned with the ends."""
    by_pair = {(row["from"], row["to"]): row for row in rows(run(FORMATS["hcop"], "hcop"))}
    assert by_pair[INS2]["resources"] == ["Ensembl", "OMA", "PANTHER"]
    assert by_pair[INS2]["support_count"] == 3
    assert by_pair[P53]["original_subject"] == "ENSMUSG00000059552.12"
    assert by_pair[P53]["original_object"] == "ENSG00000141510"


def test_repeated_and_turned_rows_are_one_pair(run: Ingest) -> None:
    """A pair said twice, also in the other direction, is one edge with united resources."""
    header = FORMATS["ncbi"].split("\n")[0]
    tables = run(
        f"{header}\n9606\t3630\tOrtholog\t10090\t16333\n10090\t16333\tOrtholog\t9606\t3630\n"
    )
    assert ends(tables) == [INS1]


def test_homologene_pairs_of_one_species_are_paralogs(run: Ingest) -> None:
    """Ins1 and Ins2 are paralogs in HomoloGene; MGI's classes assert none."""
    assert ends(run(FORMATS["homologene"], "a"), "PARALOGOUS_TO") == [
        ("NCBIGene:16333", "NCBIGene:16334")
    ]
    assert rows(run(FORMATS["mgi"], "b"), "PARALOGOUS_TO") == []


def test_compara_confidence_is_kept_as_text(run: Ingest) -> None:
    """0 and 1 become low and high."""
    found = {(row["from"], row["to"]): row["confidence"] for row in rows(run(FORMATS["biomart"]))}
    assert found == {INS1: "low", INS2: "high", P53: "high"}


def test_losses_are_reported(run: Ingest) -> None:
    """Ambiguous synonyms, unknown and mangled symbols are lost, counted and listed; not guessed."""
    text = "human_symbol\tmouse_symbol\nINS\tIns1\nDUP\tIns2\nNOPE\tGcg\n1-Sep\tTrp53\n"
    tables = run(text)
    assert ends(tables) == [INS1]
    report = tables.report("coverage")
    assert report is not None
    assert (report["n_in"], report["n_matched"], report["n_ambiguous"], report["n_lost"]) == (
        8,
        5,
        1,
        2,
    )
    assert report["lost"] == ["1-Sep", "DUP", "NOPE"]
    assert report["mangled"] == ["1-Sep"]
    lines = (tables.folder / "lost.txt").read_text().splitlines()
    assert "NCBITaxon:9606\tDUP\tambiguous" in lines


def test_two_ids_of_one_gene_give_one_key_without_a_catalogue(tmp_path: Path) -> None:
    """An Ensembl id that another row ties to an NCBI id goes by that NCBI id."""
    path = tmp_path / "hcop.tsv"
    path.write_text(
        "human_ncbi\thuman_ensembl\tmouse_ncbi\tmouse_ensembl\tsupport\n"
        "3630\tENSG00000254647\t16333\tENSMUSG00000035804\tOMA\n"
        "\tENSG00000254647\t16334\t\tOMA\n"
        "\tENSG00000141510.9\t\tENSMUSG00000059552\tOMA\n"
    )
    tables = ingest(Layout(tmp_path / "kb"), JOBS["orthology"], [path], {}, Quiet()).tables
    p53 = ("ENSEMBL:ENSG00000141510", "ENSEMBL:ENSMUSG00000059552")
    assert ends(tables) == [p53, INS1, INS2]


def test_symbols_alone_need_named_genes(tmp_path: Path) -> None:
    """Without a catalogue a file of symbols says which job to run first."""
    path = tmp_path / "pairs.tsv"
    path.write_text(FORMATS["pairs"])
    with pytest.raises(UsageError, match="gene_descriptions"):
        ingest(Layout(tmp_path / "kb"), JOBS["orthology"], [path], {}, Quiet())


def test_resource_can_be_said_or_is_the_files_name(run: Ingest) -> None:
    """`mgi_human_mouse` is MGI's; `--set resource=` says otherwise."""
    assert rows(run(FORMATS["pairs"], "mgi_human_mouse"))[0]["resources"] == ["MGI"]
    assert rows(run(FORMATS["pairs"], "b", resource="Panther"))[0]["resources"] == ["PANTHER"]


def test_species_can_be_chosen(run: Ingest) -> None:
    """`from` and `to` keep their pairs; others are counted as skipped."""
    text = FORMATS["homologene"] + "3\tTP53\t9606\t7157\n3\ttp53\t7955\t30590\n"
    tables = run(text, **{"from": "human", "to": "zebrafish"})
    assert ends(tables) == [("NCBIGene:30590", "NCBIGene:7157")]
    with pytest.raises(UnknownNameError, match="unknown species 'dodo'"):
        run(text, "other", to="dodo")


NAMED = "human_symbol\thuman_ensembl\tmouse_symbol\tmouse_ensembl\n"
BAD = {
    "one_species": ("human_symbol\thuman_ncbi\nINS\t3630\n", {}, "one-sided"),
    "empty_column": ("human_symbol\tmouse_symbol\nINS\t\nTP53\t\n", {}, "one-sided"),
    "one_group_species": (
        "hid\tsymbol\ttaxon_id\tncbi_gene_id\n1\tIns1\t10090\t16333\n1\tIns2\t10090\t16334\n",
        {},
        "one-sided",
    ),
    "swapped_ids": (NAMED + "\tENSMUSG00000035804\t\tENSG00000254647\n", {}, "swapped or mixed"),
    "swapped_symbols": ("mouse_symbol\thuman_symbol\nINS\tIns1\nTP53\tTrp53\n", {}, "swapped"),
    "swapped_ncbi": ("human_ncbi\tmouse_ncbi\n16333\t3630\n", {}, "swapped or mixed"),
    "wrong_species": (FORMATS["pairs"], {"to": "fly"}, "none of its 3 rows are of the species"),
    "unknown_header": ("a\tb\tc\n1\t2\t3\n", {}, "not a known file of orthologs"),
    "width": (FORMATS["pairs"] + "INS\n", {}, "expected 2"),
    "empty": ("", {}, "empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_wrong_files_are_refused(run: Ingest, layout: Layout, name: str) -> None:
    """The message says what is wrong, and nothing is left behind."""
    text, options, match = BAD[name]
    before = sorted(layout.tables.iterdir())
    with pytest.raises(InputError, match=match):
        run(text, **options)
    assert sorted(layout.tables.iterdir()) == before


def test_no_rows_are_below_the_floor(run: Ingest) -> None:
    """A header alone is not a source."""
    with pytest.raises(RowFloorError, match="0 rows of ORTHOLOGOUS_TO"):
        run("human_symbol\tmouse_symbol\n")


def test_plain_files_say_their_species(run: Ingest) -> None:
    """Two columns without species are refused; a first line of genes is not a header."""
    with pytest.raises(UsageError, match="--set from=SPECIES"):
        run(FORMATS["plain"], "x")
    species = {"from": "human", "to": "mouse"}
    assert ends(run("INS\tIns1\n", "bare", **species)) == [INS1]
    assert len(ends(run("INS\tIns1\nTP53\tTrp53\n", "cut", header="true", **species))) == 1


def test_truncated_gzip_is_refused(tmp_path: Path, layout: Layout) -> None:
    """A file cut short while it was fetched is refused as input."""
    whole = gzip.compress((FORMATS["pairs"] * 500).encode())
    path = tmp_path / "cut.tsv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"truncated|damaged"):
        ingest(layout, JOBS["orthology"], [path], {}, Quiet())


@pytest.mark.skipif(not REAL.exists(), reason="needs the packed orthology files")
@pytest.mark.parametrize("name", ["hcop_human_fly", "hcop_human_worm"])
def test_real_hcop_files_lose_nothing(tmp_path: Path, name: str) -> None:
    """Each distinct pair of the file is an edge, with FlyBase and WormBase ids as they are."""
    path = REAL / f"{name}.tsv.gz"
    tables = ingest(Layout(tmp_path / "kb"), JOBS["orthology"], [path], {}, Quiet()).tables
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        n_rows = sum(1 for _ in stream) - 1
    report = tables.report("coverage")
    assert report is not None
    assert report["rows"] == report["pairs_read"] == n_rows
    assert (report["n_lost"], report["n_ambiguous"]) == (0, 0)
    assert n_rows - 20 < tables.counts["ORTHOLOGOUS_TO"] <= n_rows
