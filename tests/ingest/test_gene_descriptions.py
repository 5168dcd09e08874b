"""Gene tables of every format become genes under one key, or are refused with the reason."""

import gzip
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orthoweave import content
from orthoweave.errors import InputError, RowFloorError, UnknownNameError, UsageError
from orthoweave.genes.catalogue import GeneCatalogue, build_catalogue
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.jobs.job import Job
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

GENE_INFO = (
    "#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\tchromosome\tmap_location\tdescription\t"
    "type_of_gene\tSymbol_from_nomenclature_authority\tFull_name_from_nomenclature_authority\t"
    "Nomenclature_status\tOther_designations\tModification_date\tFeature_type\n"
    "9606\t672\tBRCA1\t-\tBRCC1|FANCS\tMIM:113705|HGNC:HGNC:1100|Ensembl:ENSG00000012048|"
    "AllianceGenome:HGNC:1100\t17\t17q21.31\tBRCA1 DNA repair associated\tprotein-coding\tBRCA1\t"
    "BRCA1 DNA repair associated\tO\t-\t20240101\t-\n"
    "9606\t7157\tP53\t-\t-\t-\t17\t-\ttumour protein\tprotein-coding\tTP53\ttumor protein p53\tO\t-"
    "\t20240101\t-\n"
    '9606\t4535\tNA\t-\tnan\t-\t-\t-\ta 5\'-"quoted" name\tncRNA\t-\t-\t-\t-\t20240101\t-\n'
    "9606\t8\tNEWENTRY\t-\t-\t-\t-\t-\tRecord for submission\tother\t-\t-\t-\t-\t20240101\t-\n"
    "10090\t12189\tBrca1\t-\t-\tMGI:MGI:104537|Ensembl:ENSMUSG00000017146\t11\t-\tbreast cancer 1\t"
    "protein-coding\tBrca1\tbreast cancer 1, early onset\tO\t-\t20240101\t-\n"
    "7227\t43852\ta\t-\t-\tFLYBASE:FBgn0000008\t2R\t-\tarc\tprotein-coding\t-\t-\t-\t-\t20240101\t-\n"
    "10036\t353120\tBRCA1\t-\t-\t-\t19\t-\tBRCA1\tprotein-coding\t-\t-\t-\t-\t20240101\t-\n"
)
SUMMARY = (
    "#tax_id\tGeneID\tSource\tSummary\n"
    '9606\t672\tRefSeq\tThis gene repairs "DNA".\n'
    "10090\t12189\tRefSeq\tMouse's.\n"
    "9606\t1\tRefSeq\tOf a gene not in the table.\n"
)
ENSEMBL = (
    "#tax_id\tGeneID\tEnsembl_gene_identifier\tRNA_nucleotide_accession.version\n"
    "9606\t7157\tENSG00000141510\tNM_000546.6\n"
    "9606\t7157\tENSG00000141510\tNM_001126112.3\n"
    "9606\t672\t-\t-\n"
)
HISTORY = (
    "#tax_id\tGeneID\tDiscontinued_GeneID\tDiscontinued_Symbol\tDiscontinue_Date\n"
    "9606\t200\t100\tOLD1\t20100101\n"
    "9606\t672\t200\tOLD2\t20110101\n"
    "9606\t-\t300\tGONE\t20120101\n"
)
HGNC = (
    "hgnc_id\tsymbol\tname\tlocus_group\tlocus_type\tstatus\talias_symbol\tprev_symbol\tentrez_id\t"
    "ensembl_gene_id\tuniprot_ids\tmgd_id\n"
    "HGNC:2879\tSEPTIN1\tseptin 1\tprotein-coding gene\tgene with protein product\tApproved\t"
    '"DIFF6|LARP|PNUTL3"\tSEPT1\t1731\tENSG00000180096\tQ8WYJ6\tMGI:1858916\n'
    "HGNC:5\tNOID\tno NCBI id\tother\tunknown\tApproved\t\t\t\tENSG00000121410\t\t\n"
    "HGNC:9\tOLD\twithdrawn\tother\tunknown\tEntry Withdrawn\t\t\t\t\t\t\n"
)
TABLE = "taxon_id\tsymbol\tname\tsynonyms\tncbi_gene_id\tensembl_id\tmgi_id\n"


@pytest.fixture(scope="module")
def job() -> Job:
    """Find the job by its path."""
    return find_job(Settings(), "gene_descriptions")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "kb")


class Notes(Quiet):
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        """Keep one line."""
        self.lines.append(text)


