"""The toy world: three species, a few dozen genes with one-to-many orthologs, two small datasets.

Identifiers, symbols and orthology are real; counts are drawn from a seed, with higher counts for
each cell type's marker genes. The world is written as raw files and ingested by the usual jobs, so
that tests on it apply to real data.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from orthoweave.builds.build import build
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

# taxon, symbol, name, synonyms, previous symbols, NCBI gene, Ensembl gene, authority id
_GENES: Final = """
9606|INS|insulin|IDDM2;IDDM1||3630|ENSG00000254647|HGNC:6081
9606|GCG|glucagon|GLP1;GLP-1||2641|ENSG00000115263|HGNC:4191
9606|SST|somatostatin|SMST||6750|ENSG00000157005|HGNC:11329
9606|PPY|pancreatic polypeptide|PNP||5539|ENSG00000108849|HGNC:9327
9606|KRT19|keratin 19|K19;CK19||3880|ENSG00000171345|HGNC:6436
9606|PRSS1|serine protease 1||TRY1|5644|ENSG00000204983|HGNC:9475
9606|IAPP|islet amyloid polypeptide|AMYLIN;DAP||3375|ENSG00000121351|HGNC:5329
9606|TTR|transthyretin|CTS|PALB|7276|ENSG00000118271|HGNC:12405
9606|PDX1|pancreatic and duodenal homeobox 1|STF-1;MODY4|IPF1|3651|ENSG00000139515|HGNC:6107
9606|SEPTIN1|septin 1|PNUTL3|DIFF6;SEPT1|1731|ENSG00000180096|HGNC:2879
9606|LYZ|lysozyme|||4069|ENSG00000090382|HGNC:6740
9606|ACTB|actin beta|||60|ENSG00000075624|HGNC:132
9606|GAPDH|glyceraldehyde-3-phosphate dehydrogenase||GAPD|2597|ENSG00000111640|HGNC:4141
9606|TP53|tumor protein p53|p53;LFS1||7157|ENSG00000141510|HGNC:11998
10090|Ins1|insulin I|||16333|ENSMUSG00000035804|MGI:96572
10090|Ins2|insulin II|Ins-2;Mody4||16334|ENSMUSG00000000215|MGI:96573
10090|Gcg|glucagon|GLP-1;PPG||14526|ENSMUSG00000000394|MGI:95674
10090|Sst|somatostatin|SRIF||20604|ENSMUSG00000004366|MGI:98326
10090|Ppy|pancreatic polypeptide|PP||19064|ENSMUSG00000017316|MGI:97753
10090|Krt19|keratin 19|K19||16669|ENSMUSG00000020911|MGI:96693
10090|Prss1|serine protease 1|Try1||114228|ENSMUSG00000062751|MGI:98839
10090|Try5|trypsin 5|Tc||103964|ENSMUSG00000036938|MGI:102756
10090|Iapp|islet amyloid polypeptide|amylin||15874|ENSMUSG00000041681|MGI:96382
10090|Ttr|transthyretin|prealbumin||22139|ENSMUSG00000061808|MGI:98865
10090|Pdx1|pancreatic and duodenal homeobox 1|Ipf1;Mody4||18609|ENSMUSG00000029644|MGI:102851
10090|Lyz1|lysozyme 1|Lyz||17110|ENSMUSG00000069515|MGI:96902
10090|Lyz2|lysozyme 2|Lyzs||17105|ENSMUSG00000069516|MGI:96897
10090|Actb|actin, beta|Actx||11461|ENSMUSG00000029580|MGI:87904
10090|Gapdh|glyceraldehyde-3-phosphate dehydrogenase|Gapd||14433|ENSMUSG00000057666|MGI:95640
10090|Trp53|transformation related protein 53|p53||22059|ENSMUSG00000059552|MGI:98834
7955|ins|preproinsulin|||30262|ENSDARG00000035350|ZFIN:ZDB-GENE-980526-110
7955|insb|preproinsulin b|||566735|ENSDARG00000034610|
7955|gcga|glucagon a|||494052|ENSDARG00000079296|
7955|gcgb|glucagon b|||436584|ENSDARG00000040907|
7955|ttr|transthyretin|||449556|ENSDARG00000037191|
7955|gapdh|glyceraldehyde-3-phosphate dehydrogenase|||317743|ENSDARG00000043457|
"""
# human symbol, other symbol, resources of HCOP; M says that MGI has the pair, E that Compara has
_PAIRS: Final = """
INS Ins2 EggNOG|Ensembl|HGNC|NCBI|OMA|Panther ME
INS Ins1 Ensembl|Inparanoid|OMA|Panther ME
GCG Gcg EggNOG|Ensembl|HGNC|NCBI|OMA|Panther ME
SST Sst EggNOG|Ensembl|HGNC|NCBI|OMA|Panther ME
PPY Ppy EggNOG|Ensembl|HGNC|NCBI|Panther ME
KRT19 Krt19 EggNOG|Ensembl|HGNC|NCBI|Panther ME
PRSS1 Prss1 Ensembl|OMA|Panther ME
PRSS1 Try5 Ensembl|OMA|Panther E
IAPP Iapp EggNOG|Ensembl|NCBI ME
TTR Ttr EggNOG|Ensembl|NCBI ME
PDX1 Pdx1 EggNOG|Ensembl|NCBI ME
LYZ Lyz1 HGNC|OMA|Panther M
LYZ Lyz2 HGNC|OMA|Panther ME
ACTB Actb Ensembl|NCBI ME
GAPDH Gapdh Ensembl|NCBI ME
TP53 Trp53 EggNOG|Ensembl|NCBI ME
INS ins Ensembl|OMA|ZFIN -
INS insb Ensembl|OMA -
GCG gcga Ensembl|ZFIN -
GCG gcgb Ensembl|NCBI|ZFIN -
TTR ttr EggNOG|Ensembl|ZFIN -
GAPDH gapdh EggNOG|Ensembl|ZFIN -
"""
_ONTOLOGY: Final = """format-version: 1.2
ontology: cl

