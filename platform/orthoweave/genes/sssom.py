"""Mappings from names to genes as SSSOM, the standard table of mappings.

SSSOM: Matentzoglu 2022, doi:10.1093/database/baac035. Every mapping here is lexical, including one
by id: the predicate states how much is claimed.
"""

import hashlib
from pathlib import Path
from typing import Final

import pyarrow as pa

from orthoweave.genes.resolution import Resolution
from orthoweave.storage.durable import write_text

_EXACT, _CLOSE, _RELATED = "skos:exactMatch", "skos:closeMatch", "skos:relatedMatch"
# the same gene by what names it; synonyms may be shared, so they are only close
_PREDICATES: Final = {
    "id": _EXACT,
    "xref": _EXACT,
    "retired_id": _EXACT,
    "symbol": _EXACT,
    "symbol_case": _CLOSE,
    "symbol_dots": _CLOSE,
    "mended": _CLOSE,
    "previous_symbol": _CLOSE,
    "synonym": _CLOSE,
    "previous_symbol_case": _CLOSE,
    "synonym_case": _CLOSE,
}
_HEADER: Final = """#curie_map:
#  ENSEMBL: https://identifiers.org/ensembl/
#  FB: https://identifiers.org/fb/
#  HGNC: https://identifiers.org/hgnc/
#  MGI: https://identifiers.org/mgi/
#  NCBIGene: https://identifiers.org/ncbigene/
#  RGD: https://identifiers.org/rgd/
#  SGD: https://identifiers.org/sgd/
#  WB: https://identifiers.org/wormbase/
#  Xenbase: https://identifiers.org/xenbase/
#  ZFIN: https://identifiers.org/zfin/
#  orthoweave.name: https://orthoweave.invalid/name/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#mapping_set_id: {set_id}
#license: https://w3id.org/sssom/license/unspecified
#mapping_tool: orthoweave
"""


def sssom_table(resolution: Resolution) -> pa.Table:
    """Return one mapping for each query and candidate of a resolution; none for lost queries.

    The predicate is ``skos:relatedMatch`` where several genes fit a query equally well, and for
    genes that fit less well than another: no row claims more than is known. `original_subject`
    holds the query; `subject_id` is derived from it.
    """
    seen: set[tuple[str, str]] = set()
    rows = []
    for row in resolution.rows.to_pylist():
        if row["gene"] is None or (row["query"], row["gene"]) in seen:
            continue
        seen.add((row["query"], row["gene"]))
        meant = resolution.keys.get(row["query"]) == row["gene"]
        rows.append(
            {
                "subject_id": f"orthoweave.name:{_local(row['query'])}",
                "subject_label": " ".join(row["query"].split()),
                "predicate_id": _PREDICATES[row["reason"]] if meant else _RELATED,
                "object_id": row["gene"],
                "object_label": row["symbol"],
                "mapping_justification": "semapv:LexicalMatching",
                "match_string": " ".join(row["query"].split()),
                "comment": f"{row['reason']}, {row['status']}",
                "original_subject": row["query"],
            }
        )
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def write_sssom(resolution: Resolution, target: Path) -> None:
    """Write the mappings of a resolution as an SSSOM TSV file, in one step."""
    table = sssom_table(resolution)
    lines = ["\t".join(table.column_names)]
    lines += [
        "\t".join(_field(value) for value in row)
        for row in zip(*table.to_pydict().values(), strict=True)
    ]
    body = "\n".join(lines) + "\n"
    digest = hashlib.sha256(body.encode()).hexdigest()[:16]
    header = _HEADER.format(set_id=f"https://orthoweave.invalid/mappings/{digest}")
    write_text(target, header + body)


_SCHEMA: Final = pa.schema(
    [
        (name, pa.string())
        for name in (
            "subject_id",
            "subject_label",
            "predicate_id",
            "object_id",
            "object_label",
            "mapping_justification",
            "match_string",
            "comment",
            "original_subject",
        )
    ]
)


def _local(text: str) -> str:
    """Return `text` as the local part of a CURIE: all but letters, digits, ``._-`` as ``%XX``."""
    return "".join(
        letter
        if letter.isascii() and (letter.isalnum() or letter in "._-")
        else "".join(f"%{byte:02X}" for byte in letter.encode())
        for letter in text
    )


def _field(value: str | None) -> str:
    """Return `value` as one field of a TSV file, without tabs and line ends."""
    return " ".join(value.split()) if value is not None else ""