def write(layout: Layout, name: str, text: str) -> Path:
    layout.root.parent.mkdir(parents=True, exist_ok=True)
    path = layout.root.parent / name
    path.write_bytes(
        gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode()
    )
    return path


def run(layout: Layout, job: Job, files: dict[str, str], **options: str) -> Ingested:
    paths = [write(layout, name, text) for name, text in files.items()]
    return ingest(layout, job, paths, options, Quiet())


def rows(done: Ingested, table: str = "Gene", key: str = "id") -> dict[str, dict[str, Any]]:
    path = done.tables.table_path(table)
    assert path is not None
    return {row[key]: row for row in pq.read_table(path).to_pylist()}


NCBI = {"gene_info.gz": GENE_INFO, "summary": SUMMARY, "gene2ensembl": ENSEMBL, "history": HISTORY}


def test_ncbi_files_become_one_source(job: Job, layout: Layout) -> None:
    """gene_info, gene_summary, gene2ensembl and gene_history together describe each gene once."""
    done = run(layout, job, NCBI, species="human")
    assert done.entry.name == "gene_info_human"
    genes = rows(done)
    assert sorted(genes) == ["NCBIGene:4535", "NCBIGene:672", "NCBIGene:7157"]
    brca1 = genes["NCBIGene:672"]
    assert (brca1["symbol"], brca1["biotype"]) == ("BRCA1", "protein_coding")
    assert brca1["xrefs"] == ["ENSEMBL:ENSG00000012048", "HGNC:1100"]
    assert brca1["synonyms"] == ["BRCC1", "FANCS"]
    assert brca1["summary"] == 'This gene repairs "DNA".'
    assert brca1["retired_ids"] == ["NCBIGene:100", "NCBIGene:200"]
    assert genes["NCBIGene:7157"]["xrefs"] == ["ENSEMBL:ENSG00000141510"]
    assert (genes["NCBIGene:7157"]["symbol"], genes["NCBIGene:7157"]["synonyms"]) == (
        "TP53",
        ["P53"],
    )


def test_the_order_of_files_does_not_matter(job: Job, tmp_path: Path) -> None:
    """Genes are read before details, in whatever order the files are given."""
    forward = run(Layout(tmp_path / "a" / "kb"), job, NCBI, species="human")
    backward = run(
        Layout(tmp_path / "b" / "kb"), job, dict(reversed(NCBI.items())), species="human"
    )
    assert rows(forward) == rows(backward)
    assert forward.entry.name == backward.entry.name


def test_provenance_names_the_origin(job: Job, layout: Layout) -> None:
    """Rows carry licence and origin of their format."""
    row = rows(run(layout, job, {"g": GENE_INFO}, species="human"))["NCBIGene:672"]
    assert row["license"] == "public domain"
    assert row["primary_knowledge_source"] == "infores:ncbi-gene"
    assert row["knowledge_level"] == "knowledge_assertion"
    assert row["source"] == "source:gene_info_human@unversioned"


def test_symbols_that_look_missing_survive(job: Job, layout: Layout) -> None:
    """NA and nan are names; a quote in a name is a letter like any other."""
    row = rows(run(layout, job, {"g": GENE_INFO}, species="human"))["NCBIGene:4535"]
    assert (row["symbol"], row["synonyms"]) == ("NA", ["nan"])
    assert row["name"] == 'a 5\'-"quoted" name'


def test_a_species_picks_its_rows(job: Job, layout: Layout) -> None:
    """Only rows of the species are read; genes, species and edges agree."""
    done = run(layout, job, {"g": GENE_INFO}, species="fly")
    assert list(rows(done)) == ["NCBIGene:43852"]
    assert rows(done)["NCBIGene:43852"]["xrefs"] == ["FB:FBgn0000008"]
    assert rows(done, "Species")["NCBITaxon:7227"]["common_name"] == "fly"
    edges = rows(done, "IN_TAXON", "from")
    assert {edge["from"]: edge["to"] for edge in edges.values()} == {
        "NCBIGene:43852": "NCBITaxon:7227"
    }


def test_the_report_counts_what_became_of_rows(job: Job, layout: Layout) -> None:
    """The stored reports say how many rows were used, left out and why."""
    done = run(layout, job, NCBI, species="human")
    report = done.tables.report("genes")
    assert report is not None
    assert (report["n_rows"], report["n_genes"], report["by_species"]) == (3, 3, {"human": 3})
    assert report["skipped_rows"] == {"gene2ensembl": 1, "gene_history": 1, "gene_info": 1}
    assert (report["n_unused_details"], report["n_retired_ids"]) == (1, 2)
    assert report["n_with_summary"] == 1
    coverage = done.tables.report("coverage")
    assert coverage is not None
    assert (coverage["n_in"], coverage["n_matched"], coverage["n_lost"]) == (3, 3, 0)


