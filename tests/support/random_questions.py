"""Read queries drawn by hypothesis over the graphs of `random_graphs`: patterns × expressions.

Each is valid Cypher of Neo4j 5. Rows of a question without ORDER BY have no order, and where it
has one it orders by all its columns, so that answers can be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hypothesis import strategies as st
from tests.support.random_graphs import NUMBERS, TEXTS

Draw = Callable[[st.SearchStrategy[str]], str]

PROPERTIES: Final[dict[str, dict[str, str]]] = {
    "Species": {"id": "text", "common_name": "text"},
    "Gene": {
        "id": "text",
        "symbol": "text",
        "name": "text",
        "species": "text",
        "synonyms": "texts",
    },
    "CellType": {"id": "text", "name": "text", "deprecated": "truth", "synonyms": "texts"},
    "Dataset": {"id": "text", "assay": "text", "n_cells": "whole", "n_genes": "whole"},
    "IN_TAXON": {},
    "SUBCLASS_OF": {},
    "COEXPRESSED_WITH": {"coefficient": "decimal", "n": "whole", "cell_type": "text"},
    "EXPRESSED_IN": {"mean": "decimal", "fraction": "decimal", "n_cells": "whole"},
    "MEASURED_IN": {"mean": "decimal", "column": "whole"},
}
"""Kind of each property that questions use, by label or type."""
ENDS: Final = {
    "IN_TAXON": ("Gene", "Species"),
    "SUBCLASS_OF": ("CellType", "CellType"),
    "COEXPRESSED_WITH": ("Gene", "Gene"),
    "EXPRESSED_IN": ("Gene", "CellType"),
    "MEASURED_IN": ("Gene", "Dataset"),
}
_LIST_TESTS: Final = ("any", "all", "none", "single")
_LABELS: Final = ("Gene", "CellType", "Species", "Dataset")


@dataclass(slots=True)
class Scope:
    """Variables of a question so far, each with its label or type, or its kind of value."""

    entities: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def name(self, letter: str) -> str:
        """Return a name that is new."""
        self.count += 1
        return f"{letter}{self.count}"


@st.composite
def questions(draw: Draw) -> str:
    """Text of a question: one to three clauses that read, sometimes a WITH, and a RETURN."""
    scope = Scope()
    clauses = [match(draw, scope, "MATCH")]
    clauses += [
        match(draw, scope, one_of(draw, "MATCH", "OPTIONAL MATCH"))
        for _ in range(between(draw, 0, 2))
    ]
    if chance(draw, 3):
        clauses.append(with_clause(draw, scope))
    if chance(draw, 4):
        clauses.append(_unwind(draw, scope))
    return "\n".join([*clauses, returned(draw, scope)])


def expression(draw: Draw, scope: Scope, kind: str, depth: int = 2) -> str:
    """An expression of a kind: whole, decimal, text, truth or texts."""
    leaves = _leaves(draw, scope, kind)
    if depth <= 0 or chance(draw, 3):
        return one_of(draw, *leaves)
    return _GROWN[kind](draw, scope, depth - 1)


def _leaves(draw: Draw, scope: Scope, kind: str) -> list[str]:
    literals = {
        "whole": ["0", "1", "-2", "7"],
        "decimal": [repr(number) for number in NUMBERS],
        "text": [_quoted(text) for text in TEXTS],
        "truth": ["true", "false"],
        "texts": ["[]", "['a']", "['b', 'a', 'a']"],
    }[kind]
    named = [name for name, of in scope.values.items() if of == kind]
    properties = [
        f"{variable}.{name}"
        for variable, entity in scope.entities.items()
        for name, of in PROPERTIES[entity].items()
        if of == kind
    ]
    found = [one_of(draw, *literals), *(3 * properties), *(3 * named)]
    return [*found, "null"] if chance(draw, 8) else found


def _whole(draw: Draw, scope: Scope, depth: int) -> str:
    one, other = (expression(draw, scope, "whole", depth) for _ in range(2))
    text = expression(draw, scope, "text", depth)
    return one_of(
        draw,
        f"({one} + {other})",
        f"({one} - {other})",
        f"({one} * {other})",
        f"({one} / 2)",
        f"({one} % 3)",
        f"(-{one})",
        f"abs({one})",
        f"size({text})",
        f"toInteger({text})",
        f"size({expression(draw, scope, 'texts', depth)})",
        f"coalesce({one}, {other})",
        f"toInteger({expression(draw, scope, 'decimal', depth)})",
        f"CASE WHEN {expression(draw, scope, 'truth', depth)} THEN {one} ELSE {other} END",
        f"CASE {one} WHEN 1 THEN {other} ELSE 5 END",
    )


def _decimal(draw: Draw, scope: Scope, depth: int) -> str:
    one, other = (expression(draw, scope, "decimal", depth) for _ in range(2))
    whole = expression(draw, scope, "whole", depth)
    return one_of(
        draw,
        f"({one} + {other})",
        f"({one} * {whole})",
        f"({one} - {whole})",
        f"({one} / 4)",
        f"round({one})",
        f"floor({one})",
        f"ceil({one})",
        f"abs({one})",
        f"toFloat({whole})",
        f"coalesce({one}, {other})",
        f"({whole} ^ 2)",
        f"CASE WHEN {expression(draw, scope, 'truth', depth)} THEN {one} END",
    )


def _text(draw: Draw, scope: Scope, depth: int) -> str:
    one, other = (expression(draw, scope, "text", depth) for _ in range(2))
    texts, n = expression(draw, scope, "texts", depth), between(draw, 0, 3)
    return one_of(
        draw,
        f"({one} + {other})",
        f"toUpper({one})",
        f"toLower({one})",
        f"trim({one})",
        f"reverse({one})",
        f"substring({one}, {n})",
        f"substring({one}, {n}, 2)",
        f"left({one}, {n})",
        f"right({one}, {n})",
        f"replace({one}, 'a', {_quoted('x,')})",
        f"head({texts})",
        f"last({texts})",
        f"{texts}[{n - 1}]",
        f"coalesce({one}, {other})",
        f"toString({expression(draw, scope, 'whole', depth)})",
        f"CASE {one} WHEN {other} THEN 'same' ELSE {one} END",
    )


def _truth(draw: Draw, scope: Scope, depth: int) -> str:
    kind = one_of(draw, "whole", "decimal", "text")
    one, other = (expression(draw, scope, kind, depth) for _ in range(2))
    first, second = (expression(draw, scope, "truth", depth) for _ in range(2))
    text, texts = (expression(draw, scope, of, depth) for of in ("text", "texts"))
    sign = one_of(draw, "=", "<>", "<", "<=", ">", ">=")
    word = one_of(draw, "STARTS WITH", "ENDS WITH", "CONTAINS")
    return one_of(
        draw,
        f"{one} {sign} {other}",
        f"{one} {sign} {other}",
        f"{one} IS NULL",
        f"{one} IS NOT NULL",
        f"({first} AND {second})",
        f"({first} OR {second})",
        f"({first} XOR {second})",
        f"(NOT {first})",
        f"{text} {word} 'a'",
        f"{text} IN {texts}",
        f"{text} =~ '[aA].*'",
        *(f"{test}(x IN {texts} WHERE x {sign} {text})" for test in _LIST_TESTS),
        f"{texts} = {expression(draw, scope, 'texts', depth)}",
        *_existence(scope),
    )


def _texts(draw: Draw, scope: Scope, depth: int) -> str:
    one, other = (expression(draw, scope, "texts", depth) for _ in range(2))
    text, n = expression(draw, scope, "text", depth), between(draw, -2, 2)
    return one_of(
        draw,
        f"({one} + {other})",
        f"({one} + {text})",
        f"{one}[{n}..]",
        f"{one}[..{n}]",
        f"tail({one})",
        f"split({text}, ',')",
        f"reverse({one})",
        f"[{text}, 'b']",
        f"[x IN {one} WHERE x <> 'a' | x + '!']",
        f"[x IN {one} WHERE x > {text}]",
    )


_GROWN: Final = {
    "whole": _whole,
    "decimal": _decimal,
    "text": _text,
    "truth": _truth,
    "texts": _texts,
}


def _existence(scope: Scope) -> list[str]:
    found = []
    for variable, entity in scope.entities.items():
        for kind, (start, end) in ENDS.items():
            if start == entity:
                found.append(f"EXISTS {{ ({variable})-[:{kind}]->() }}")
                found.append(f"COUNT {{ ({variable})-[:{kind}]->() }} > 1")
            if end == entity:
                found.append(f"EXISTS {{ ({variable})<-[:{kind}]-() }}")
    return found


def match(draw: Draw, scope: Scope, clause: str) -> str:
    """Draw a MATCH or OPTIONAL MATCH, mostly from a node that is named already."""
    bound = [name for name, entity in scope.entities.items() if entity in _LABELS]
    if bound and (clause == "OPTIONAL MATCH" or chance(draw, 2)):
        start = one_of(draw, *bound)
        label, pattern = scope.entities[start], f"({start})"
        new: dict[str, str] = {}
    else:
        start, label = scope.name("n"), one_of(draw, *_LABELS)
        new, pattern = {start: label}, f"({start}:{label})"
    for _ in range(between(draw, 0 if new else 1, 2)):
        hop, label = _hop(draw, scope, label, new)
        pattern += hop
    scope.entities.update(new)
    where = f" WHERE {expression(draw, scope, 'truth')}" if chance(draw, 2) else ""
    return f"{clause} {pattern}{where}"


def _hop(draw: Draw, scope: Scope, label: str, new: dict[str, str]) -> tuple[str, str]:
    """A relationship and its end from a node of `label`; the end's label."""
    ways = [(kind, end, ">") for kind, (start, end) in ENDS.items() if start == label]
    ways += [(kind, start, "<") for kind, (start, end) in ENDS.items() if end == label]
    chosen = one_of(draw, *(f"{kind} {end} {way}" for kind, end, way in ways))
    kind, end, way = chosen.split(" ")
    name, inside = scope.name("r"), f":{kind}"
    if kind in {"SUBCLASS_OF", "COEXPRESSED_WITH"} and chance(draw, 4):
        inside += one_of(draw, "*1..2", "*2", "*0..1", "*..2")
    else:
        new[name], inside = kind, name + inside
    if kind in {"SUBCLASS_OF", "COEXPRESSED_WITH"} and chance(draw, 2):
        way = "-"
    left, right = ("<-" if way == "<" else "-"), ("->" if way == ">" else "-")
    again = [node for node, entity in (scope.entities | new).items() if entity == end]
    if again and chance(draw, 4):
        return f"{left}[{inside}]{right}({one_of(draw, *again)})", end
    node = scope.name("n")
    new[node] = end
    return f"{left}[{inside}]{right}({node}:{end})", end


