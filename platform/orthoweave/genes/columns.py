"""Texts and names of many genes at once, column by column, for the catalogue.

Nearly all names are plain ASCII, which Arrow cleans and folds; the others go through
`orthoweave.genes.names`, one by one.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.genes.names import clean, fold
from orthoweave.genes.records import RANK, Reason

_CALLED: Final[Mapping[Reason, str]] = {
    "symbol": "symbol",
    "xref": "xrefs",
    "retired_id": "retired_ids",
    "previous_symbol": "previous_symbols",
    "synonym": "synonyms",
}
"""Columns of names by the reason for which they find a gene."""
# printable, with single spaces between words
_PLAIN: Final = "^[!-~]+( [!-~]+)*$"
_ESCAPED: Final = '["\\\\\\x00-\\x1f]'
"""Pattern of the characters that JSON escapes."""


def texts_of(column: pa.Array) -> list[str | None]:
    r"""Return the values of a column for SQLite: lists as JSON.

    Examples
    --------
    >>> texts_of(pa.array([["a", 'b"'], None], pa.list_(pa.string())))
    ['["a", "b\\""]', '[]']
    """
    return values_of(_as_json(column) if pa.types.is_list(column.type) else column)


def values_of(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Return the values of a column, faster than its ``to_pylist``."""
    values: list[Any] = column.to_numpy(zero_copy_only=False).tolist()
    return values


def names_of(rows: pa.RecordBatch, first: int) -> pa.Table:
    """Return the names of genes: folded spelling, rank of the reason, number of the gene, name.

    Parameters
    ----------
    first
        Number of the gene in the first row.
    """
    numbers = pa.array(np.arange(first, first + rows.num_rows))
    tables = [_named("id", numbers, rows["id"])]
    for reason, column in _CALLED.items():
        names, genes = rows[column], numbers
        if pa.types.is_list(names.type):
            genes, names = genes.take(pc.list_parent_indices(names)), names.flatten()
        known = pc.is_valid(names)
        names, genes = names.filter(known), genes.filter(known)
        cleaned = _applied(clean, names, names)
        given = pc.not_equal(cleaned, "")
        tables.append(_named(reason, genes.filter(given), cleaned.filter(given)))
    return pa.concat_tables(tables)


def in_order(names: Iterable[pa.Table]) -> pa.Table:
    """Return the names in the order of their columns, each once."""
    # imported late: whoever looks names up does not make a catalogue
    import polars as pl

    # texts are compared by their bytes in UTF-8, as SQLite compares them
    together = pl.DataFrame(pl.from_arrow(pa.concat_tables(names)))
    return together.sort(together.columns).unique(maintain_order=True).to_arrow()


def _named(reason: Reason, genes: pa.Array, names: pa.Array) -> pa.Table:
    folded = _applied(fold, names, pc.ascii_lower(names))
    ranks = pa.array(np.full(len(names), RANK[reason]))
    return pa.table({"folded": folded, "rank": ranks, "gene": genes, "name": names})


def _applied(spell: Callable[[str], str], names: pa.Array, plain: pa.Array) -> pa.Array:
    """Return the spellings of names; `plain` has those of names that are plain ASCII."""
    other = pc.invert(pc.match_substring_regex(names, _PLAIN))
    spelt = [spell(name) for name in values_of(names.filter(other))]
    return pc.replace_with_mask(plain, other, pa.array(spelt, plain.type)) if spelt else plain


def _as_json(lists: pa.ListArray) -> pa.Array:
    """Return lists of texts as Python's json writes them; null as an empty list."""
    known = pc.if_else(pc.is_null(lists), pa.scalar([], lists.type), lists)
    joined = pc.binary_join_element_wise('["', pc.binary_join(known, '", "'), '"]', "")
    texts = pc.if_else(pc.equal(pc.list_value_length(known), 0), "[]", joined)
    strange = pc.match_substring_regex(known.flatten(), _ESCAPED)
    places = pc.list_parent_indices(known).filter(pc.fill_null(strange, fill_value=True))
    mask = np.zeros(len(known), bool)
    mask[places.to_numpy()] = True
    written = [json.dumps(values, ensure_ascii=False) for values in known.filter(mask).to_pylist()]
    return pc.replace_with_mask(texts, mask, pa.array(written, texts.type)) if written else texts
