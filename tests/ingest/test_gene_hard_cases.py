"""Gene tables and orthologs as people have them: damaged names, other dialects, other programs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orthoweave import content
from orthoweave.errors import InputError, OrthoweaveError, UsageError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet

JOBS = {
    name: load_jobs(content.folder("ingest") / f"{name}.py")[0]
    for name in ("gene_descriptions", "orthology")
}
SHARED = Path(__file__).parents[2] / "../shared/data/hard_cases/genes"
HEADER = "taxon_id\tsymbol\tsynonyms\tprevious_symbols\tncbi_gene_id\tensembl_id\n"
GENES = {
    "human": "9606\tXK\tKX\tNA\t7504\tENSG00000047597\n"
    "9606\tSCN11A\tNaN\t\t11280\t\n9606\tINS\t\t\t3630\tENSG00000254647\n"
    "9606\tGCG\t\t\t2641\tENSG00000115263\n9606\tTP53\tp53\t\t7157\tENSG00000141510\n"
    "9606\tCDK1\t\tCDC2\t983\t\n9606\tPRKAA1\t\t\t5562\t\n9606\tYWHAE\t\t\t7531\t\n",
    "mouse": "10090\tIns2\t\t\t16334\tENSMUSG00000000215\n"
    "10090\tGcg\t\t\t14526\tENSMUSG00000000394\n10090\tMup3\t\t\t17842\t\n",
    "fly": "7227\tna\tNA\t\t45338\t\n7227\tnan\t\t\t39571\t\n"
    "7227\tAMPKalpha\t\t\t43904\t\n7227\t14-3-3epsilon\t\t\t42186\t\n",
}
INS = ("NCBIGene:16334", "NCBIGene:3630")
GCG = ("NCBIGene:14526", "NCBIGene:2641")
YEAST = ("NCBIGene:852457", "NCBIGene:983")
Ingest = Callable[..., TableSet]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a knowledge base that names genes of human, mouse and fly; tests copy it."""
    folder = tmp_path_factory.mktemp("named")
    for species, text in GENES.items():
        path = folder / f"{species}.tsv"
        path.write_text(HEADER + text)
        ingest(Layout(folder / "kb"), JOBS["gene_descriptions"], [path], {}, Quiet())
    return folder / "kb"


@pytest.fixture
def run(tmp_path: Path, named: Path) -> Ingest:
    """Ingest a text or a file of orthologs, with options."""
    shutil.copytree(named, tmp_path / "kb")

    def ingest_file(file: str | bytes | Path, name: str = "pairs.tsv", **options: str) -> TableSet:
        path = file if isinstance(file, Path) else tmp_path / name
        if not isinstance(file, Path):
            path.write_bytes(file if isinstance(file, bytes) else file.encode())
        return ingest(Layout(tmp_path / "kb"), JOBS["orthology"], [path], options, Quiet()).tables

    return ingest_file


def pairs(tables: TableSet) -> set[tuple[str, str]]:
    """Return the ends of the ortholog pairs."""
    path = tables.table_path("ORTHOLOGOUS_TO")
    assert path is not None
    return {(row["from"], row["to"]) for row in pq.read_table(path).to_pylist()}


def coverage(tables: TableSet) -> dict[str, object]:
    """Return the report of an ingest."""
    report = tables.report("coverage")
    assert report is not None
    return report