[Term]
id: CL:0000000
name: cell

[Term]
id: CL:0008024
name: pancreatic endocrine cell
is_a: CL:0000000 ! cell

[Term]
id: CL:0000169
name: type B pancreatic cell
synonym: "pancreatic beta cell" EXACT []
synonym: "insulin-secreting cell" RELATED []
is_a: CL:0008024 ! pancreatic endocrine cell

[Term]
id: CL:0000171
name: pancreatic A cell
synonym: "pancreatic alpha cell" EXACT []
is_a: CL:0008024 ! pancreatic endocrine cell

[Term]
id: CL:0002079
name: pancreatic ductal cell
is_a: CL:0000000 ! cell
"""
_TYPES: Final = {
    "beta": ("CL:0000169", ("INS", "IAPP", "PDX1", "Ins1", "Ins2", "Iapp", "Pdx1")),
    "alpha": ("CL:0000171", ("GCG", "TTR", "Gcg", "Ttr")),
    "ductal": ("CL:0002079", ("KRT19", "SST", "Krt19")),
    "unknown_7": ("", ("LYZ", "Lyz2")),
}
_TAXON: Final = {"human": "9606", "mouse": "10090"}
_GENE_COLUMNS: Final = (
    "taxon_id",
    "symbol",
    "name",
    "synonyms",
    "previous_symbols",
    "ncbi_gene_id",
    "ensembl_id",
    "authority",
)


def toy_genes() -> pd.DataFrame:
    """Return the toy world's genes, one row each, with lists separated by ``|``.

    Examples
    --------
    >>> toy_genes().query("symbol == 'INS'")["ncbi_gene_id"].item()
    '3630'
    """
    rows = [line.split("|") for line in _GENES.strip().splitlines()]
    genes = pd.DataFrame(rows, columns=list(_GENE_COLUMNS))
    for column in ("synonyms", "previous_symbols"):
        genes[column] = genes[column].str.replace(";", "|")
    return genes


def write_toy_sources(folder: Path) -> dict[str, Path]:
    """Write the toy world as raw files below `folder`, and return their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    genes = toy_genes()
    paths = {}
    for species, taxon, authority in (
        ("human", "9606", "hgnc_id"),
        ("mouse", "10090", "mgi_id"),
        ("zebrafish", "7955", "zfin_id"),
    ):
        rows = genes[genes["taxon_id"] == taxon].rename(columns={"authority": authority})
        paths[f"genes_{species}"] = _write_table(folder / f"genes_{species}.tsv", rows)
    paths |= _write_orthology(folder, genes.set_index("symbol"))
    paths["cell_ontology"] = folder / "cl.obo"
    paths["cell_ontology"].write_text(_ONTOLOGY, encoding="utf-8")
    for number, species in enumerate(_TAXON):
        path = folder / f"toy_{species}.h5ad"
        toy_cells(species, seed=number).write_h5ad(path)
        paths[f"toy_{species}"] = path
    return paths


def toy_cells(species: str, *, seed: int = 0, cells_per_type: int = 10) -> anndata.AnnData:
    """Return a toy dataset of counts, shape ``(4 * cells_per_type, n_genes)``.

    Marker genes have higher counts in their type. ``TP53``/``Trp53`` is measured but always zero;
    ``PPY`` is not measured in mouse.
    """
    genes = toy_genes()
    genes = genes[genes["taxon_id"] == _TAXON[species]]
    genes = genes[genes["symbol"] != "Ppy"]
    rng = np.random.default_rng(seed)
    rates = np.full((len(_TYPES) * cells_per_type, len(genes)), 0.5)
    labels = np.repeat(list(_TYPES), cells_per_type)
    for label, (_, markers) in _TYPES.items():
        rates[np.ix_(labels == label, genes["symbol"].isin(markers).to_numpy())] = 30.0
    rates[:, genes["symbol"].isin(["TP53", "Trp53"]).to_numpy()] = 0.0
    counts = sparse.csr_matrix(rng.poisson(rates).astype(np.float32))
    obs = pd.DataFrame(
        {
            "cell_type": labels,
            "cell_type_ontology_term_id": [_TYPES[label][0] or "unknown" for label in labels],
            "donor": [f"{species}{1 + number % 2}" for number in range(len(labels))],
        },
        index=[f"{species}-{number:03d}" for number in range(len(labels))],
    )
    var = genes[["ensembl_id", "ncbi_gene_id"]].set_index(pd.Index(genes["symbol"], name=None))
    return anndata.AnnData(
        counts, obs, var, uns={"organism_ontology_term_id": f"NCBITaxon:{_TAXON[species]}"}
    )


