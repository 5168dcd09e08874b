"""Expression of genes and their orthologs by cell type, species side by side.

Three states that look alike in other tools are distinguished: a gene that was measured and is zero
in a cell type, a gene that the dataset never measured, and a gene without ortholog in a species.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orthoweave.errors import UsageError
from orthoweave.genes.records import Candidate
from orthoweave.questions.answer import Answer
from orthoweave.questions.arguments import look_up
from orthoweave.questions.dataset_scales import scale_notes
from orthoweave.questions.expression_rows import Pool, Shown, expression_rows
from orthoweave.questions.genes import Meant, species_name, understood
from orthoweave.questions.ontology import CellTypes
from orthoweave.questions.orthology import Orthology
from orthoweave.questions.session import Session
from orthoweave.questions.untyped_cells import pools_of, unlabelled_notes
from orthoweave.scales import shown_scale
from orthoweave.species import AnySpecies, Species, find_species

_OBSERVED: Final = """
MATCH (t:CellType)-[o:OBSERVED_IN]->(d:Dataset)
WHERE d.species IN $species
RETURN d.species AS species, d.id AS dataset, t.id AS cell_type, t.name AS name,
       o.n_cells AS n_cells
"""
_DATASETS: Final = """
MATCH (d:Dataset)
WHERE d.species IN $species
RETURN d.species AS species, d.id AS dataset, d.n_cells AS n_cells, d.scale AS scale
"""
_MEASURED: Final = """
MATCH (g:Gene)-[m:MEASURED_IN]->(d:Dataset)
WHERE g.id IN $genes
RETURN g.id AS gene, d.id AS dataset, m.mean AS mean, m.fraction AS fraction
"""
_EXPRESSED: Final = """
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType)
WHERE g.id IN $genes
RETURN g.id AS gene, e.dataset AS dataset, t.id AS cell_type, e.mean AS mean,
       e.fraction AS fraction
"""


def expression(
    session: Session,
    genes: Sequence[str],
    across: Sequence[AnySpecies],
    *,
    roll_up: Sequence[str] = (),
) -> Answer:
    """Return the expression of genes and their orthologs in each cell type of each dataset.

    A name is looked up in all species of `across`; of equally good matches, that in the species
    named first counts. The other species show its consensus orthologs, all of them if there are
    several. `mean` is the mean over the type's cells of log1p of counts per 10 000, or on the
    declared `scale`; `fraction` is the share of cells with a count above zero, which z-scores do
    not have. A dataset without cell types has one row for all its cells, one with types a row for
    its cells without any, both without `cell_type`. A species without ortholog has one row. Rows
    come in the order of `genes`, then of `across`, then by gene and dataset, highest means first.

    Parameters
    ----------
    roll_up
        Cell types by key or name: each dataset's types are pooled, weighted by their number of
        cells, into those of the given types that they are or are kinds of; types under none are
        left out, as are cells without a type. A type below two of them counts in both.

    Raises
    ------
    UsageError
        If no species is given.
    UnknownNameError
        For a species or cell type that is not known.
    """
    species = _species(across)
    gateway, found = session.gateway, session.genes.resolve_each(genes)
    meant = [_understand(*one, species) for one in zip(genes, found, strict=True)]
    partners = _partners(session.orthology, meant, species)
    shown = [one for item in meant for one in _shown(partners, item, species)]
    asked_of = {"species": [one.key for one in species]}
    observed = gateway.whole(_OBSERVED, asked_of).to_pylist()
    datasets = gateway.whole(_DATASETS, asked_of).to_pylist()
    rolled = [look_up(session, "cell_type", kind) for kind in roll_up]
    kinds = [argument.key for argument in rolled]
    if kinds:
        pools = _rolled_up(session.cell_types, observed, kinds)
    else:
        pools = pools_of(datasets, observed)
    shown = _of_kinds(shown, datasets, pools)
    scales = {row["dataset"]: shown_scale(row["scale"]).name for row in datasets}
    notes = [note for item in meant if (note := item.note())]
    notes += [argument.note for argument in rolled if argument.note]
    notes += _missing(species, datasets, pools)
    notes += unlabelled_notes(datasets, observed, pooled=bool(kinds))
    notes += scale_notes(scales, {pool.dataset for pool in pools} if shown else ())
    wanted = {"genes": sorted({one.gene for one in shown if one.gene})}
    measured, expressed = (gateway.whole(text, wanted) for text in (_MEASURED, _EXPRESSED))
    rows = expression_rows(shown, pools, measured, expressed, scales)
    asked = {"genes": list(genes), "across": [one.common for one in species], "roll_up": kinds}
    return session.answer(rows, "Expression by cell type", "expression", asked, notes)


def _species(across: Sequence[AnySpecies]) -> list[Species]:
    species = list(dict.fromkeys(map(find_species, across)))
    if not species:
        message = "across names no species: expected at least one, such as human,mouse"
        raise UsageError(message)
    return species


def _understand(text: str, anywhere: Sequence[Candidate], across: Sequence[Species]) -> Meant:
    """Find the gene in any of the species; among equals, the species named first."""
    found = [
        understood(text, [one for one in anywhere if one.species == species.key])
        for species in across
    ]
    named = [item for item in found if item.candidates]
    if not named:
        return found[0]
    best = {one.reason for one in understood(text, anywhere).candidates}
    return next((item for item in named if item.candidates[0].reason in best), named[0])


def _partners(
    orthology: Orthology, meant: Sequence[Meant], across: Sequence[Species]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the orthologs of all genes at once, by gene and species."""
    genes = [item.gene for item in meant if item.gene is not None]
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for pair in orthology.partners(genes, [species.key for species in across]) if genes else ():
        found[pair["gene"], pair["species"]].append(pair)
    return found


