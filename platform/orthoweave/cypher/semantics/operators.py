"""Kinds of the operands and results of operators."""

from itertools import product
from typing import Final

from orthoweave.cypher.semantics.kinds import (
    BOOLEAN,
    FLOAT,
    STRING,
    Kind,
    Kinds,
    allows,
    described,
    either,
    every,
    expect,
    kinds,
    list_of,
    refuse,
    unwound,
)
from orthoweave.cypher.syntax.tree import Binary

_NUMBERS: Final = ("Integer", "Float", "Temporal")
_ADDED: Final = ("Integer", "Float", "String")


def binary_kinds(node: Binary, left: Kinds, right: Kinds) -> Kinds:
    """Return the kinds of the result of a binary operator.

    Raises
    ------
    QueryRefusedError
        If the operator can never take these operands.
    """
    match node.operator:
        case "AND" | "OR" | "XOR":
            expect(left, ("Boolean",), node.left.place, node.operator)
            expect(right, ("Boolean",), node.right.place, node.operator)
        case "IN":
            expect(right, ("List",), node.right.place, "IN")
        case "=~":
            expect(left, ("String",), node.left.place, "=~")
            expect(right, ("String",), node.right.place, "=~")
        case "+":
            return _sum(node, left, right)
        case "||":
            return _joined(node, left, right)
        case "^":
            _expect_numbers(node, left, right)
            return FLOAT
        case "-" | "*" | "/" | "%":
            _expect_numbers(node, left, right)
            return _numbers(left, right)
    return BOOLEAN


def _expect_numbers(node: Binary, left: Kinds, right: Kinds) -> None:
    for operand, operand_kinds in ((node.left, left), (node.right, right)):
        expect(operand_kinds, _NUMBERS[:2], operand.place, node.operator)


def _numbers(left: Kinds, right: Kinds) -> Kinds:
    results: frozenset[Kind] = frozenset()
    for first, second in product(every(left), every(right)):
        names = {first.name, second.name}
        if names <= set(_NUMBERS):
            results |= kinds(next(name for name in reversed(_NUMBERS) if name in names))
    return results


def _sum(node: Binary, left: Kinds, right: Kinds) -> Kinds:
    results: frozenset[Kind] = frozenset()
    for first, second in product(every(left), every(right)):
        results |= _sum_of_two(first, second)
    if not results:
        found = f"{described(left)} and {described(right)}"
        refuse(node.right.place, f"+ expects numbers, strings or lists, found {found}")
    return results


def _sum_of_two(first: Kind, second: Kind) -> frozenset[Kind]:
    names = {first.name, second.name}
    if "List" in names:
        return list_of(either(*(unwound(frozenset({kind})) for kind in (first, second))))
    if "Temporal" in names:
        return kinds("Temporal") if names <= {"Temporal"} else frozenset()
    if not names <= set(_ADDED):
        return frozenset()
    if "String" in names:
        return STRING
    return kinds("Float" if "Float" in names else "Integer")


def _joined(  # noqa: RET503 - refuse does not return
    node: Binary, left: Kinds, right: Kinds
) -> Kinds:
    if allows(left, "String") and allows(right, "String"):
        return STRING if not allows(left, "List") else either(STRING, list_of(None))
    if allows(left, "List") and allows(right, "List"):
        return list_of(None)
    found = f"{described(left)} and {described(right)}"
    refuse(node.right.place, f"|| expects two strings or two lists, found {found}")