TEXT = {
    "comma": "human_symbol,mouse_symbol\nINS,Ins2\nGCG,Gcg\n",
    "semicolon": "human_symbol;mouse_symbol\nINS;Ins2\nGCG;Gcg\n",
    "quoted": '"human_symbol"\t"mouse_symbol"\n"INS"\t"Ins2"\n"GCG"\t"Gcg"\n',
    "comments": "# made today\n# by hand\nhuman_symbol\tmouse_symbol\nINS\tIns2\nGCG\tGcg\n",
    "two species": "human,mouse\nINS,Ins2\nGCG,Gcg\n",
    "biomart": "Gene stable ID,Gene name,Mouse gene stable ID,Mouse gene name,Mouse homology type\n"
    "ENSG00000254647,INS,ENSMUSG00000000215,Ins2,ortholog_one2many\n"
    "ENSG00000115263,GCG,ENSMUSG00000000394,Gcg,ortholog_one2one\nENSG00000047597,XK,,,\n",
    "biomaRt": "ensembl_gene_id,external_gene_name,mmusculus_homolog_ensembl_gene,"
    "mmusculus_homolog_associated_gene_name,mmusculus_homolog_orthology_type\n"
    "ENSG00000254647,INS,ENSMUSG00000000215,Ins2,ortholog_one2many\n"
    "ENSG00000115263,GCG,ENSMUSG00000000394,Gcg,ortholog_one2one\nENSG00000047597,XK,NA,NA,\n",
    "biomaRt dots": '"Gene.stable.ID","Mouse.gene.stable.ID"\n'
    '"ENSG00000254647","ENSMUSG00000000215"\n"ENSG00000115263","ENSMUSG00000000394"\n',
    "babelgene": "human_symbol,human_entrez,human_ensembl,taxon_id,symbol,entrez,ensembl,support,"
    "support_n\nINS,3630,ENSG00000254647,10090,Ins2,16334,ENSMUSG00000000215,HCOP|OMA,2\n"
    "GCG,2641,ENSG00000115263,10090,Gcg,14526,NA,OMA,1\n",
    "homologene data": "HID\tTaxonomy\tGene.ID\tGene.Symbol\n1\t9606\t3630\tINS\n"
    "1\t10090\t16334\tIns2\n2\t9606\t2641\tGCG\n2\t10090\t14526\tGcg\n",
    "homologene query": '"9606","10090","9606_ID","10090_ID"\n"INS","Ins2",3630,16334\n'
    '"GCG","Gcg",2641,14526\n',
    "gprofiler": "initial_alias,initial_ensg,ortholog_name,ortholog_ensg,description\n"
    "INS,ENSG00000254647,Ins2,ENSMUSG00000000215,x\n"
    "GCG,ENSG00000115263,Gcg,ENSMUSG00000000394,x\nXK,ENSG00000047597,N/A,N/A,N/A\n",
    "orthofinder": "Orthogroup\tHomo_sapiens.GRCh38\tMus_musculus.GRCm39\n"
    "OG0\tINS, GCG\tIns2\nOG1\tGCG\tGcg\n",
    "ncbi datasets": "NCBI GeneID\tSymbol\tTaxonomic ID\tGene Group Identifier\n"
    "3630\tINS\t9606\t1\n16334\tIns2\t10090\t1\n2641\tGCG\t9606\t2\n14526\tGcg\t10090\t2\n",
    "alliance": "# Orthology\n# Species: all\nGene1ID\tGene1Symbol\tGene1SpeciesTaxonID\t"
    "Gene1SpeciesName\tGene2ID\tGene2Symbol\tGene2SpeciesTaxonID\tGene2SpeciesName\tAlgorithms\t"
    "AlgorithmsMatch\tOutOfAlgorithms\tIsBestScore\tIsBestRevScore\n"
    "HGNC:6081\tINS\tNCBITaxon:9606\tH\tMGI:96573\tIns2\tNCBITaxon:10090\tM\tOMA|PANTHER\t2\t9"
    "\tYes\tYes\nHGNC:4191\tGCG\tNCBITaxon:9606\tH\tMGI:95674\tGcg\tNCBITaxon:10090\tM\tOMA\t1"
    "\t9\tYes\tNo\n",
}


@pytest.mark.parametrize("name", TEXT)
def test_every_dialect_and_program_gives_its_pairs(run: Ingest, name: str) -> None:
    """INS and GCG have their mouse orthologs, whichever program wrote the file."""
    expected = {INS, GCG} | (
        {("NCBIGene:16334", "NCBIGene:2641")} if name == "orthofinder" else set()
    )
    assert pairs(run(TEXT[name])) == expected


def test_utf16_is_read(run: Ingest) -> None:
    """A table that a spreadsheet saved as Unicode text is read."""
    assert pairs(run(TEXT["comma"].replace(",", "\t").encode("utf-16"))) == {INS, GCG}