def test_details_alone_are_a_source(job: Job, layout: Layout) -> None:
    """Summaries without a gene table describe the genes of their rows."""
    done = run(layout, job, {"s": SUMMARY})
    assert done.entry.name == "gene_summary"
    assert rows(done)["NCBIGene:12189"]["species"] == "NCBITaxon:10090"
    assert len(rows(done)) == 3


def test_hgnc_is_human(job: Job, layout: Layout) -> None:
    """HGNC's table needs no species; ids of the mouse ortholog are not the gene's own."""
    done = run(layout, job, {"hgnc_complete_set.txt": HGNC})
    assert (done.entry.name, done.entry.license) == ("hgnc_human", "CC0-1.0")
    genes = rows(done)
    assert sorted(genes) == ["HGNC:5", "NCBIGene:1731"]
    septin = genes["NCBIGene:1731"]
    assert septin["synonyms"] == ["DIFF6", "LARP", "PNUTL3"]
    assert septin["previous_symbols"] == ["SEPT1"]
    assert septin["xrefs"] == ["ENSEMBL:ENSG00000180096", "HGNC:2879", "UniProtKB:Q8WYJ6"]
    assert septin["biotype"] == "protein_coding"
    with pytest.raises(InputError, match="describes human genes, but species='mouse'"):
        run(layout, job, {"hgnc": HGNC}, species="mouse")


def test_keys_follow_one_rule(job: Job, layout: Layout) -> None:
    """NCBI's id is the key, else the authority's, else Ensembl's; without any a row is lost."""
    table = TABLE + (
        "10090\tTrp53\t\tp53|bbl\t22059\tENSMUSG00000059552.14\tMGI:98834\n"
        "10090\tGm1\t\t\t\tENSMUSG00000000002\tMGI:95488\n"
        "10090\tGm2\t\t\t\tENSMUSG00000000003\t\n"
        "10090\tGm3\t\t\t\t\t\n"
        "9606\tTP53\t\t\t7157\t\tMGI:98834\n"
    )
    done = run(layout, job, {"genes.tsv": table})
    genes = rows(done)
    assert sorted(genes) == [
        "ENSEMBL:ENSMUSG00000000003",
        "MGI:95488",
        "NCBIGene:22059",
        "NCBIGene:7157",
    ]
    assert genes["NCBIGene:22059"]["xrefs"] == ["ENSEMBL:ENSMUSG00000059552", "MGI:98834"]
    assert genes["NCBIGene:22059"]["synonyms"] == ["bbl", "p53"]
    assert genes["NCBIGene:7157"]["xrefs"] == []
    assert (done.tables.folder / "lost.txt").read_text() == "Gm3\n"
    assert done.entry.name == "genes"


def test_agreeing_rows_of_one_key_are_one_gene(job: Job, layout: Layout) -> None:
    """Rows that differ in their Ensembl id only are merged, and counted."""
    table = (
        TABLE
        + "10090\tAldoa\tx\t\t11674\tENSMUSG00000030695\t\n"
        + ("10090\tAldoa\t\t\t11674\tENSMUSG00000114515\t\n")
    )
    done = run(layout, job, {"g": table})
    assert rows(done)["NCBIGene:11674"]["xrefs"] == [
        "ENSEMBL:ENSMUSG00000030695",
        "ENSEMBL:ENSMUSG00000114515",
    ]
    report = done.tables.report("genes")
    assert report is not None
    assert report["merged"] == ["NCBIGene:11674"]


SEPARATE = {"on_duplicate": "separate"}
CLASH = TABLE + (
    "10090\tSamd13\t\t\t75015\tENSMUSG00000048652\tMGI:2686498\n"
    "10090\t4930503B20Rik\t\t\t75015\tENSMUSG00000090202\tMGI:1922264\n"
)


def test_duplicated_ids_are_refused(job: Job, layout: Layout) -> None:
    """Rows of one key and different symbols are an error that names both."""
    with pytest.raises(
        InputError, match=r"NCBIGene:75015: 4930503B20Rik \(mouse\), Samd13 \(mouse\)"
    ):
        run(layout, job, {"g": CLASH})
    assert list(layout.tables.glob("*")) == []


