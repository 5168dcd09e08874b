"""Notes on conditions that never hold: the statement is valid, but returns no rows.

The statement is answered all the same; its author probably meant something else.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Final

from orthoweave.cypher.syntax.tree import (
    Binary,
    LabelExpression,
    Literal,
    MapOf,
    Match,
    NodePattern,
    Path,
    PatternComprehension,
    PatternPredicate,
    RelationshipPattern,
)

_NULL: Final = Literal(None)
_TESTS: Final[Mapping[str, str]] = {
    "=": ": write IS NULL",
    "<>": ": write IS NOT NULL",
    "<": "",
    "<=": "",
    ">": "",
    ">=": "",
}
_TURNED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def never_found(
    tree: object, labels: Collection[str], types: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Yield the notes on one node of the syntax tree, each with its place.

    Parameters
    ----------
    labels, types
        Labels and types of the graph. Each node has one label, each relationship one type.
    """
    match tree:
        case Match(paths):
            yield from _repeated(paths)
        case PatternComprehension(pattern) | PatternPredicate(pattern):
            yield from _repeated((pattern,))
        case NodePattern(_, condition):
            yield from _impossible_label(condition, labels, "node", "label", tree.place)
            yield from _null_property(tree)
        case RelationshipPattern(_, condition):
            yield from _impossible_label(condition, types, "relationship", "type", tree.place)
            yield from _null_property(tree)
        case Binary(operator, left, right) if operator in _TESTS and _NULL in {left, right}:
            shown = operator if right == _NULL else _TURNED.get(operator, operator)
            yield tree.place, f"`{shown} null` is never true{_TESTS[operator]}"


def _repeated(paths: tuple[Path, ...]) -> Iterator[tuple[int, str]]:
    """Note a relationship that occurs twice in a pattern (Neo4j's warning 01N63)."""
    seen = set()
    for element in chain.from_iterable(path.elements for path in paths):
        if not isinstance(element, RelationshipPattern) or not element.variable:
            continue
        if element.variable in seen:
            text = (
                f"`{element.variable}` occurs twice in one pattern, which uses each relationship "
                "only once: nothing matches. Rename one of them, or write a MATCH for each"
            )
            yield element.place, text
        seen.add(element.variable)


def _impossible_label(
    condition: LabelExpression | None, known: Collection[str], what: str, called: str, place: int
) -> Iterator[tuple[int, str]]:
    """Note a condition on known labels that no single label meets."""
    if condition is None or condition.operator == "name" or not _named(condition) <= set(known):
        return
    if not any(condition.holds(name) for name in known):
        why = f"each {what} has one {called}"
        yield place, f"no {what} is `{_spelt(condition)}`: {why}"


def _null_property(tree: NodePattern | RelationshipPattern) -> Iterator[tuple[int, str]]:
    """Note a property that must equal null."""
    if isinstance(tree.properties, MapOf):
        for key, value in tree.properties.items:
            if value == _NULL:
                yield value.place, f"`{{{key}: null}}` is never true: write WHERE … IS NULL"


def _named(condition: LabelExpression) -> set[str]:
    own = {condition.name} if condition.operator == "name" else set()
    return own.union(*map(_named, condition.parts))


def _spelt(condition: LabelExpression) -> str:
    parts = [
        f"({_spelt(part)})" if part.operator in {"&", "|"} else _spelt(part)
        for part in condition.parts
    ]
    match condition.operator:
        case "name" | "%":
            return condition.name or "%"
        case "!":
            return f"!{parts[0]}"
    return condition.operator.join(parts)
