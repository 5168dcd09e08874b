"""Refuses Cypher that the two engines would answer differently, and says how to write it.

The rule is: equal answers or a clear refusal, never a silently different answer. What is
refused here runs on the embedded engine, but not with Neo4j's meaning (measured with
LadybugDB 0.22: see `docs/queries.md`).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.patterns import Relationship, relationships
from orthoweave.queries.tokens import Token, words
from orthoweave.schema import read_schema

HINTS: Final = {
    "labels": "write label(n): a node has one label here",
    "id": "engines number nodes in their own way: ask for the property n.id, the node's key",
    "elementid": "engines number nodes in their own way: ask for the property n.id, the node's key",
    "substring": "engines count characters from 0 or from 1: use left(…), right(…) or =~",
    "log": "one engine takes the natural logarithm, the other the decimal one: "
    "write log10(x) * 2.302585092994046",
    "ln": "write log10(x) * 2.302585092994046",
    "keys": "the engines disagree about properties that are null: name the properties",
    "properties": "the engines disagree about properties that are null: name the properties",
    "tostring": "the engines write numbers differently: give back the number itself",
    "round": "the engines round halves differently: round what is shown, not what is asked",
    "shortestpath": "write -[:TYPE* SHORTEST 1..5]-",
    "allshortestpaths": "write -[:TYPE* ALL SHORTEST 1..5]-",
    "startnode": "name the ends: MATCH (a)-[r]->(b)",
    "endnode": "name the ends: MATCH (a)-[r]->(b)",
    "reduce": "write UNWIND … WITH sum(…)",
    "extract": "write UNWIND … WITH collect(…)",
    "load": "questions only read the graph",
    "COLLECT{": "subqueries in braces other than EXISTS {MATCH …} and COUNT {MATCH …} are not "
    "shared by the engines: write OPTIONAL MATCH … WITH …, collect(…)",
}
"""How to write what is refused, by function in lower case."""

KEYWORDS: Final = words(
    """ACYCLIC ALL AND AS ASC ASCENDING BY CALL CASE CONTAINS COUNT DESC DESCENDING DISTINCT
    ELSE END ENDS EXISTS FALSE IN IS LIMIT MATCH NOT NULL OPTIONAL OR ORDER RETURN
    SHORTEST SKIP STARTS THEN TRAIL TRUE UNION UNWIND WHEN WHERE WITH XOR YIELD"""
)


def check_dialect(tokens: Sequence[Token]) -> None:
    """Check that the engines agree about what these tokens mean.

    Raises
    ------
    QueryRefusedError
        Naming the construct and the way to write it.
    """
    for index, token in enumerate(tokens):
        _check_brackets(tokens, index, token)
    groups = relationships(tokens)
    for group in groups:
        _check_relationships(group)
    _check_returns([relation for group in groups for relation in group])
    _check_case(tokens)


def _check_brackets(tokens: Sequence[Token], index: int, token: Token) -> None:
    """Refuse list positions and slices, comprehensions and map projections."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1 : index + 3]
    if token.is_symbol("[") and before is not None and _ends_value(before):
        message = (
            f"'[' at character {token.start + 1}: list positions count from 0 on one engine and "
            "from 1 on the other. Use UNWIND, head(…), last(…), or any(x IN list WHERE …)"
        )
        raise QueryRefusedError(message)
    if token.is_symbol("[") and len(after) == 2 and after[1].upper == "IN":
        message = (
            f"list comprehension at character {token.start + 1}: write UNWIND list AS x "
            "WITH x WHERE … and collect(x)"
        )
        raise QueryRefusedError(message)
    if token.is_symbol("{") and after and after[0].is_symbol("."):
        message = f"map projection at character {token.start + 1}: write {{name: n.name}}"
        raise QueryRefusedError(message)


def _ends_value(token: Token) -> bool:
    if token.kind == "word":
        return token.upper not in KEYWORDS
    return token.kind in {"quoted", "parameter", "string"} or token.is_symbol(")", "]", "}")