def with_clause(draw: Draw, scope: Scope) -> str:
    """Draw a WITH that keeps some names and makes new ones."""
    kept = [name for name in scope.entities if chance(draw, 2)]
    kinds = [one_of(draw, *_GROWN) for _ in range(between(draw, 0 if kept else 1, 2))]
    named = {scope.name("v"): kind for kind in kinds}
    items = [*kept, *(f"{expression(draw, scope, kind)} AS {name}" for name, kind in named.items())]
    distinct = "DISTINCT " if chance(draw, 3) else ""
    if chance(draw, 2):
        number = scope.name("v")
        named[number] = "whole"
        items.append(f"count(*) AS {number}")
    scope.entities = {name: scope.entities[name] for name in kept}
    scope.values = named
    where = f" WHERE {expression(draw, scope, 'truth')}" if chance(draw, 3) else ""
    return f"WITH {distinct}{', '.join(items)}{where}"


def _unwind(draw: Draw, scope: Scope) -> str:
    texts, name = expression(draw, scope, "texts"), scope.name("v")
    scope.values[name] = "text"
    return f"UNWIND {texts} AS {name}"


def returned(draw: Draw, scope: Scope) -> str:
    """Draw a RETURN; where it sorts, it sorts by all of its columns."""
    kinds = [one_of(draw, *_GROWN) for _ in range(between(draw, 1, 2))]
    items = [expression(draw, scope, kind) for kind in kinds]
    if chance(draw, 2):
        items.append(aggregate(draw, scope))
    columns = [f"{item} AS c{number}" for number, item in enumerate(items)]
    text = "RETURN " + ("DISTINCT " if chance(draw, 4) else "") + ", ".join(columns)
    if chance(draw, 3):
        downwards = [one_of(draw, "", " DESC") for _ in items]
        text += " ORDER BY " + ", ".join(f"c{number}{way}" for number, way in enumerate(downwards))
        text += one_of(draw, "", " LIMIT 3", " SKIP 2", " SKIP 1 LIMIT 4")
    return text


def aggregate(draw: Draw, scope: Scope) -> str:
    """Draw an aggregate whose value does not depend on the order of rows."""
    whole, decimal, text = (expression(draw, scope, of, 1) for of in ("whole", "decimal", "text"))
    return one_of(
        draw,
        "count(*)",
        f"count({text})",
        f"count(DISTINCT {text})",
        f"sum({whole})",
        f"sum({decimal})",
        f"avg({whole})",
        f"min({decimal})",
        f"max({text})",
        f"min({text})",
        f"size(collect({text}))",
        f"size(collect(DISTINCT {whole}))",
        f"sum(DISTINCT {whole})",
        f"stDev({decimal})",
        f"percentileCont({decimal}, 0.5)",
    )


def one_of(draw: Draw, *choices: str) -> str:
    """Draw one of some texts."""
    return draw(st.sampled_from(choices))


def between(draw: Draw, low: int, high: int) -> int:
    """Draw a whole number, both ends included."""
    return int(draw(st.sampled_from([str(number) for number in range(low, high + 1)])))


def chance(draw: Draw, one_in: int) -> bool:
    """Draw whether to do what is done once in `one_in` times."""
    return between(draw, 1, one_in) == 1


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
