"""Procedures and SHOW commands that describe the graph: their columns and rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.cypher.syntax.spelling import spelled
from orthoweave.cypher.values.aggregates import AGGREGATES
from orthoweave.cypher.values.functions import FUNCTIONS
from orthoweave.cypher.values.model import Node, Relationship
from orthoweave.stores.base import Catalogue, Table

_Rows = list[tuple[object, ...]]
_TYPES: Final = {
    "string": "String",
    "int64": "Long",
    "float32": "Double",
    "float64": "Double",
    "bool": "Boolean",
    "string[]": "StringArray",
}
_KEY: Final = "id"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure or a SHOW command."""

    columns: tuple[str, ...]
    """Columns that it returns without YIELD."""
    rows: Callable[[Catalogue], _Rows]
    """Function from a catalogue to rows, with values in the order of `all_columns`."""
    further: tuple[str, ...] = ()
    """Columns that it returns only with YIELD."""
    about: str = ""

    @property
    def all_columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return self.columns + self.further


def find(name: str) -> Procedure | None:
    """Return the procedure or SHOW command of a name; None if there is none.

    Examples
    --------
    >>> find("db.labels").columns, find("SHOW INDEX") is find("SHOW ALL INDEXES")
    (('label',), True)
    """
    return PROCEDURES.get(name) or _SHOWN.get(name.removesuffix(" EXECUTABLE"))


def _filled(tables: Mapping[str, Table]) -> list[Table]:
    return [tables[name] for name in sorted(tables) if tables[name].rows]


def _labels(catalogue: Catalogue) -> _Rows:
    return [(table.name,) for table in _filled(catalogue.nodes)]


def _types(catalogue: Catalogue) -> _Rows:
    return [(table.name,) for table in _filled(catalogue.edges)]


def _property_keys(catalogue: Catalogue) -> _Rows:
    tables = (*_filled(catalogue.nodes), *_filled(catalogue.edges))
    return [(name,) for name in sorted({name for table in tables for name in table.columns})]


def _properties(tables: Iterable[Table], lead: Callable[[str], tuple[object, ...]]) -> _Rows:
    return [
        (*lead(table.name), name, [_TYPES[column.kind]], not column.has_null)
        for table in tables
        for name, column in table.columns.items()
    ]


def _node_properties(catalogue: Catalogue) -> _Rows:
    return _properties(_filled(catalogue.nodes), lambda name: (f":`{name}`", [name]))


def _edge_properties(catalogue: Catalogue) -> _Rows:
    return _properties(_filled(catalogue.edges), lambda name: (f":`{name}`",))


def _visualization(catalogue: Catalogue) -> _Rows:
    tables = _filled(catalogue.nodes)
    nodes = [
        Node(table.name, ("", table.number), {"name": table.name, "indexes": [], "constraints": []})
        for table in tables
    ]
    edges = [
        Relationship(
            table.name,
            ("", table.number),
            ("", catalogue.nodes[table.start].number),
            ("", catalogue.nodes[table.end].number),
            {"name": table.name},
        )
        for table in _filled(catalogue.edges)
    ]
    return [(nodes, edges)]


def _keyed(catalogue: Catalogue) -> list[Table]:
    return [table for _, table in sorted(catalogue.nodes.items()) if _KEY in table.columns]


def _indexes(catalogue: Catalogue) -> _Rows:
    return [
        (
            number,
            f"{table.name.lower()}_{_KEY}",
            "ONLINE",
            100.0,
            "RANGE",
            "NODE",
            [table.name],
            [_KEY],
            "range-1.0",
            f"{table.name.lower()}_{_KEY}",
            None,
            None,
        )
        for number, table in enumerate(_keyed(catalogue), 1)
    ]


def _constraints(catalogue: Catalogue) -> _Rows:
    return [
        (
            number,
            f"{table.name.lower()}_{_KEY}",
            "UNIQUENESS",
            "NODE",
            [table.name],
            [_KEY],
            f"{table.name.lower()}_{_KEY}",
            None,
        )
        for number, table in enumerate(_keyed(catalogue), 1)
    ]


