"""Reads patterns: nodes, relationships, repeated paths, shortest paths and label expressions."""

from orthoweave.queries.cypher.cursor import Cursor
from orthoweave.queries.cypher.tree import (
    Element,
    Expression,
    GroupPattern,
    LabelExpression,
    MapOf,
    NodePattern,
    Parameter,
    Path,
    RelationshipPattern,
)

_SHORTEST = {"SHORTESTPATH": "one", "ALLSHORTESTPATHS": "all"}


def path(at: Cursor) -> Path:
    """Read one path, named or not.

    Raises
    ------
    QueryRefusedError
        If none stands here.
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
    return Path(tuple(elements), variable, kind, bool(selected), place=place)  # type: ignore[arg-type]


def _selector(at: Cursor) -> str:
    """Read ``SHORTEST 1``, ``ALL SHORTEST`` and the like: one, all, or empty for every path."""
    if at.word("ALL"):
        found = "all" if at.word("SHORTEST") else ""
        at.word("PATH", "PATHS")
        return found
    kind = at.word("ANY", "SHORTEST")
    if not kind:
        return ""
    counted = kind == "SHORTEST" or not at.word("SHORTEST")
    count = _count(at) if counted else 1
    groups = kind == "SHORTEST" and at.word("GROUP", "GROUPS")
    at.word("PATH", "PATHS")
    if (count or 1) > 1 or (kind == "SHORTEST" and count is None and not groups):
        at.fail("SHORTEST 1, ANY or ALL SHORTEST before a path: no more than the shortest ones")
    return "all" if groups else "one"


def looks_like_path(at: Cursor, ahead: int = 0) -> bool:
    """Tell whether a relationship follows the parenthesis that opens here."""
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
    found: list[Element] = []
    while True:
        if at.is_symbol("(") and at.is_symbol("(", ahead=1):
            found += [NodePattern(None)] * (not found or not isinstance(found[-1], NodePattern))
            found.append(_group(at))
            if not at.is_symbol("("):
                found.append(NodePattern(None))
        elif at.is_symbol("(") and (not found or not isinstance(found[-1], NodePattern)):
            found.append(_node(at))
        elif at.is_symbol("(") and _opens_group(at):
            found.append(_group(at))
        elif at.is_symbol("-") or (at.is_symbol("<") and at.is_symbol("-", ahead=1)):
            if not found or not isinstance(found[-1], NodePattern):
                at.fail("a node before the relationship")
            found.append(_relationship(at))
            if not at.is_symbol("("):
                at.fail("a node such as (n:Gene)")
        elif not found:
            at.fail("a path such as (a)-[:TYPE]->(b)")
        else:
            break
    if not isinstance(found[-1], NodePattern):
        at.fail("a node such as (n:Gene)")
    return found


def _opens_group(at: Cursor) -> bool:
    return at.is_symbol("(", ahead=1)


def _group(at: Cursor) -> GroupPattern:
    place = at.place
    at.expect("(")
    inner = Path(tuple(_elements(at)), place=place)
    where = at.expression() if at.word("WHERE") else None
    at.expect(")")
    length = _quantifier(at)
    if length is None:
        at.fail("how often the path is repeated, such as {1,3}")
    if len(inner.elements) < 3:
        at.fail("a relationship within the repeated path")
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
        at.fail("how often, such as {1,3}")
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
        labels = label_expression(at) if _begins_labels(at) else None
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


def _begins_labels(at: Cursor) -> bool:
    return bool(at.symbol(":") or at.word("IS"))


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
            types = label_expression(at) if _begins_labels(at) else None
        length = _length(at) if at.symbol("*") else None
        properties = _properties(at)
        where = at.expression() if at.word("WHERE") else None
        at.expect("]")
    at.expect("-")
    right = bool(at.symbol(">"))
    quantifier = _quantifier(at) if at.is_symbol("{", "+", "*") else None
    if quantifier and length:
        at.fail("one length: either * within the brackets or a quantifier behind them")
    direction = "both" if left == right else "left" if left else "right"
    return RelationshipPattern(variable, types, direction, length or quantifier,  # type: ignore[arg-type]
                               properties, where, place=place)  # fmt: skip


def _length(at: Cursor) -> tuple[int, int | None]:
    if at.is_word("TRAIL", "ACYCLIC", "SHORTEST", "ALL"):
        at.fail(
            "a length such as 1..3: a path never uses a relationship twice anyway, and the "
            "shortest is shortestPath((a)-[*]-(b))"
        )
    low = _count(at)
    if at.symbol(".."):
        return 1 if low is None else low, _count(at)
    return (1, None) if low is None else (low, low)


def label_expression(at: Cursor) -> LabelExpression:
    """Read a condition on labels or types behind its colon.

    Raises
    ------
    QueryRefusedError
        If none stands here.
    """
    parts = [_label_and(at)]
    while at.is_symbol("|") and not at.bar_ends:
        at.index += 1
        at.symbol(":")  # the old way of writing :A|:B
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
            found = label_expression(at)
        at.expect(")")
        return found
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
