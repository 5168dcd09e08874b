"""Finds the relationships in a statement's patterns, by clause.

Neo4j never binds one edge twice within a MATCH, the embedded engine does. To see where that
matters, the relationships of each MATCH are needed with their types and directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from orthoweave.queries.tokens import Token, words

Direction = Literal["left", "right", "both"]

# a pattern ends at each of these words: Neo4j's rule holds within one MATCH only
_ENDS_PATTERN: Final = words(
    """MATCH WHERE WITH RETURN UNWIND UNION CALL AND OR XOR NOT ORDER WHEN THEN ELSE"""
)
# path semantics of the embedded engine that never use an edge twice
_NO_REUSE: Final = frozenset({"TRAIL", "ACYCLIC", "SHORTEST", "ALL"})


@dataclass(frozen=True, slots=True)
class Relationship:
    """One ``-[…]-`` of a pattern."""

    types: frozenset[str]
    """Types it may have; empty for any."""
    direction: Direction
    run: int
    """Relationships in a row with one direction share a run: they are never the same edge."""
    walks: bool
    """Whether it has a variable length and might use an edge twice."""
    ends: tuple[str, str]
    """Variables of the nodes at its left and right, or a mark where there is none."""
    part: int
    """Part of a UNION that it stands in, from 0."""
    start: int
    end: int
    """Places of its first and last token in the statement: character and token number."""

    def may_be(self, other: "Relationship") -> bool:
        """Tell whether both might be one and the same edge.

        Hops in a row with one direction would need an edge from a node to itself, which no
        table of the graph has.
        """
        if self.types and other.types and not self.types & other.types:
            return False
        return self.run != other.run or self.direction == "both"


def relationships(tokens: Sequence[Token]) -> list[list[Relationship]]:
    """Relationships of a statement, a list for each pattern."""
    groups: list[list[Relationship]] = [[]]
    index = 0
    while index < len(tokens):
        if tokens[index].upper in _ENDS_PATTERN and not _in_hop(tokens, index):
            groups.append([])
        found = _relationship(tokens, index, groups[-1])
        if found is None:
            index += 1
        else:
            groups[-1].append(found)
            index = found.end + 1
    return [group for group in groups if group]


def _in_hop(tokens: Sequence[Token], index: int) -> bool:
    # a label or property may be spelled like a keyword
    return index > 0 and tokens[index - 1].is_symbol(":", "|", ".")


def _relationship(
    tokens: Sequence[Token], index: int, before: list[Relationship]
) -> Relationship | None:
    """Read the relationship whose first dash is at `index`, if there is one."""
    if not tokens[index].is_symbol("-") or index < 2 or index + 2 >= len(tokens):
        return None
    left = tokens[index - 1].is_symbol("<")
    if not tokens[index - 2 if left else index - 1].is_symbol(")"):
        return None
    if tokens[index + 1].is_symbol("["):
        close = _closing(tokens, index + 1)
        inner, end = tokens[index + 2 : close], close + 1
    elif tokens[index + 1].is_symbol("-"):
        inner, end = (), index + 1
    else:
        return None
    if end >= len(tokens) or not tokens[end].is_symbol("-"):
        return None
    right = end + 1 < len(tokens) and tokens[end + 1].is_symbol(">")
    direction: Direction = "both" if left == right else "left" if left else "right"
    begin = index - 1 if left else index
    run = _run(tokens, begin, direction, before)
    end += 1 if right else 0
    ends = (_variable(tokens, _opening(tokens, begin - 1)), _variable(tokens, end + 1))
    part = sum(token.upper == "UNION" for token in tokens[:begin])
    start = tokens[begin].start
    return Relationship(_types(inner), direction, run, _walks(inner), ends, part, start, end)


def _run(
    tokens: Sequence[Token], begin: int, direction: Direction, before: list[Relationship]
) -> int:
    if not before:
        return 0
    last = before[-1]
    between = tokens[last.end + 1 : begin]
    one_node = bool(between) and between[0].is_symbol("(")
    one_node = one_node and _closing(between, 0) == len(between) - 1
    goes_on = one_node and direction == last.direction != "both"
    return last.run if goes_on else last.run + 1


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """Place of the bracket that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].is_symbol("(", "[", "{"):
            depth += 1
        elif tokens[index].is_symbol(")", "]", "}"):
            depth -= 1
            if depth == 0:
                return index
    return len(tokens) - 1


def _opening(tokens: Sequence[Token], closing: int) -> int:
    """Place of the parenthesis that the one at `closing` closes."""
    depth = 0
    for index in range(closing, -1, -1):
        if tokens[index].is_symbol(")"):
            depth += 1
        elif tokens[index].is_symbol("("):
            depth -= 1
            if depth == 0:
                return index
    return 0


def _variable(tokens: Sequence[Token], opening: int) -> str:
    """Variable of the node whose parenthesis opens at `opening`, or a mark of its place."""
    inner = tokens[opening + 1 : opening + 2]
    named = bool(inner) and inner[0].kind in {"word", "quoted"}
    return inner[0].text if named else f"({opening}"


def _types(inner: Sequence[Token]) -> frozenset[str]:
    return frozenset(
        token.text
        for before, token in pairwise(inner)
        if before.is_symbol(":", "|") and token.inside == "[" and token.kind in {"word", "quoted"}
    )


def _walks(inner: Sequence[Token]) -> bool:
    """Tell whether a variable length of more than one hop is asked without saying TRAIL."""
    for index, token in enumerate(inner):
        if token.is_symbol("*") and token.inside == "[":
            rest = inner[index + 1 :]
            if rest and rest[0].upper in _NO_REUSE:
                return False
            bounds = [item.text for item in rest[:3] if item.kind == "number" or item.text == ".."]
            return not (bounds and bounds[-1] in {"0", "1"})
    return False
