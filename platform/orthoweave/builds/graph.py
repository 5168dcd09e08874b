"""Assemble a graph: small slices are copied into its file, large ones are read from parts.

The graph's file has tables for small slices, and views over the parts of large sources, which lie
beside it and are attached with it. Each part in a view costs every query of it some time. Therefore
the slices of a table are united when they get too many: the smallest first, so that a row is copied
a few times at most, however many sources there are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from orthoweave.builds.assemble import Assembled, Slice, union
from orthoweave.builds.content import Content
from orthoweave.builds.kept import read_kept
from orthoweave.builds.parts import PART_FILE, Part, Workshop
from orthoweave.builds.projection import PartTable, attach_new, detach
from orthoweave.schema import EdgeType, NodeType
from orthoweave.storage.engine import literal
from orthoweave.stores.duckdb.tables import (
    EDGE,
    END,
    FACTS,
    NODE,
    PARTS,
    START,
    Facts,
    catalogue_of,
    created,
    orders,
    properties,
    quoted,
    read_facts,
    sorting,
    to_json,
    united_facts,
)

PARTS_FOLDER: Final = "parts"
_ALIAS: Final = "graph"
# most rows of a table that are copied into each graph: a number, and a share of them
_FEW_ROWS: Final = 20_000
_SMALL_SHARE: Final = 0.01
# most slices of a table that are read from parts, and how many are left after uniting some
_MOST: Final = 8
_AFTER: Final = 4


def write_graph(workshop: Workshop, found: Assembled, path: Path) -> list[Part]:
    """Write the graph's file; return the parts that have to lie in `PARTS_FOLDER` beside it."""
    numbers = workshop.register.tables([*workshop.schema.nodes, *workshop.schema.edges])
    tables = [
        workshop.schema.table(name) for name in (*workshop.schema.nodes, *workshop.schema.edges)
    ]
    few, many = {}, {}
    for table in tables:
        few[table.name], rest = _divided(found.slices.get(table.name, []))
        many[table.name] = _united(workshop, table, rest)
    parts: dict[str, Part] = {}
    attach_new(workshop.engine, path, _ALIAS, sum(_rows(slices) for slices in few.values()))
    try:
        facts = {}
        for table in tables:
            own, attached = few[table.name], many[table.name]
            _fill(workshop, table, own, attached)
            parts |= {one.part.digest: one.part for one in attached}
            known = [one.known.facts for one in (*own, *attached)]
            facts[table.name] = (
                united_facts(known) if known else _no_rows(workshop, table, numbers[table.name])
            )
        catalogue = catalogue_of(workshop.schema, facts)
        _note(workshop, to_json(catalogue), list(parts.values()))
        detach(workshop.engine, path, _ALIAS)
    except BaseException:
        workshop.engine.execute(f"DETACH DATABASE IF EXISTS {_ALIAS}")
        raise
    return list(parts.values())


def part_name(part: Part) -> str:
    """Name of a part's file beside a graph."""
    return f"{part.digest}.duckdb"


def _rows(slices: Sequence[Slice]) -> int:
    return sum(one.rows for one in slices)


def _divided(slices: Sequence[Slice]) -> tuple[list[Slice], list[Slice]]:
    """Return the slices to copy, and the slices to read from their parts."""
    limit = max(_FEW_ROWS, int(_SMALL_SHARE * _rows(slices)))
    ordered = sorted(slices, key=lambda one: one.rows)
    copied = 0
    for number, one in enumerate(ordered):
        copied += one.rows
        if copied > limit:
            return ordered[:number], ordered[number:]
    return ordered, []


def _united(workshop: Workshop, table: NodeType | EdgeType, slices: Sequence[Slice]) -> list[Slice]:
    """Return the slices of a table, few enough to be read side by side."""
    found = list(slices)
    if len(found) <= _MOST:
        return found
    # unions made for an earlier build are used again
    before = _united_before(workshop, table.name)
    while fitting := next((some for some in before if some <= _digests(found)), None):
        here = [one for one in found if one.part.digest in fitting]
        found = [*(one for one in found if one not in here), _unite(workshop, table, here)]
    found.sort(key=lambda one: one.rows)
    if len(found) > _MOST:
        count = len(found) - _AFTER + 1
        found = [*found[count:], _unite(workshop, table, found[:count])]
    return found