def _check_relationships(group: Sequence[Relationship]) -> None:
    for relation in group:
        if relation.walks:
            message = (
                f"variable length at character {relation.start + 1}: the embedded engine may use "
                "an edge twice, Neo4j never does. Write * TRAIL 1..3, or hops of fixed number"
            )
            raise QueryRefusedError(message)
    for one, other in combinations(group, 2):
        if one.may_be(other):
            shared = ", ".join(sorted(one.types & other.types)) or "any type"
            message = (
                f"two relationships of one MATCH ({shared}, characters {one.start + 1} and "
                f"{other.start + 1}) may be one edge on the embedded engine, but not on Neo4j. "
                "Give each hop a MATCH of its own, and say which nodes differ: WHERE a.id <> c.id"
            )
            raise QueryRefusedError(message)


def _check_returns(relations: Sequence[Relationship]) -> None:
    """Refuse patterns that come back to a node by a way with an undirected hop in it.

    The embedded engine was measured to lose rows of such patterns without a word.
    """
    joined: dict[str, int] = {}
    undirected: set[int] = set()
    for number, relation in enumerate(relations):
        # names live within one part of a UNION
        left, right = (f"{relation.part} {name}" for name in relation.ends)
        one, other = joined.setdefault(left, 2 * number), joined.setdefault(right, 2 * number + 1)
        both = relation.direction == "both"
        if one == other and (both or one in undirected):
            message = (
                f"the pattern comes back to {relation.ends[1]!r} (character {relation.start + 1}) "
                "and has an undirected hop on the way: the embedded engine loses rows there. Say "
                "WITH between the hops, name the node anew, and compare: WHERE a.id = b.id"
            )
            raise QueryRefusedError(message)
        if both or {one, other} & undirected:
            undirected.add(one)
        joined = {name: one if where == other else where for name, where in joined.items()}


def _check_case(tokens: Sequence[Token]) -> None:
    """Refuse names that differ only in case: the embedded engine takes them for one."""
    labels, properties = _schema_names()
    variables: dict[str, str] = {}
    for role, name in _names(tokens):
        if role == "variable":
            first = variables.setdefault(name.lower(), name)
            if first != name:
                message = (
                    f"the names {first!r} and {name!r} are one on the embedded engine and two on "
                    "Neo4j: choose names that differ in more than case"
                )
                raise QueryRefusedError(message)
            continue
        known = labels if role == "label" else properties
        right = known.get(name.lower())
        if right is not None and name not in known.values():
            message = (
                f"{role} {name!r}: Neo4j minds the case, the embedded engine does not: "
                f"write {right}"
            )
            raise QueryRefusedError(message)


def _names(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Give each name in a statement with its role: label, property or variable."""
    braces: list[str] = []
    for index, token in enumerate(tokens):
        if token.is_symbol("{"):
            braces.append(token.inside)
        elif token.is_symbol("}"):
            braces.pop()
        if token.kind not in {"word", "quoted"}:
            continue
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        in_map = token.inside == "{"
        if before is not None and before.is_symbol("."):
            yield "property", token.text
        elif before is not None and before.is_symbol(":", "|") and not in_map:
            yield "label", token.text
        elif in_map and after is not None and after.is_symbol(":"):
            # a map in brackets belongs to a pattern; one outside makes names of its own
            if braces[-1]:
                yield "property", token.text
        elif token.upper not in KEYWORDS and not (after is not None and after.is_symbol("(")):
            yield "variable", token.text


@cache
def _schema_names() -> tuple[dict[str, str], dict[str, str]]:
    schema = read_schema()
    labels = {name.lower(): name for name in (*schema.nodes, *schema.edges)}
    tables = [schema.table(name) for name in (*schema.nodes, *schema.edges)]
    properties = {column.name.lower(): column.name for table in tables for column in table.columns}
    return labels, properties
