"""Orthologs between two species that are inferred through a third one, such as human.

Most resources relate each species to human only. Two genes with the same human ortholog are then
only candidates: their support is that of the weaker step, and they have no cardinality.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from orthoweave.questions.orthology import Orthology
from orthoweave.species import Species


def inferred_pairs(
    orthology: Orthology,
    genes: Sequence[str],
    through: Species,
    there: Species,
    *,
    min_sources: int = 1,
    sources: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return pairs of genes that share an ortholog in a third species, best supported first.

    Parameters
    ----------
    genes
        Keys of genes, of any species but `through` and `there`.
    min_sources, sources
        As for `Orthology.partners`; both steps have to meet them.

    Returns
    -------
    Rows as from `Orthology.partners`, with `through`: symbols of the genes between. Counts and
    resources are those of the weaker step of the best path.
    """
    first = orthology.partners(genes, [through.key], min_sources=min_sources, sources=sources)
    between = sorted({row["ortholog"] for row in first})
    if not between:
        return []
    onward = defaultdict(list)
    for row in orthology.partners(between, [there.key], min_sources=min_sources, sources=sources):
        onward[row["gene"]].append(row)
    paths = defaultdict(list)
    for step in first:
        for next_step in onward[step["ortholog"]]:
            paths[step["gene"], next_step["ortholog"]].append((step, next_step))
    rows = [_row(steps) for steps in paths.values()]
    return sorted(rows, key=lambda row: (row["gene"], -row["support_count"], row["ortholog"]))


def _row(paths: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """Merge all paths between two genes into one pair."""
    ranked = sorted(
        paths,
        key=lambda steps: (-min(step["support_count"] for step in steps), steps[0]["ortholog"]),
    )
    first, last = ranked[0]
    weaker = min(first, last, key=lambda step: step["support_count"])
    return {
        **weaker,
        "gene": first["gene"],
        "ortholog": last["ortholog"],
        "symbol": last["symbol"],
        "species": last["species"],
        "cardinality": None,
        "sources": sorted({*first["sources"], *last["sources"]}),
        "through": [step["symbol"] or step["ortholog"] for step, _ in ranked],
    }
