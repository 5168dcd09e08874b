"""Read the graph schema: our ``graph_schema/*.toml``, those of other packages, and a user's own.

Another package declares a folder under the entry points ``orthoweave.schemas``; a user names
folders in ``ORTHOWEAVE_SCHEMA_PATH``. Each may hold ``nodes.toml``, ``edges.toml`` and
``vectors.toml``, in the form of ours.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from orthoweave import content
from orthoweave.errors import PluginError, SchemaError
from orthoweave.plugins import declared, load
from orthoweave.schema.model import (
    ORIGINAL,
    PROVENANCE,
    EdgeType,
    Kind,
    NodeType,
    Property,
    Schema,
    VectorSpace,
)

VARIABLE: Final = "ORTHOWEAVE_SCHEMA_PATH"
_FILES: Final = ("nodes", "edges", "vectors")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_RESERVED: Final = frozenset(
    {
        *("id", "from", "to", *(column.name for column in (*PROVENANCE, *ORIGINAL))),
        # columns that KGX defines itself
        *("category", "subject", "predicate", "object", "provided_by"),
        "aggregator_knowledge_source",
    }
)
Tables = dict[str, dict[str, Any]]
Entry = TypeVar("Entry", NodeType, EdgeType, VectorSpace)


def read_schema(folder: Path | None = None) -> Schema:
    """Return the schema of one folder, or by default of the project, its plug-ins and the user.

    Raises
    ------
    SchemaError
        If a type or property is not well-formed, or two files define one name; the message lists
        every problem.
    PluginError
        If another package declares something other than a folder.

    Examples
    --------
    >>> read_schema().edges["ORTHOLOGOUS_TO"].symmetric
    True
    """
    folders = _folders() if folder is None else [folder]
    problems: list[str] = []
    raw = {name: _merged(folders, f"{name}.toml", problems) for name in _FILES}
    schema = Schema(
        _parsed(raw["nodes"], _node, problems),
        _parsed(raw["edges"], _edge, problems),
        _parsed(raw["vectors"], _vector, problems),
    )
    problems += _problems(schema)
    if problems:
        where = ", ".join(str(each) for each in folders)
        message = f"the graph schema of {where} is not valid:\n  " + "\n  ".join(problems)
        raise SchemaError(message)
    return schema


def _folders() -> list[Path]:
    """Return all folders of the schema: ours, those of other packages, those of the user."""
    folders = [content.folder("graph_schema")]
    for name in declared("schemas"):
        folder = load("schemas", name)
        if not (isinstance(folder, Path) and folder.is_dir()):
            message = f"{folder!r} is declared as the schema {name!r}: expected a folder's Path"
            raise PluginError(message)
        folders.append(folder)
    for item in filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)):
        if not Path(item).is_dir():
            message = f"{VARIABLE} names {item!r}: expected a folder with nodes.toml or edges.toml"
            raise SchemaError(message)
        folders.append(Path(item))
    return folders


def _merged(folders: Sequence[Path], name: str, problems: list[str]) -> Tables:
    """Return the entries of a file in all folders; a folder may lack it."""
    merged: Tables = {}
    origin: dict[str, Path] = {}
    for path in (folder / name for folder in folders):
        for entry, raw in _load(path, problems).items():
            # the engine ignores the case of table names
            first = origin.setdefault(entry.lower(), path)
            if first is not path:
                problems.append(f"{path}: {entry} is defined in {first} already: rename it")
            else:
                merged[entry] = raw
    return merged


def _load(path: Path, problems: list[str]) -> Tables:
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path} cannot be read as TOML ({error})")
        return {}
    tables = {entry: raw for entry, raw in entries.items() if isinstance(raw, dict)}
    problems += [f"{path}: expected a table [{name}]" for name in entries.keys() - tables.keys()]
    return tables


def _parsed(
    raw: Tables, parse: Callable[[str, dict[str, Any]], Entry], problems: list[str]
) -> dict[str, Entry]:
    parsed = {}
    for name, entry in raw.items():
        try:
            parsed[name] = parse(name, entry)
        except KeyError as error:
            problems.append(f"{name}: expected the field {error}")
        except (AttributeError, TypeError):
            problems.append(f'{name}: expected strings, and properties as name = "kind meaning"')
    return parsed


def _node(name: str, raw: dict[str, Any]) -> NodeType:
    return NodeType(
        name,
        raw["about"],
        raw["biolink"],
        tuple(raw.get("prefixes", ())),
        _properties(raw),
        bulk=raw.get("bulk", False),
        derived=raw.get("derived", False),
    )


def _edge(name: str, raw: dict[str, Any]) -> EdgeType:
    return EdgeType(
        name,
        raw["about"],
        raw["predicate"],
        raw["from"],
        raw["to"],
        _properties(raw),
        symmetric=raw.get("symmetric", False),
        bulk=raw.get("bulk", False),
        unique=raw.get("unique", False),
        derived=raw.get("derived", False),
    )


def _vector(name: str, raw: dict[str, Any]) -> VectorSpace:
    return VectorSpace(name, raw["about"], raw["of"])


def _properties(raw: dict[str, Any]) -> tuple[Property, ...]:
    """Return the properties written as ``name = "kind! meaning"``, where ``!`` forbids null."""
    parsed = []
    for name, text in raw.get("properties", {}).items():
        kind, _, about = text.partition(" ")
        parsed.append(Property(name, kind.rstrip("!"), about, required=kind.endswith("!")))
    return tuple(parsed)


def _problems(schema: Schema) -> Iterator[str]:
    tables: list[NodeType | EdgeType] = [*schema.nodes.values(), *schema.edges.values()]
    for table in tables:
        if not _NAME.fullmatch(table.name):
            yield f"{table.name!r}: expected a name of letters, digits and underscores"
        names = [prop.name.lower() for prop in table.properties]
        if len(names) > len(set(names)):
            yield f"{table.name}: expected names of properties that do not differ in case only"
        for prop in table.properties:
            yield from _property_problems(table.name, prop)
    for name in sorted(schema.nodes.keys() & schema.edges.keys()):
        yield f"{name}: is both a node type and an edge type"
    for edge in schema.edges.values():
        for end in (edge.start, edge.end):
            if end not in schema.nodes:
                yield f"{edge.name}: no node type {end!r}"
        if edge.symmetric and edge.start != edge.end:
            yield f"{edge.name}: a symmetric edge joins nodes of one type"
    for space in schema.vectors.values():
        if space.of not in schema.nodes:
            yield f"{space.name}: no node type {space.of!r}"


def _property_problems(table: str, prop: Property) -> Iterator[str]:
    if prop.kind not in get_args(Kind):
        yield f"{table}.{prop.name}: unknown kind {prop.kind!r}"
    if not prop.about:
        yield f"{table}.{prop.name}: say what it means"
    if not _NAME.fullmatch(prop.name):
        yield f"{table}.{prop.name!r}: expected a name of letters, digits and underscores"
    elif prop.name.lower() in _RESERVED:
        yield f"{table}.{prop.name}: tables and exports have a column of this name: rename it"
