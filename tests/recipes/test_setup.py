"""A recipe is set up from a local server that has files in the originals' exact form."""

import gzip
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from orthoweave.cli.main import main
from orthoweave.errors import InputError, OfflineError, UnknownNameError
from orthoweave.files.originals import read_originals
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.recipes.recipe import Recipe, find_recipe
from orthoweave.recipes.setup import plan, set_up
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

GENE_INFO = (
    "#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\tchromosome\tmap_location\tdescription\t"
    "type_of_gene\tSymbol_from_nomenclature_authority\tFull_name_from_nomenclature_authority\t"
    "Nomenclature_status\tOther_designations\tModification_date\tFeature_type\n"
)
GENES = {
    "Homo_sapiens": (9606, 3630, "INS", "HGNC:HGNC:6081|Ensembl:ENSG00000254647"),
    "Mus_musculus": (10090, 16334, "Ins2", "MGI:MGI:96573|Ensembl:ENSMUSG00000000215"),
    "Rattus_norvegicus": (10116, 24506, "Ins2", "RGD:2916"),
    "Danio_rerio": (7955, 30262, "ins", "ZFIN:ZDB-GENE-980526-110"),
    "Drosophila_melanogaster": (7227, 49228, "Ilp2", "FLYBASE:FBgn0036046"),
    "Caenorhabditis_elegans": (6239, 191687, "ins-1", "WormBase:WBGene00002084"),
}
FILES = {
    "gene_summary.gz": "#tax_id\tGeneID\tSource\tSummary\n9606\t3630\tRefSeq\tLowers glucose.\n",
    "gene2ensembl.gz": "#tax_id\tGeneID\tEnsembl_gene_identifier\tRNA_nucleotide_accession.version"
    "\tEnsembl_rna_identifier\tprotein_accession.version\tEnsembl_protein_identifier\n"
    "9606\t3630\tENSG00000254647\tNM_000207.3\t-\t-\t-\n",
    "gene_history.gz": "#tax_id\tGeneID\tDiscontinued_GeneID\tDiscontinued_Symbol\t"
    "Discontinue_Date\n9606\t3630\t100\tOLD\t20100101\n",
    "gene_orthologs.gz": "#tax_id\tGeneID\trelationship\tOther_tax_id\tOther_GeneID\n"
    "9606\t3630\tOrtholog\t10090\t16334\n9606\t3630\tOrtholog\t7955\t30262\n",
    "human_mouse_hcop_fifteen_column.txt.gz": "human_entrez_gene\thuman_ensembl_gene\thgnc_id\t"
    "human_name\thuman_symbol\thuman_chr\thuman_assert_ids\tmouse_entrez_gene\tmouse_ensembl_gene\t"
    "mgi_id\tmouse_name\tmouse_symbol\tmouse_chr\tmouse_assert_ids\tsupport\n"
    "3630\tENSG00000254647\tHGNC:6081\tinsulin\tINS\t11p\tx\t16334\tENSMUSG00000000215\t"
    "MGI:96573\tinsulin II\tIns2\t7\ty\tEnsembl,Panther\n",
    "human_all_hcop_sixteen_column.txt.gz": "ortholog_species\thuman_entrez_gene\t"
    "human_ensembl_gene\thgnc_id\thuman_name\thuman_symbol\thuman_chr\thuman_assert_ids\t"
    "ortholog_species_entrez_gene\tortholog_species_ensembl_gene\tortholog_species_db_id\t"
    "ortholog_species_name\tortholog_species_symbol\tortholog_species_chr\t"
    "ortholog_species_assert_ids\tsupport\n"
    "7955\t3630\tENSG00000254647\tHGNC:6081\tinsulin\tINS\t11p\tx\t30262\t-\t"
    "ZDB-GENE-980526-110\tinsulin\tins\t5\ty\tOMA,ZFIN\n",
    # the Alliance writes lines of comments above the header
    "ORTHOLOGY-ALLIANCE_COMBINED.tsv.gz": "##########\n#\n# Orthology\n# Source: Alliance of "
    "Genome Resources (Alliance)\n# Species: NCBITaxon:9606, NCBITaxon:7227\n#\n##########\n"
    "Gene1ID\tGene1Symbol\tGene1SpeciesTaxonID\tGene1SpeciesName\tGene2ID\tGene2Symbol\t"
    "Gene2SpeciesTaxonID\tGene2SpeciesName\tAlgorithms\tAlgorithmsMatch\tOutOfAlgorithms\t"
    "IsBestScore\tIsBestRevScore\n"
    "FB:FBgn0036046\tIlp2\tNCBITaxon:7227\tDrosophila melanogaster\tWB:WBGene00002084\tins-1\t"
    "NCBITaxon:6239\tCaenorhabditis elegans\tOMA|PANTHER|InParanoid\t3\t10\tYes\tNo\n"
    "FB:FBgn0036046\tIlp2\tNCBITaxon:7227\tDrosophila melanogaster\tSGD:S000001\tX\t"
    "NCBITaxon:559292\tSaccharomyces cerevisiae\tOMA\t1\t10\tNo\tNo\n",
    "HOM_MouseHumanSequence.rpt": "DB Class Key\tCommon Organism Name\tNCBI Taxon ID\tSymbol\t"
    "EntrezGene ID\tMouse MGI ID\tHGNC ID\tOMIM Gene ID\tGenetic Location\t"
    "Genome Coordinates (mouse: GRCm39 human: GRCh38)\tName\tSynonyms\n"
    "1\tmouse, laboratory\t10090\tIns2\t16334\tMGI:96573\t\t\t\t\tinsulin II\t\n"
    "1\thuman\t9606\tINS\t3630\t\tHGNC:6081\t\t\t\tinsulin\t\n",
    "cl-2026-03-26.obo": "format-version: 1.2\ndata-version: cl/releases/2026-03-26/cl.owl\n\n"
    "[Term]\nid: CL:0000000\nname: cell\n\n[Term]\nid: CL:0000169\n"
    'name: type B pancreatic cell\nsynonym: "pancreatic beta cell" EXACT []\n'
    "is_a: CL:0000000 ! cell\n",
}