def _digests(slices: Sequence[Slice]) -> set[str]:
    return {one.part.digest for one in slices}


def _united_before(workshop: Workshop, table: str) -> list[set[str]]:
    """Return the members of all kept unions of a table, the largest first."""
    found = []
    for folder in sorted(workshop.layout.projections.iterdir()):
        kept = read_kept(folder)
        if kept is not None and kept.recipe.get("kind") == "union" and kept.recipe["of"] == table:
            found.append(set(kept.recipe["members"]))
    return sorted(found, key=len, reverse=True)


def _unite(workshop: Workshop, table: NodeType | EdgeType, slices: Sequence[Slice]) -> Slice:
    """Return one slice that has the rows of several."""

    def make(folder: Path) -> dict[str, PartTable]:
        path = folder / PART_FILE
        attach_new(workshop.engine, path, "united", _rows(slices))
        try:
            _copy(workshop, table, slices, "united.")
            detach(workshop.engine, path, "united")
        except BaseException:
            workshop.engine.execute("DETACH DATABASE IF EXISTS united")
            raise
        facts = united_facts([one.known.facts for one in slices])
        return {table.name: PartTable(facts, sum((one.known.content for one in slices), Content()))}

    members = sorted(one.part.digest for one in slices)
    part = workshop.made({"kind": "union", "of": table.name, "members": members}, make)
    return Slice(part, table.name, slices[0].parquet)


def _copy(
    workshop: Workshop,
    table: NodeType | EdgeType,
    slices: Sequence[Slice],
    database: str,
    suffix: str = "",
) -> None:
    """Write a table of slices into an attached file, in all of its orders."""
    columns = _columns(table)
    for name, statement in zip(orders(table), created(table, database, suffix), strict=True):
        workshop.engine.execute(statement)
        if slices:
            rows = union(workshop, slices, columns, name)
            workshop.engine.execute(
                f"INSERT INTO {database}{quoted(name + suffix)} SELECT * FROM ({rows}) "
                f"ORDER BY {sorting(name, table)}"
            )


def _fill(
    workshop: Workshop, table: NodeType | EdgeType, own: Sequence[Slice], attached: Sequence[Slice]
) -> None:
    """Make a table of the graph, or a view of that table and of those in parts."""
    if not attached:
        _copy(workshop, table, own, f"{_ALIAS}.")
        return
    if own:
        _copy(workshop, table, own, f"{_ALIAS}.", "#own")
    columns = ", ".join(map(quoted, _columns(table)))
    for name in orders(table):
        sources = [f"{_ALIAS}.{quoted(name + '#own')}"] if own else []
        sources += [f"{workshop.attach(one.part)}.{quoted(name)}" for one in attached]
        rows = " UNION ALL ".join(f"SELECT {columns} FROM {source}" for source in sources)
        workshop.engine.execute(f"CREATE VIEW {_ALIAS}.{quoted(name)} AS {rows}")


def _columns(table: NodeType | EdgeType) -> list[str]:
    keys = [NODE] if isinstance(table, NodeType) else [EDGE, START, END]
    return [*keys, *(column.name for column in properties(table))]


def _no_rows(workshop: Workshop, table: NodeType | EdgeType, number: int) -> Facts:
    source = f"{_ALIAS}.{quoted(table.name)}"
    return read_facts(workshop.engine, table, number, source)


def _note(workshop: Workshop, facts: str, parts: Sequence[Part]) -> None:
    """Record in the graph which tables it holds and which parts it needs."""
    engine = workshop.engine
    engine.execute(f"CREATE TABLE {_ALIAS}.{quoted(FACTS)} (facts VARCHAR)")
    engine.execute(f"INSERT INTO {_ALIAS}.{quoted(FACTS)} VALUES ({literal(facts)})")
    engine.execute(f"CREATE TABLE {_ALIAS}.{quoted(PARTS)} (alias VARCHAR, file VARCHAR)")
    for part in parts:
        file = f"{PARTS_FOLDER}/{part_name(part)}"
        engine.execute(
            f"INSERT INTO {_ALIAS}.{quoted(PARTS)} VALUES ({literal(part.alias)}, {literal(file)})"
        )
