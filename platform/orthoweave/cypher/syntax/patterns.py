"""Reads patterns: nodes, relationships, quantified paths, shortest paths, label expressions."""

from collections.abc import Mapping
from typing import Final, Literal

from orthoweave.cypher.syntax.cursor import Cursor
from orthoweave.cypher.syntax.tree import (
    Element,
    Expression,
    GroupPattern,
    LabelExpression,
    MapOf,
    NodePattern,
    Parameter,
    Path,
    RelationshipPattern,
    Shortest,
)

_SHORTEST: Final[Mapping[str, Shortest]] = {"SHORTESTPATH": "one", "ALLSHORTESTPATHS": "all"}


def path(at: Cursor) -> Path:
    """Read one path, with or without a name.

    Raises
    ------
    QueryRefusedError
        If there is no path here.
    """
    place, variable = at.place, None
    if at.is_symbol("=", ahead=1):
        variable = at.name("the name of a path")
        at.expect("=")
    selected = _selector(at)
    word = at.word(*_SHORTEST)
    if word:
        at.expect("(")
    elements = _elements(at)
    if word:
        at.expect(")")
    kind = selected or _SHORTEST.get(word, "")
    return Path(tuple(elements), variable, kind, bool(selected), place=place)


def _selector(at: Cursor) -> Shortest:
    """Read a selector such as ``SHORTEST 1`` or ``ALL SHORTEST``.

    Returns ``one`` or ``all`` shortest paths, or empty for every path.
    """
    if at.word("ALL"):
        selected: Shortest = "all" if at.word("SHORTEST") else ""
        at.word("PATH", "PATHS")
        return selected
    kind = at.word("ANY", "SHORTEST")
    if not kind:
        return ""
    counted = kind == "SHORTEST" or not at.word("SHORTEST")
    count = _count(at) if counted else 1
    groups = kind == "SHORTEST" and at.word("GROUP", "GROUPS")
    at.word("PATH", "PATHS")
    if count == 0:
        at.fail("at least 1 path: write SHORTEST 1")
    if (count or 1) > 1 or (kind == "SHORTEST" and count is None and not groups):
        at.fail("SHORTEST 1, ANY or ALL SHORTEST before a path")
    return "all" if groups else "one"


def looks_like_path(at: Cursor, ahead: int = 0) -> bool:
    """Return whether a relationship follows the parentheses that open here."""
    depth, index = 0, at.index + ahead
    while index < len(at.tokens):
        token = at.tokens[index]
        depth += token.is_symbol("(", "[", "{")
        depth -= token.is_symbol(")", "]", "}")
        index += 1
        if not depth:
            break
    after = index - at.index
    if at.is_symbol("<", ahead=after):
        return at.is_symbol("-", ahead=after + 1)
    return at.is_symbol("-", ahead=after) and at.is_symbol("[", "-", ahead=after + 1)


def _elements(at: Cursor) -> list[Element]:
    elements: list[Element] = []
    while True:
        after_node = bool(elements) and isinstance(elements[-1], NodePattern)
        if at.is_symbol("(") and at.is_symbol("(", ahead=1):
            if not after_node:
                elements.append(NodePattern(None))
            elements.append(_group(at))
            if not at.is_symbol("("):
                elements.append(NodePattern(None))
        elif at.is_symbol("(") and not after_node:
            elements.append(_node(at))
        elif at.is_symbol("-") or (at.is_symbol("<") and at.is_symbol("-", ahead=1)):
            if not after_node:
                at.fail("a node before the relationship")
            elements.append(_relationship(at))
            if not at.is_symbol("("):
                at.fail("a node such as (n:Gene)")
        elif not elements:
            at.fail("a path such as (a)-[:TYPE]->(b)")
        else:
            break
    if not isinstance(elements[-1], NodePattern):
        at.fail("a node such as (n:Gene)")
    return elements


def _group(at: Cursor) -> GroupPattern:
    place = at.place
    at.expect("(")
    inner = Path(tuple(_elements(at)), place=place)
    where = at.expression() if at.word("WHERE") else None
    at.expect(")")
    length = _quantifier(at)
    if length is None:
        at.fail("a quantifier after the path, such as {1,3}")
    if len(inner.elements) < 3:
        at.fail("a relationship within the quantified path")
    return GroupPattern(inner, where, length, place=place)


def _quantifier(at: Cursor) -> tuple[int, int | None] | None:
    if at.symbol("+"):
        return 1, None
    if at.symbol("*"):
        return 0, None
    if not at.symbol("{"):
        return None
    low = _count(at)
    if at.symbol(","):
        high = _count(at)
        at.expect("}")
        return low or 0, high
    at.expect("}")
    if low is None:
        at.fail("numbers of repetitions, such as {1,3}")
    return low, low


def _count(at: Cursor) -> int | None:
    token = at.peek()
    if token is None or token.kind != "number":
        return None
    if not token.text.isdecimal() or len(token.text) > 9:
        at.fail("a plain whole number")
    at.index += 1
    return int(token.text)