def test_oma_pairs_need_their_species(run: Ingest) -> None:
    """OMA's pairs have no header; their species are options, and proteins are refused."""
    text = "ENSG00000254647\tENSMUSG00000000215\t1:1\t7\n"
    with pytest.raises(UsageError, match="--set from=SPECIES"):
        run(text)
    assert pairs(run(text, **{"from": "human", "to": "mouse"})) == {INS}
    with pytest.raises(InputError, match="ids of proteins, such as 'HUMAN00001'"):
        run("HUMAN00001\tMOUSE00002\t1:1\t7\n", "proteins", **{"from": "human", "to": "mouse"})


def test_orthogroups_are_refused(run: Ingest) -> None:
    """A group of more than two species does not say which genes are orthologs."""
    with pytest.raises(InputError, match=r"A__v__B\.tsv"):
        run("Orthogroup\tHuman\tMouse\tFly\nOG0\tINS\tIns2\tna\n")


def test_alliance_keeps_methods_and_best_scores(run: Ingest) -> None:
    """The methods of a pair are its resources; stringency and best scores are its confidence."""
    path = run(TEXT["alliance"]).table_path("ORTHOLOGOUS_TO")
    rows = {row["to"]: row for row in pq.read_table(path).to_pylist()}
    assert rows["NCBIGene:3630"]["resources"] == ["OMA", "PANTHER"]
    assert rows["NCBIGene:3630"]["confidence"] == "stringent, best both ways"
    assert rows["NCBIGene:2641"]["confidence"] == "below moderate, best one way"


@pytest.mark.parametrize(
    ("methods", "best", "reverse", "level"),
    [
        ("OMA|PANTHER|InParanoid", "Yes", "No", "stringent, best one way"),
        ("OMA|PANTHER|InParanoid", "No", "Yes_Adjusted", "stringent, best one way"),
        ("OMA|PANTHER|InParanoid", "No", "No", "moderate, not best"),
        ("OMA|PANTHER", "Yes", "Yes", "stringent, best both ways"),
        ("OMA|PANTHER", "Yes", "No", "below moderate, best one way"),
        ("OMA|OMA|OMA", "No", "No", "below moderate, not best"),
        ("OMA", "Yes", "Yes", "below moderate, best both ways"),
        ("HGNC", "No", "No", "stringent, not best"),
        ("ZFIN|OMA", "No", "Yes", "stringent, best one way"),
    ],
)
def test_stringency_is_that_of_the_alliance(
    run: Ingest, methods: str, best: str, reverse: str, level: str
) -> None:
    """Three methods and a best score, two and both, or a curator; three methods are moderate."""
    row = "OMA|PANTHER\t2\t9\tYes\tYes"
    text = TEXT["alliance"].replace(row, f"{methods}\t2\t9\t{best}\t{reverse}", 1)
    path = run(text).table_path("ORTHOLOGOUS_TO")
    rows = {row["to"]: row for row in pq.read_table(path).to_pylist()}
    assert rows["NCBIGene:3630"]["confidence"] == level


@pytest.mark.parametrize(
    ("protein", "table"),
    [
        ("9606.ENSP00000250971", "BioMart's table"),
        ("ENSP00000250971.3", "BioMart's table"),
        ("NP_000198.1", "NCBI's gene2refseq"),
        ("HUMAN00001", "OMA's oma-ensembl"),
        ("P01308", "UniProt's ID mapping"),
    ],
)
def test_proteins_are_mapped_as_the_message_says(run: Ingest, protein: str, table: str) -> None:
    """eggNOG's, OMA's, NCBI's and UniProt's proteins name their table; with genes it is read."""
    species = {"from": "human", "to": "mouse"}
    text = f"{protein}\t10090.ENSMUSP00000000001\n"
    with pytest.raises(InputError, match=f"ids of proteins.*by {table}.*--set from=SPECIES"):
        run(text, "eggnog", **species)
    genes = {protein: "ENSG00000254647", "10090.ENSMUSP00000000001": "ENSMUSG00000000215"}
    for old, new in genes.items():
        text = text.replace(old, new)
    assert pairs(run(text, "mapped", **species)) == {INS}