def _shown(
    partners: Mapping[tuple[str, str], list[dict[str, Any]]], item: Meant, across: Sequence[Species]
) -> list[Shown]:
    if item.gene is None:
        return []
    home = item.candidates[0].species
    shown = []
    for species in across:
        if species.key == home:
            shown.append(Shown(item.query, species.common, item.gene, item.symbol, None))
            continue
        pairs = sorted(
            partners.get((item.gene, species.key), ()), key=lambda pair: str(pair["ortholog"])
        )
        shown += [
            Shown(item.query, species.common, pair["ortholog"], pair["symbol"], pair["cardinality"])
            for pair in pairs
        ] or [Shown(item.query, species.common, None, None, None)]
    return shown


def _rolled_up(
    cell_types: CellTypes, observed: Sequence[Mapping[str, Any]], roll_up: Sequence[str]
) -> list[Pool]:
    """List the kinds of each dataset, with the types that are pooled into them."""
    pooled: dict[tuple[str, str, str], list[tuple[str, int]]] = defaultdict(list)
    for row in observed:
        kinds = cell_types.above(row["cell_type"])
        for kind in sorted(kinds & set(roll_up)):
            key = (species_name(row["species"]), row["dataset"], kind)
            pooled[key].append((row["cell_type"], row["n_cells"]))
    pools = [
        Pool(*key, cell_types.names.get(key[-1]), sum(n for _, n in members), tuple(members))
        for key, members in pooled.items()
    ]
    return sorted(pools, key=lambda pool: (pool.dataset, pool.name or "", pool.cell_type or ""))


def _of_kinds(
    shown: Sequence[Shown], datasets: Sequence[Mapping[str, Any]], pools: Sequence[Pool]
) -> list[Shown]:
    """Leave out genes of a species whose datasets have none of the kinds asked for.

    They would be called not measured, and they are measured, in other cells.
    """
    without = {species_name(row["species"]) for row in datasets} - {pool.species for pool in pools}
    return [one for one in shown if one.gene is None or one.species not in without]


def _missing(
    species: Sequence[Species], datasets: Sequence[Mapping[str, Any]], pools: Sequence[Pool]
) -> list[str]:
    """Say which species have no dataset, or none with cells of the kinds asked for."""
    here = {row["species"] for row in datasets}
    seen = {pool.species for pool in pools}
    return [
        f"no dataset of {one.common} has cells of these kinds"
        if one.key in here
        else f"there is no dataset of {one.common} here"
        for one in species
        if one.common not in seen
    ]