def test_disputed_ids_can_be_nobodys_key(job: Job, layout: Layout) -> None:
    """With on_duplicate=separate each row goes by its next id, and the disputed id names both."""
    done = run(layout, job, {"g": CLASH}, **SEPARATE)
    assert sorted(rows(done)) == ["MGI:1922264", "MGI:2686498"]
    assert all("NCBIGene:75015" in row["xrefs"] for row in rows(done).values())
    report = done.tables.report("genes")
    assert report is not None
    assert report["disputed"] == ["NCBIGene:75015"]


def test_one_id_in_two_species_is_refused(job: Job, layout: Layout) -> None:
    """An id belongs to one species, within a file and between files."""
    human = TABLE + "9606\tTP53\t\t\t7157\t\t\n"
    mouse = TABLE + "10090\tTP53\t\t\t7157\t\t\n"
    with pytest.raises(InputError, match=r"NCBIGene:7157: TP53 \(human\), TP53 \(mouse\)"):
        run(layout, job, {"both": human + mouse.removeprefix(TABLE)})
    with pytest.raises(InputError, match="is a mouse gene, but an earlier file says human"):
        run(layout, job, {"a": human, "b": mouse})


def test_another_symbol_in_a_second_file_is_kept(job: Job, layout: Layout) -> None:
    """Between files the first symbol wins and the other becomes a synonym."""
    older = TABLE + "9606\tMARCH1\told name\tRNF171\t55016\t\t\n"
    newer = TABLE + "9606\tMARCHF1\t\tMARCH-I\t55016\t\t\n"
    row = rows(run(layout, job, {"new": newer, "old": older}))["NCBIGene:55016"]
    assert (row["symbol"], row["name"]) == ("MARCHF1", "old name")
    assert row["synonyms"] == ["MARCH-I", "MARCH1", "RNF171"]


def test_species_are_known_or_named(job: Job, layout: Layout) -> None:
    """Unknown species, absent species and files that do not say theirs are told apart."""
    with pytest.raises(InputError, match=r"unknown species '10036'.*--set species="):
        run(layout, job, {"g": GENE_INFO})
    with pytest.raises(InputError, match="has no rows of zebrafish"):
        run(layout, job, {"g": GENE_INFO}, species="zebrafish")
    with pytest.raises(UnknownNameError, match="unknown species 'hamster'"):
        run(layout, job, {"g": GENE_INFO}, species="hamster")
    bare = "symbol\tncbi_gene_id\tensembl_id\nTP53\t7157\t\n"
    with pytest.raises(UsageError, match="does not say its species"):
        run(layout, job, {"g": bare})
    assert list(rows(run(layout, job, {"g": bare}, species="human"))) == ["NCBIGene:7157"]


def test_mangled_symbols_are_counted_and_said(job: Job, layout: Layout) -> None:
    """A table that went through a spreadsheet is read, with a warning."""
    path = write(layout, "g", TABLE + "9606\t1-Sep\t\t2-Oct|Oct-4\t1731\t\t\n")
    notes = Notes()
    done = ingest(layout, job, [path], {}, notes)
    report = done.tables.report("genes")
    assert report is not None
    assert report["mangled"] == ["1-Sep", "2-Oct"]
    assert any("2 names were mangled by a spreadsheet" in line for line in notes.lines)


def test_other_files_are_refused(job: Job, layout: Layout) -> None:
    """A table of another kind, an empty table and a broken one leave nothing behind."""
    with pytest.raises(InputError, match="fit no known gene table"):
        run(layout, job, {"g": "a\tb\n1\t2\n"})
    with pytest.raises(InputError, match="columns tax_id"):
        run(layout, job, {"g": TABLE}, format="gene_info")
    with pytest.raises(RowFloorError, match="0 rows of Gene"):
        run(layout, job, {"g": TABLE})
    with pytest.raises(InputError, match="line 3: expected 7"):
        run(layout, job, {"g": TABLE + "9606\tTP53\t\t\t7157\t\t\n9606\tX\n"})
    path = write(layout, "cut.gz", GENE_INFO)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="truncated"):
        ingest(layout, job, [path], {"species": "human"}, Quiet())
    assert list(layout.tables.glob("*")) == []


def test_twice_is_the_same(job: Job, tmp_path: Path) -> None:
    """The same files give the same bytes, and a second run does nothing."""
    digests = set()
    for name in ("a", "b"):
        layout = Layout(tmp_path / name / "kb")
        done = run(layout, job, NCBI, species="human")
        digests.add(done.tables.digest)
        assert run(layout, job, NCBI, species="human").unchanged
    assert len(digests) == 1


