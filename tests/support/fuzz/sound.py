"""Sound files of every form, for damage: six cells, five of the genes of a small knowledge base."""

import warnings
from pathlib import Path
from typing import Final

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

N_CELLS, N_GENES = 6, 5
GENES: Final = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\tname\tsynonyms\n" + "".join(
    f"9606\tAAG{number}\t{9000 + number}\tENSG{number:011}\tgene {number}\tOLD{number}|X{number}\n"
    for number in range(12)
)
ORTHOLOGY: Final = (
    "human_ensembl\thuman_symbol\tmouse_ensembl\tmouse_symbol\thomology_type\n"
    + "".join(f"ENSG{n:011}\tAAG{n}\tENSMUSG{n:011}\tAag{n}\tortholog_one2one\n" for n in range(5)),
    "#tax_id\tGeneID\trelationship\tOther_tax_id\tOther_GeneID\n"
    + "".join(f"9606\t{9000 + n}\tOrtholog\t10090\t{8000 + n}\n" for n in range(5)),
    "HomoloGene ID\tNCBI Taxon ID\tSymbol\tEntrezGene ID\n"
    + "".join(f"{n}\t9606\tAAG{n}\t{9000 + n}\n{n}\t10090\tAag{n}\t{8000 + n}\n" for n in range(4)),
)
OBO: Final = """format-version: 1.2
ontology: cl

[Term]
id: CL:0000000
name: cell
def: "A \\"cell\\"." [a:b]

[Term]
id: CL:0000169
name: type B pancreatic cell
synonym: "beta cell" EXACT []
is_a: CL:0000000 ! cell

[Term]
id: CL:0000170
name: old
is_obsolete: true
replaced_by: CL:0000169
"""
GMT: Final = "one\thttp://x\tINS\tGCG\ntwo\tna\tSST\tPPY\tINS\n"
SCRIPT: Final = """:param gene => 'INS'
:param {n: 3, list: [1, 'a']}
// name: first
MATCH (g:Gene {symbol: $gene}) RETURN g.id AS id LIMIT $n;
/* and
more */
MATCH (g:Gene) WHERE g.symbol IN $list RETURN "a;b" AS x, `g`.id;
"""


def counts() -> sp.csr_matrix:
    """Return a matrix of counts, cells × genes."""
    values = np.arange(N_CELLS * N_GENES).reshape(N_CELLS, N_GENES) % 4
    return sp.csr_matrix(values.astype(np.float32))


def cells() -> anndata.AnnData:
    """Return cells with types, donors, a layer and positions."""
    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical(["beta", "alpha"] * 3),
            "donor": [f"d{number % 2}" for number in range(N_CELLS)],
            "n": np.arange(N_CELLS),
        },
        index=[f"c{number}" for number in range(N_CELLS)],
    )
    var = pd.DataFrame(
        {"gene_ids": [f"ENSG{number:011}" for number in range(N_GENES)]},
        index=[f"AAG{number}" for number in range(N_GENES)],
    )
    data = anndata.AnnData(counts(), obs, var, uns={"organism": "Homo sapiens"})
    data.layers["counts"] = counts()
    data.obsm["spatial"] = np.ones((N_CELLS, 2))
    return data


def write_h5ad(path: Path) -> None:
    """Write cells with a raw matrix as AnnData in HDF5."""
    data = cells()
    data.raw = data.copy()
    data.write_h5ad(path)


def write_zarr(path: Path, version: int) -> None:
    """Write cells as AnnData in a zarr folder."""
    with warnings.catch_warnings(), anndata.settings.override(zarr_write_format=version):
        warnings.simplefilter("ignore")
        cells().write_zarr(path)


def write_tenx(path: Path) -> None:
    """Write cells as Cell Ranger does."""
    texts = {"id": "ENSG%011d", "name": "AAG%d", "feature_type": "Gene Expression", "genome": "x"}
    with h5py.File(path, "w") as file:
        group = file.create_group("matrix")
        for name in ("data", "indices", "indptr"):
            group[name] = getattr(counts().astype(np.int32), name)
        group["shape"] = [N_GENES, N_CELLS]
        group["barcodes"] = [f"AAAC-{number}".encode() for number in range(N_CELLS)]
        for name, text in texts.items():
            values = [(text % i if "%" in text else text).encode() for i in range(N_GENES)]
            group[f"features/{name}"] = values


def write_mtx(folder: Path) -> None:
    """Write cells as Cell Ranger's folder of three files."""
    folder.mkdir()
    scipy.io.mmwrite(folder / "matrix.mtx", counts().astype(np.int32).T.tocoo())
    rows = (f"ENSG{number:011}\tAAG{number}\tGene Expression\n" for number in range(N_GENES))
    (folder / "features.tsv").write_text("".join(rows), encoding="utf-8")
    barcodes = "".join(f"AAAC-{number}\n" for number in range(N_CELLS))
    (folder / "barcodes.tsv").write_text(barcodes, encoding="utf-8")


def count_table() -> str:
    """Return genes × cells as a table."""
    lines = ["gene\t" + "\t".join(f"c{number}" for number in range(N_CELLS))]
    for number, row in enumerate(counts().toarray().T.astype(int)):
        lines.append(f"AAG{number}\t" + "\t".join(map(str, row)))
    return "\n".join(lines) + "\n"
