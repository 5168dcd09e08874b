"""Name the columns of a matrix after genes, where they are probes of a microarray."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.obs_columns import find_column

# in lower case and without dots, spaces, hyphens and underscores, as GEO and Bioconductor have them
_PROBES: Final = ("probe", "probeid", "probeset", "probesetid", "id", "idref")
_GENES: Final = (
    *("gene", "genesymbol", "symbol", "ilmngene", "entrezgeneid", "entrezid", "geneid"),
    *("ensemblid", "ensembl", "ncbigeneid"),
)
# several genes of one probe, as Affymetrix writes them
_SEVERAL: Final = ("///", ";", "|", ",")
_NONE: Final = {"", "---", "na", "nan", "none"}
_LISTED: Final = 3


def map_probes(source: MatrixSource, path: str | None) -> MatrixSource:
    """Return a source whose columns are named after the genes of their probes.

    Columns whose probe has no gene, or several, are left out, with a note. Names that R made of
    probes, such as ``X1007_s_at``, are taken apart.

    Parameters
    ----------
    path
        Table with a column of probes and one of genes; None leaves the source as it is.

    Raises
    ------
    InputError
        If the table has no such columns, or knows none of the probes.
    """
    if path is None:
        return source
    genes = _read(Path(path))
    names = [str(name) for name in source.var.index]
    found = [genes.get(name) or genes.get(_without_x(name)) for name in names]
    known = [one is not None for one in found]
    if not any(known):
        message = (
            f"{path} knows none of {len(names):,} columns: it has probes such as "
            f"{_quoted(list(genes))}, the matrix such as {_quoted(names)}. Write them alike"
        )
        raise InputError(message)
    used = np.array([one is not None and len(one) == 1 for one in found])
    columns = np.flatnonzero(used)
    named = [next(iter(found[at] or ())) for at in columns]
    var = pd.DataFrame({"probe": [names[at] for at in columns]}, pd.Index(named, dtype=object))
    n_several = sum(one is not None and len(one) > 1 for one in found)
    note = (
        f"{path}: {len(columns):,} of {len(names):,} probes have one gene "
        f"({len(set(named)):,} genes); left out: {len(names) - len(columns) - n_several:,} without "
        f"a gene, {n_several:,} with several"
    )

    def blocks(rows: int) -> Blocks:
        for start, block in source.blocks(rows):
            yield start, block[:, columns]

    return replace(source, var=var, read_blocks=blocks, nnz=None, notes=(*source.notes, note))


def probe_share(path: str, names: Sequence[str]) -> float:
    """Return the share of some names that are probes of a table."""
    genes = _read(Path(path))
    return sum(name in genes or _without_x(name) in genes for name in names) / max(len(names), 1)


def _read(path: Path) -> dict[str, set[str]]:
    """Return the genes of each probe; a probe without any has an empty set."""
    table = read_delimited(path).to_pandas()
    probe = find_column(table, None, _PROBES) or str(table.columns[0])
    gene = find_column(table.drop(columns=probe), None, _GENES)
    if gene is None and len(table.columns) == 2:
        gene = str(next(name for name in table.columns if name != probe))
    if gene is None:
        message = (
            f"{path}: expected a column of probes and one of genes, such as 'probe' and 'symbol', "
            f"found {', '.join(map(repr, table.columns[:8]))}: write a table with these two"
        )
        raise InputError(message)
    found: dict[str, set[str]] = {}
    for name, text in zip(table[probe], table[gene], strict=True):
        found.setdefault(str(name).strip(), set()).update(_genes(str(text)))
    return found


def _genes(text: str) -> set[str]:
    mark = next((mark for mark in _SEVERAL if mark in text), None)
    parts = [text] if mark is None else text.split(mark)
    return {part.strip() for part in parts if part.strip().lower() not in _NONE}


def _without_x(name: str) -> str:
    return name[1:] if name[:1] == "X" and name[1:2].isdigit() else name


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names[:_LISTED])