def test_the_bundled_genes_are_read(job: Job, layout: Layout) -> None:
    """The demo's gene tables are accepted; two mouse genes claim one NCBI id there."""
    demo = content.folder("ingest") / "demo"
    for species in ("human", "mouse"):
        done = ingest(layout, job, [demo / f"genes_{species}.tsv.gz"], SEPARATE, Quiet())
        assert done.entry.name == f"genes_{species}"
        assert {row["species"] for row in rows(done).values()} == {
            {"human": "NCBITaxon:9606", "mouse": "NCBITaxon:10090"}[species]
        }


WITHOUT_NCBI = (
    "taxon_id\tsymbol\tname\tsynonyms\tprevious_symbols\tncbi_gene_id\tensembl_id\n"
    "10090\tOr6e1\tolfactory receptor\t\t\t\tENSMUSG00000048153\n"
    "10090\tIns2\tinsulin II\t\t\t16334\tENSMUSG00000000215\n"
)
SUMMARIES = (
    "taxon_id\tncbi_gene_id\tsymbol\tsummary\n"
    "10090\t18348\tOr6e1\tDetects odours.\n10090\t16334\tIns2\tLowers blood sugar.\n"
    "10090\t999\tNowhere\tIs about nothing.\n"
)


@pytest.mark.parametrize("order", [("genes", "summaries"), ("summaries", "genes", "summaries")])
def test_details_never_split_a_gene(tmp_path: Path, job: Job, order: tuple[str, ...]) -> None:
    """Details join the gene of their symbol that lacks an id; ingesting them again mends it."""
    kb = Layout(tmp_path / "kb")
    paths = {"genes": tmp_path / "genes.tsv", "summaries": tmp_path / "summaries.tsv"}
    paths["genes"].write_text(WITHOUT_NCBI)
    paths["summaries"].write_text(SUMMARIES)
    tables = {name: ingest(kb, job, [paths[name]], {}, Quiet()).tables for name in order}
    gene_tables = [tables[name].table_path("Gene") for name in ("genes", "summaries")]
    build_catalogue([path for path in gene_tables if path], tmp_path / "genes.sqlite")
    with GeneCatalogue.open(tmp_path / "genes.sqlite") as catalogue:
        assert [candidate.gene for candidate in catalogue.resolve("Or6e1")] == [
            "ENSEMBL:ENSMUSG00000048153"
        ]
        assert [candidate.gene for candidate in catalogue.resolve("NCBIGene:18348")] == [
            "ENSEMBL:ENSMUSG00000048153"
        ]
        assert catalogue.resolve("Nowhere") == []
        record = catalogue.gene("ENSEMBL:ENSMUSG00000048153")
    assert record is not None
    assert record.summary == "Detects odours."


def test_damaged_ncbi_ids_are_set_aside(tmp_path: Path, job: Job) -> None:
    """An id that is not a whole number is not used: the gene goes by its next id, or is lost."""
    path = tmp_path / "ids.tsv"
    path.write_text(
        "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\n9606\tA1\t1.0\t\n9606\tB1\t-7\t\n"
        "9606\tC1\t1e5\tENSG00000000001\n9606\tD1\tINS\t\n9606\tE1\t 12 \t\n9606\tF1\tNA\t\n"
    )
    tables = ingest(Layout(tmp_path / "kb"), job, [path], {}, Quiet()).tables
    keys = pq.read_table(tables.folder / "Gene.parquet")["id"].to_pylist()
    assert keys == ["ENSEMBL:ENSG00000000001", "NCBIGene:12"]
    report = tables.report("genes")
    assert report is not None
    assert report["damaged_ids"] == ["1.0", "-7", "1e5", "INS"]


def test_a_word_for_missing_is_the_symbol_of_one_gene_at_most(tmp_path: Path, job: Job) -> None:
    """Fly's nan is a gene; NA as the symbol of two genes, or beside other NAs, is missing."""
    path = tmp_path / "genes.tsv"
    path.write_text(
        "taxon_id\tsymbol\tname\tncbi_gene_id\tensembl_id\n7227\tnan\tnanchung\t1\t\n"
        "9606\tNA\tx\t2\t\n9606\tNA\ty\t3\t\n10090\tNA\tNA\t4\t\n"
    )
    tables = ingest(Layout(tmp_path / "kb"), job, [path], {}, Quiet()).tables
    rows = pq.read_table(tables.folder / "Gene.parquet").to_pylist()
    assert {row["id"]: row["symbol"] for row in rows} == {
        "NCBIGene:1": "nan",
        "NCBIGene:2": None,
        "NCBIGene:3": None,
        "NCBIGene:4": None,
    }