def _node(at: Cursor) -> NodePattern:
    place = at.place
    at.expect("(")
    variable = _variable(at)
    with at.bar(ends=False):
        labels = _labels(at, "node")
    properties = _properties(at)
    where = at.expression() if at.word("WHERE") else None
    at.expect(")")
    return NodePattern(variable, labels, properties, where, place=place)


def _variable(at: Cursor) -> str | None:
    token = at.peek()
    if token is None or token.kind not in {"word", "quoted"}:
        return None
    if at.is_word("WHERE", "IS") and not at.is_symbol(":", "{", ")", "]", "*", ahead=1):
        return None
    return at.name()


def _labels(at: Cursor, of: str) -> LabelExpression | None:
    begin = at.index
    if not (at.symbol(":") or at.word("IS")):
        return None
    labels = label_expression(at)
    check_signs(at, begin, of)
    return labels


def check_signs(at: Cursor, begin: int, of: str) -> None:
    """Refuse a mix of the old and the new syntax of label expressions, as Neo4j does.

    Raises
    ------
    QueryRefusedError
        If ``:`` joins labels beside ``|``, ``&``, ``!`` or ``%``, after IS, or joins types.
    """
    tokens = at.tokens[begin + 1 : at.index]
    colons = {number for number, token in enumerate(tokens) if token.is_symbol(":")}
    if not colons:
        return
    # :A|:B is old syntax for the types :A|B
    old = {number for number in colons if number and tokens[number - 1].is_symbol("|")}
    bars = {number - 1 for number in old}
    others = [
        token
        for number, token in enumerate(tokens)
        if token.is_symbol("|", "&", "!", "%") and number not in bars
    ]
    mixed = bool(others) or at.tokens[begin].upper == "IS"
    wrong = old if of == "node" else colons - old if of == "relationship" else ()
    if mixed or wrong or 0 < len(old) < len(colons):
        at.index = begin
        at.fail("labels and types joined only by & and |, or labels joined only by :")


def _properties(at: Cursor) -> Expression | None:
    place, token = at.place, at.peek()
    if at.symbol("{"):
        return MapOf(map_items(at), place=place)
    if token is not None and token.kind == "parameter":
        at.index += 1
        return Parameter(token.text[1:], place=place)
    return None


def _relationship(at: Cursor) -> RelationshipPattern:
    place = at.place
    left = bool(at.symbol("<"))
    at.expect("-")
    variable = types = properties = where = length = None
    if at.symbol("["):
        variable = _variable(at)
        with at.bar(ends=False):
            types = _labels(at, "relationship")
        length = _length(at) if at.symbol("*") else None
        properties = _properties(at)
        where = at.expression() if at.word("WHERE") else None
        at.expect("]")
    at.expect("-")
    right = bool(at.symbol(">"))
    quantifier = _quantifier(at) if at.is_symbol("{", "+", "*") else None
    if quantifier is not None and length is not None:
        at.fail("one length: either * within the brackets or a quantifier after them")
    direction: Literal["left", "right", "both"]
    direction = "both" if left == right else "left" if left else "right"
    return RelationshipPattern(
        variable,
        types,
        direction,
        length or quantifier,
        properties,
        where,
        place=place,
        quantified=quantifier is not None,
    )


def _length(at: Cursor) -> tuple[int, int | None]:
    if at.is_word("TRAIL", "ACYCLIC", "SHORTEST", "ALL"):
        at.fail(
            "a length such as 1..3: a path never uses a relationship twice; for a shortest path "
            "write shortestPath((a)-[*]-(b))"
        )
    low = _count(at)
    if at.symbol(".."):
        return 1 if low is None else low, _count(at)
    return (1, None) if low is None else (low, low)


def label_expression(at: Cursor) -> LabelExpression:
    """Read a condition on labels or types after its colon.

    Raises
    ------
    QueryRefusedError
        If there is no label expression here.
    """
    parts = [_label_and(at)]
    while at.is_symbol("|") and not at.bar_ends:
        at.index += 1
        at.symbol(":")  # the old syntax :A|:B
        parts.append(_label_and(at))
    return parts[0] if len(parts) == 1 else LabelExpression("|", parts=tuple(parts))


def _label_and(at: Cursor) -> LabelExpression:
    parts = [_label(at)]
    while at.symbol("&", ":"):
        parts.append(_label(at))
    return parts[0] if len(parts) == 1 else LabelExpression("&", parts=tuple(parts))


def _label(at: Cursor) -> LabelExpression:
    if at.symbol("!"):
        return LabelExpression("!", parts=(_label(at),))
    if at.symbol("%"):
        return LabelExpression("%")
    if at.symbol("("):
        with at.bar(ends=False):
            inner = label_expression(at)
        at.expect(")")
        return inner
    return LabelExpression("name", at.name("a label"))


def map_items(at: Cursor) -> tuple[tuple[str, Expression], ...]:
    """Read the entries of a map and its closing brace."""
    items: list[tuple[str, Expression]] = []
    while not at.symbol("}"):
        if items:
            at.expect(",")
        key = at.name("the name of an entry")
        at.expect(":")
        items.append((key, at.expression()))
    return tuple(items)
