"""A verdict for each name of a list: its gene, orthologs and datasets, or why it has none."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from orthoweave.genes.names import clean
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.genes import Meant, understand_each
from orthoweave.questions.session import Session
from orthoweave.species import Species

SCHEMA: Final = pa.schema(
    [
        ("query", pa.string()),
        ("times", pa.int64()),
        ("verdict", pa.string()),
        ("gene", pa.string()),
        ("symbol", pa.string()),
        ("matched_by", pa.string()),
        ("orthologs", pa.list_(pa.string())),
        ("measured_in", pa.list_(pa.string())),
        ("why", pa.string()),
    ]
)
_MEASURED: Final = """
MATCH (g:Gene)-[:MEASURED_IN]->(d:Dataset)
WHERE g.id IN $genes
RETURN g.id AS gene, d.id AS dataset
ORDER BY gene, dataset
"""


def gene_verdicts(
    session: Session, names: Sequence[str], here: Species, there: Species | None = None
) -> Answer:
    """Return a verdict with its reason for each distinct name.

    `verdict` is ``matched``, ``same gene`` (an earlier name of the list means this gene),
    ``ambiguous`` or ``no such gene``. `matched_by` is the reason and the name of the gene that
    the text fits. `orthologs` are symbols in the species `there`, null without it.

    Parameters
    ----------
    names
        Names or ids; names that differ in white space only are one.
    """
    times = Counter(clean(name) for name in names if clean(name))
    meant = understand_each(session.genes, list(times), here)
    keys = sorted({item.gene for item in meant if item.gene is not None})
    measured = defaultdict(list)
    for row in session.gateway.whole(_MEASURED, {"genes": keys}).to_pylist():
        measured[row["gene"]].append(row["dataset"])
    orthologs: dict[str, list[str]] = defaultdict(list)
    if there is not None:
        for pair in session.orthology.partners(keys, [there.key]):
            orthologs[pair["gene"]].append(pair["symbol"] or pair["ortholog"])
    first: dict[str, str] = {}
    rows = [
        _row(item, times[item.query], first, measured, orthologs if there else None)
        for item in meant
    ]
    counts = Counter(str(row["verdict"]) for row in rows)
    summary = ", ".join(f"{n:,} {verdict}" for verdict, n in sorted(counts.items()))
    notes = [f"{len(names):,} names, {len(times):,} distinct: {summary}"]
    asked = {"names": list(names), "species": here.common, "to": there.common if there else None}
    title = f"Verdicts on {here.common} gene names"
    return session.answer(table_of(rows, SCHEMA), title, "gene verdicts", asked, notes)


def _row(
    item: Meant,
    times: int,
    first: dict[str, str],
    measured: Mapping[str, list[str]],
    orthologs: Mapping[str, list[str]] | None,
) -> dict[str, Any]:
    base: dict[str, Any] = {"query": item.query, "times": times, "why": item.note()}
    if item.gene is None:
        return base | {"verdict": item.status}
    candidate = item.candidates[0]
    earlier = first.setdefault(item.gene, item.query)
    reasons = []
    if earlier != item.query:
        reasons.append(f"{earlier!r} in the list is the same gene")
    if item.gene not in measured:
        reasons.append("no dataset measures it")
    if orthologs is not None and item.gene not in orthologs:
        reasons.append("no source has an ortholog")
    return base | {
        "verdict": "matched" if earlier == item.query else "same gene",
        "gene": item.gene,
        "symbol": item.symbol,
        "matched_by": f"{candidate.reason.replace('_', ' ')} {candidate.matched}",
        "orthologs": orthologs.get(item.gene, []) if orthologs is not None else None,
        "measured_in": measured.get(item.gene, []),
        "why": "; ".join(reasons) or None,
    }