class Handler(SimpleHTTPRequestHandler):
    """Serves the files and keeps what was asked for."""

    asked: list[str]

    def do_GET(self) -> None:
        """Note the file and send it."""
        self.asked.append(self.path.rsplit("/", 1)[-1])
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class Remote:
    """A server with the originals, and a manifest that leads there."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "remote"
        self.files.mkdir()
        self.asked: list[str] = []
        for name, text in FILES.items():
            self.put(name, text)
        for species, (taxon, number, symbol, xrefs) in GENES.items():
            row = f"{taxon}\t{number}\t{symbol}\t-\t-\t{xrefs}\t1\t-\tinsulin\tprotein-coding\t"
            row += f"{symbol}\tinsulin\tO\t-\t20260101\t-\n"
            self.put(f"{species}.gene_info.gz", GENE_INFO + row)
        handler = type("Bound", (Handler,), {"asked": self.asked})
        self.server = ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *given: handler(*given, directory=str(self.files))
        )
        self.manifest = folder / "originals.toml"
        keys = ("title", "file", "job", "license", "version")
        self.manifest.write_text(
            "".join(
                f'[{name}]\nurl = "http://127.0.0.1:{self.server.server_address[1]}/{item.file}"\n'
                + "".join(f'{key} = "{getattr(item, key)}"\n' for key in keys)
                for name, item in read_originals().items()
            )
        )

    def put(self, name: str, text: str) -> None:
        """Write a file, gzipped if its name says so."""
        raw = text.encode()
        packed = gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw
        (self.files / name).write_bytes(packed)


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    """Run the server beside the test."""
    made = Remote(tmp_path)
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def without_vectors(remote: Remote, tmp_path: Path) -> Callable[[str], Recipe]:
    """Read a bundled recipe from the local server, without the steps that need a text model."""

    def read(name: str) -> Recipe:
        recipe = find_recipe(name, remote.manifest)
        kept = tuple(step for step in recipe.steps if step.job != "embeddings")
        return Recipe(recipe.name, recipe.title, kept)

    return read


Read = Callable[[str], Recipe]


def _set_up(layout: Layout, recipe: Recipe) -> None:
    set_up(layout, recipe, Quiet(), settings=Settings(), sleep=lambda _: None)


def test_human_and_mouse(without_vectors: Read, tmp_path: Path) -> None:
    """The sources have licence, version and address of their originals, and agree on a pair."""
    layout = Layout(tmp_path / "kb")
    _set_up(layout, without_vectors("human_mouse"))
    with open_knowledge_base(layout.root, store="") as kb:
        [pair] = kb.orthologs(["INS"], from_species="human", to_species="mouse").rows()
        sources = {row["source"]: row for row in kb.sources().rows()}
    assert (pair["ortholog_symbol"], pair["support_count"]) == ("Ins2", 4)
    assert sources["cell_ontology"]["version"] == "2026-03-26"
    assert sources["mgi_human_mouse"]["license"] == "CC-BY-4.0"


def test_six_species(without_vectors: Read, tmp_path: Path) -> None:
    """Each species has its genes, and orthologs of one source join them."""
    layout = Layout(tmp_path / "kb")
    _set_up(layout, without_vectors("six_species"))
    with open_knowledge_base(layout.root, store="") as kb:
        species = kb.cypher("MATCH (g:Gene)-[:IN_TAXON]->(s) RETURN s.common_name AS name")
        [fish] = kb.orthologs(["INS"], from_species="human", to_species="zebrafish").rows()
        [worm] = kb.orthologs(["Ilp2"], from_species="fly", to_species="worm").rows()
        sources = {row["source"]: row for row in kb.sources().rows()}
    assert len(species) == 6
    assert (worm["ortholog_symbol"], worm["support_count"]) == ("ins-1", 3)
    assert sources["alliance_orthology"]["license"] == "CC-BY-4.0"
    assert fish["ortholog_symbol"] == "ins"


def test_the_plan_tells_sizes_and_fetches_nothing(
    without_vectors: Read, remote: Remote, tmp_path: Path
) -> None:
    """Sizes are those of the server; a file that two steps read is counted once."""
    recipe = without_vectors("human_mouse")
    planned = plan(Layout(tmp_path / "kb"), recipe)
    sizes = {path.name: path.stat().st_size for path in remote.files.iterdir()}
    wanted = sum(sizes[original.file] for original in recipe.originals)
    assert sum(item.bytes_to_fetch or 0 for item in planned) == wanted
    assert remote.asked == []


def test_it_resumes_where_it_stopped(without_vectors: Read, remote: Remote, tmp_path: Path) -> None:
    """After a missing file is there, a second call fetches only what is missing."""
    recipe, layout = without_vectors("human_mouse"), Layout(tmp_path / "kb")
    text = FILES["gene_orthologs.gz"]
    (remote.files / "gene_orthologs.gz").unlink()
    with pytest.raises(InputError, match=r"the server answered 404 .*originals\.toml"):
        _set_up(layout, recipe)
    remote.put("gene_orthologs.gz", text)
    remote.asked.clear()
    _set_up(layout, recipe)
    assert remote.asked == ["gene_orthologs.gz"]
    remote.asked.clear()
    _set_up(layout, recipe)
    assert remote.asked == []


def test_offline_no_server_is_contacted(
    without_vectors: Read, remote: Remote, tmp_path: Path
) -> None:
    """Without the network the first missing original is named with the place to put it."""
    recipe, layout = without_vectors("human_mouse"), Layout(tmp_path / "kb")
    with pytest.raises(OfflineError, match=r"put it at .*Homo_sapiens\.gene_info\.gz"):
        set_up(layout, recipe, Quiet(), settings=Settings(offline=True))
    assert remote.asked == []
    assert plan(layout, recipe, offline=True)[0].bytes_to_fetch is None


def test_a_wrong_option_is_known_before_anything_is_fetched(remote: Remote, tmp_path: Path) -> None:
    """The recipe of the user is checked whole first."""
    path = tmp_path / "lab.toml"
    path.write_text(
        '[[ingest]]\njob = "cell_ontology"\noriginals = ["cell_ontology"]\nset = { colour = "red" }'
    )
    with pytest.raises(UnknownNameError, match="colour"):
        _set_up(Layout(tmp_path / "kb"), find_recipe(str(path), remote.manifest))
    assert remote.asked == []


def test_the_command_lists_plans_and_sets_up(
    remote: Remote, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`setup` lists recipes, `--plan` shows sizes, and the command ends with a built base."""
    lab = tmp_path / "lab.toml"
    lab.write_text(
        '[[ingest]]\njob = "gene_descriptions"\noriginals = ["ncbi_gene_info_human"]\nminutes = 2\n'
    )
    about = ("--manifest", str(remote.manifest), "--kb", str(tmp_path / "kb"))
    assert main(["setup", "--format", "tsv", "--no-header-comments"]) == 0
    assert "human_mouse" in capsys.readouterr().out
    assert main(["setup", str(lab), "--plan", "--format", "jsonl", *about]) == 0
    assert '"minutes": 2.0' in capsys.readouterr().out
    assert main(["setup", str(lab), *about]) == 0
    assert "MB to fetch; then about 2 min" in capsys.readouterr().err
    with open_knowledge_base(tmp_path / "kb", store="") as kb:
        assert len(kb.sources()) == 1