def build_toy_kb(folder: Path, *, vectors: bool = False) -> Path:
    """Build and publish the toy world as a knowledge base in ``folder/kb``, and return its path.

    Parameters
    ----------
    vectors
        Also embed genes, cell types and cells, with the offline hashed encoder.
    """
    sources = write_toy_sources(folder / "raw")
    layout = Layout(folder / "kb")
    settings = Settings(kb=layout.root)
    for job, files, options in _recipe(vectors=vectors):
        ingest(layout, find_job(settings, job), [sources[name] for name in files], options, Quiet())
    build(layout, Quiet())
    return layout.root


def _recipe(*, vectors: bool) -> list[tuple[str, Sequence[str], dict[str, str]]]:
    steps: list[tuple[str, Sequence[str], dict[str, str]]] = [
        ("gene_descriptions", ["genes_human"], {"source": "genes_human"}),
        ("gene_descriptions", ["genes_mouse"], {"source": "genes_mouse"}),
        ("gene_descriptions", ["genes_zebrafish"], {"source": "genes_zebrafish"}),
        ("cell_ontology", ["cell_ontology"], {}),
        ("orthology", ["hcop_human_mouse"], {}),
        ("orthology", ["hcop_human_zebrafish"], {}),
        ("orthology", ["ensembl_human_mouse"], {}),
        ("orthology", ["mgi_human_mouse"], {}),
        ("cell_gene", ["toy_human"], {}),
        ("cell_gene", ["toy_mouse"], {}),
        ("coexpression", [], {"dataset": "toy_human", "method": "cells"}),
        ("coexpression", [], {"dataset": "toy_mouse", "method": "cells"}),
    ]
    if vectors:
        model = {"model": "hashed-ngrams"}
        steps += [
            ("embeddings", [], {"what": "genes", **model}),
            ("embeddings", [], {"what": "cell_types", **model}),
            ("embeddings", [], {"what": "cells", "dataset": "toy_human", **model}),
            ("embeddings", [], {"what": "cells", "dataset": "toy_mouse", **model}),
        ]
    return steps


def _pair_rows(genes: pd.DataFrame) -> pd.DataFrame:
    pairs = [line.split(" ") for line in _PAIRS.strip().splitlines()]
    rows = []
    for human, other, resources, also in pairs:
        ends = genes.loc[human], genes.loc[other]
        rows.append(
            {
                "human_symbol": human,
                "human_ncbi": ends[0]["ncbi_gene_id"],
                "human_ensembl": ends[0]["ensembl_id"],
                "target_taxon_id": ends[1]["taxon_id"],
                "target_symbol": other,
                "target_ncbi": ends[1]["ncbi_gene_id"],
                "target_ensembl": ends[1]["ensembl_id"],
                "support": resources,
                "also": also,
            }
        )
    return pd.DataFrame(rows)


def _write_orthology(folder: Path, genes: pd.DataFrame) -> dict[str, Path]:
    table = _pair_rows(genes)
    mouse = table[table["target_taxon_id"] == _TAXON["mouse"]]
    fish = table[table["target_taxon_id"] == "7955"]
    compara = mouse[mouse["also"].str.contains("E")].rename(
        columns={"target_symbol": "mouse_symbol", "target_ensembl": "mouse_ensembl"}
    )
    mgi = mouse[mouse["also"].str.contains("M")].rename(columns={"target_symbol": "mouse_symbol"})
    several = compara["human_symbol"].duplicated(keep=False)
    compara = compara.assign(
        homology_type=np.where(several, "ortholog_one2many", "ortholog_one2one"),
        orthology_confidence="1",
    )
    wanted = [
        "human_symbol",
        "human_ensembl",
        "mouse_symbol",
        "mouse_ensembl",
        "homology_type",
        "orthology_confidence",
    ]
    return {
        name: _write_table(folder / f"{name}.tsv", rows)
        for name, rows in (
            ("hcop_human_mouse", mouse.drop(columns="also")),
            ("hcop_human_zebrafish", fish.drop(columns="also")),
            ("ensembl_human_mouse", compara[wanted]),
            ("mgi_human_mouse", mgi[["human_symbol", "mouse_symbol"]]),
        )
    }


def _write_table(path: Path, rows: pd.DataFrame) -> Path:
    rows.to_csv(path, sep="\t", index=False)
    return path