def test_missing_words_are_not_genes(run: Ingest) -> None:
    """R's NA names neither XK (former symbol) nor fly's na (other case); it has no partner."""
    tables = run("human_symbol\tmouse_symbol\nINS\tIns2\nNA\tMup3\nTP53\tNA\nnull\tNULL\n")
    assert pairs(tables) == {INS}
    assert coverage(tables)["skipped_rows"] == {"one_sided": 3}
    fly = run("human_symbol\tfly_symbol\nPRKAA1\tAMPKalpha\nINS\tNA\nGCG\tnan\nXK\tna\n", "f.tsv")
    assert pairs(fly) == {
        ("NCBIGene:43904", "NCBIGene:5562"),
        ("NCBIGene:2641", "NCBIGene:39571"),
        ("NCBIGene:45338", "NCBIGene:7504"),
    }


def test_strains_are_their_species_and_others_are_counted(run: Ingest) -> None:
    """4932 is yeast; species that are unknown or unwanted are listed with their rows."""
    data = (
        "1\t9606\t983\tCDK1\t1\tN\n1\t4932\t852457\tCDC28\t2\tN\n1\t9615\t403469\tCDK1\t3\tN\n"
        "1\t10036\t5\tCdk1\t3\tN\n1\t10036\t6\tCdk1b\t3\tN\n"
    )
    tables = run(data, "homologene.data", species="human,yeast")
    assert pairs(tables) == {YEAST}
    assert coverage(tables)["skipped_species"] == {"dog (9615)": 2, "taxon 10036": 2}
    ncbi = (
        "#tax_id\tGeneID\trelationship\tOther_tax_id\tOther_GeneID\n"
        "9606\t3630\tOrtholog\t10090\t16334\n9606\t3630\tOrtholog\t10036\t5\n"
        "9606\t983\tOrtholog\t4932\t852457\n"
    )
    tables = run(ncbi, "gene_orthologs")
    assert pairs(tables) == {INS, YEAST}
    assert coverage(tables)["skipped_species"] == {"taxon 10036": 1}


def test_a_species_without_named_genes_is_reported(run: Ingest) -> None:
    """Symbols of rat need rat's gene table first; nothing is said of swapped columns."""
    with pytest.raises(UsageError, match="names no genes of rat: ingest gene_descriptions of rat"):
        run("human_symbol\trat_symbol\nINS\tIns2\n")


def test_look_alike_characters_find_their_gene(run: Ingest) -> None:
    """Greek letters and dashes are mended, and counted under a reason of their own."""
    tables = run("human_symbol\tfly_symbol\nPRKAA1\tAMPKα\nYWHAE\t14–3–3ε\n")
    assert len(pairs(tables)) == 2
    reasons = coverage(tables)["reasons"]
    assert isinstance(reasons, dict)
    assert reasons["mended"] == 2


@pytest.mark.parametrize("text", ["1e5", "-7", "1.0", "7157.0", "INS"])
def test_damaged_ncbi_ids_are_named(run: Ingest, text: str) -> None:
    """An NCBI id that is not a whole number is set aside and listed."""
    header = "human_ncbi\tmouse_ncbi\n"
    tables = run(f"{header}3630\t16334\n{text}\t14526\n")
    assert pairs(tables) == {INS}
    assert coverage(tables)["skipped_rows"] == {"unreadable_id": 1}
    assert coverage(tables)["unreadable_ids"] == [text]
    with pytest.raises(InputError, match="not ids of genes, such as"):
        run(f"{header}{text}\t14526\n", "other.tsv")


SHARED_CASES = {
    "1_missing_words/pairs_R.tsv": 2,
    "1_missing_words/pairs_fly_R.tsv": 1,
    "2_yeast_4932/hcop_sixteen.tsv": 2,
    "2_yeast_4932/homologene.data": 4,
    "3_unnamed_species/human_rat.tsv": "names no genes of rat",
    "5_spelling/pairs_alliance_fly.tsv": 2,
    "6_exports/quoted.tsv": 2,
    "6_exports/pairs.csv": 2,
    "6_exports/biomart.csv": 1,
    "6_exports/alliance_combined.tsv": 2,
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hard cases are not here")
@pytest.mark.parametrize("name", SHARED_CASES)
def test_shared_hard_cases(run: Ingest, name: str) -> None:
    """Each shared file gives its number of pairs, or its message."""
    expected = SHARED_CASES[name]
    if isinstance(expected, str):
        with pytest.raises(OrthoweaveError, match=expected):
            run(SHARED / name)
    else:
        assert len(pairs(run(SHARED / name))) == expected