def _functions(catalogue: Catalogue) -> _Rows:
    rows: _Rows = [
        (spelled(name), "Aggregating", "Aggregates the rows of a group.", True, True)
        for name in AGGREGATES
    ]
    for name, function in FUNCTIONS.items():
        least, most = function.least, function.most
        taken = f"{least}" if least == most else f"{least} to {most}"
        about = f"Takes {taken} argument{'s' * (taken != '1')}."
        rows.append((spelled(name), "Scalar", about, True, False))
    return sorted(rows, key=lambda row: str(row[0]).lower())


def _procedures(catalogue: Catalogue) -> _Rows:
    return [(name, known.about, "READ", False) for name, known in sorted(PROCEDURES.items())]


def _no_rows(catalogue: Catalogue) -> _Rows:
    return []


PROCEDURES: Final[Mapping[str, Procedure]] = {
    "db.labels": Procedure(("label",), _labels, about="Labels that have nodes."),
    "db.relationshipTypes": Procedure(
        ("relationshipType",), _types, about="Types that have relationships."
    ),
    "db.propertyKeys": Procedure(("propertyKey",), _property_keys, about="Names of properties."),
    "db.schema.nodeTypeProperties": Procedure(
        ("nodeType", "nodeLabels", "propertyName", "propertyTypes", "mandatory"),
        _node_properties,
        about="Properties of nodes by label, and their types.",
    ),
    "db.schema.relTypeProperties": Procedure(
        ("relType", "propertyName", "propertyTypes", "mandatory"),
        _edge_properties,
        about="Properties of relationships by type, and their types.",
    ),
    "db.schema.visualization": Procedure(
        ("nodes", "relationships"),
        _visualization,
        about="Labels and the relationship types between them.",
    ),
}
"""Available procedures by name."""

_INDEXES: Final = Procedure(
    (
        "id",
        "name",
        "state",
        "populationPercent",
        "type",
        "entityType",
        "labelsOrTypes",
        "properties",
        "indexProvider",
        "owningConstraint",
        "lastRead",
        "readCount",
    ),
    _indexes,
)
_CONSTRAINTS: Final = Procedure(
    (
        "id",
        "name",
        "type",
        "entityType",
        "labelsOrTypes",
        "properties",
        "ownedIndex",
        "propertyType",
    ),
    _constraints,
)
_FUNCTIONS: Final = Procedure(
    ("name", "category", "description"), _functions, ("isBuiltIn", "aggregating")
)
_LISTED: Final = Procedure(("name", "description", "mode", "worksOnSystem"), _procedures)


def _without_rows(shown: Procedure) -> Procedure:
    return Procedure(shown.columns, _no_rows, shown.further)


def _shown() -> dict[str, Procedure]:
    shown_by_name = {}
    for ending in ("INDEX", "INDEXES"):
        for kind in ("", "ALL ", "RANGE "):
            shown_by_name[f"SHOW {kind}{ending}"] = _INDEXES
        for kind in ("FULLTEXT", "LOOKUP", "POINT", "TEXT", "VECTOR"):
            shown_by_name[f"SHOW {kind} {ending}"] = _without_rows(_INDEXES)
    for ending in ("CONSTRAINT", "CONSTRAINTS"):
        for kind in ("", "ALL ", "UNIQUE ", "UNIQUENESS ", "NODE UNIQUENESS "):
            shown_by_name[f"SHOW {kind}{ending}"] = _CONSTRAINTS
    for ending in ("FUNCTION", "FUNCTIONS"):
        for kind in ("", "ALL ", "BUILT IN "):
            shown_by_name[f"SHOW {kind}{ending}"] = _FUNCTIONS
        shown_by_name[f"SHOW USER DEFINED {ending}"] = _without_rows(_FUNCTIONS)
    return {**shown_by_name, "SHOW PROCEDURE": _LISTED, "SHOW PROCEDURES": _LISTED}


_SHOWN: Final[Mapping[str, Procedure]] = _shown()
