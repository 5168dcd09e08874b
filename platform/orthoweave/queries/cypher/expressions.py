"""Reads expressions: operators by their rank, then what stands alone."""

import re
from typing import Final

from orthoweave.queries.cypher import patterns
from orthoweave.queries.cypher.atoms import NORMAL_FORMS, atom
from orthoweave.queries.cypher.cursor import Cursor
from orthoweave.queries.cypher.tree import (
    Binary,
    Call,
    Expression,
    HasLabels,
    Index,
    IsNull,
    Literal,
    Property,
    Slice,
    TypeTest,
    Unary,
)
from orthoweave.queries.cypher.types import value_type

_COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")


def expression(at: Cursor) -> Expression:
    """Read an expression of any kind.

    Raises
    ------
    QueryRefusedError
        If none stands here.
    """
    place = at.place
    left = _exclusive(at)
    while at.word("OR"):
        left = Binary("OR", left, _exclusive(at), place=place)
    return left


def _exclusive(at: Cursor) -> Expression:
    place = at.place
    left = _conjunction(at)
    while at.word("XOR"):
        left = Binary("XOR", left, _conjunction(at), place=place)
    return left


def _conjunction(at: Cursor) -> Expression:
    place = at.place
    left = _negation(at)
    while at.word("AND"):
        left = Binary("AND", left, _negation(at), place=place)
    return left


def _negation(at: Cursor) -> Expression:
    place, times = at.place, 0
    while at.word("NOT"):
        times += 1
    found = _comparison(at)
    for _ in range(times):
        found = Unary("NOT", found, place=place)
    return found


def _comparison(at: Cursor) -> Expression:
    """Read comparisons: ``a < b <= c`` means that both hold."""
    place = at.place
    left = _predicate(at)
    found: Expression | None = None
    while sign := at.symbol(*_COMPARISONS):
        right = _predicate(at)
        one = Binary(sign, left, right, place=place)
        found = one if found is None else Binary("AND", found, one, place=place)
        left = right
    return left if found is None else found


def _predicate(at: Cursor) -> Expression:
    place = at.place
    left = _sum(at)
    while True:
        if at.symbol("=~"):
            left = Binary("=~", left, _sum(at), place=place)
        elif at.words("STARTS", "WITH"):
            left = Binary("STARTS WITH", left, _sum(at), place=place)
        elif at.words("ENDS", "WITH"):
            left = Binary("ENDS WITH", left, _sum(at), place=place)
        elif at.word("CONTAINS"):
            left = Binary("CONTAINS", left, _sum(at), place=place)
        elif at.word("IN"):
            left = Binary("IN", left, _sum(at), place=place)
        elif at.word("IS"):
            left = _is(at, left, place)
        elif at.symbol("::"):
            return TypeTest(left, value_type(at), negated=False, place=place)
        else:
            return left


def _is(at: Cursor, left: Expression, place: int) -> Expression:
    """Read what follows IS: null, a type, a form of Unicode or a label."""
    negated = bool(at.word("NOT"))
    if at.word("NULL"):
        return IsNull(left, negated=negated, place=place)
    if at.symbol("::") or at.word("TYPED"):
        return TypeTest(left, value_type(at), negated=negated, place=place)
    if at.is_word("NORMALIZED") or at.is_word("NORMALIZED", ahead=1):
        form = at.word(*NORMAL_FORMS) or "NFC"
        at.expect("NORMALIZED")
        normal = Call("normalize", (left, Literal(form, place=place)), place=place)
        return Binary("<>" if negated else "=", left, normal, place=place)
    if negated:
        at.fail("NULL, ::, TYPED or NORMALIZED")
    return HasLabels(left, patterns.label_expression(at), place=place)


def _sum(at: Cursor) -> Expression:
    place = at.place
    left = _product(at)
    while sign := at.symbol("+", "-", "||"):
        left = Binary(sign, left, _product(at), place=place)
    return left


def _product(at: Cursor) -> Expression:
    place = at.place
    left = _power(at)
    while sign := at.symbol("*", "/", "%"):
        left = Binary(sign, left, _power(at), place=place)
    return left


def _power(at: Cursor) -> Expression:
    place = at.place
    left = _signed(at)
    while at.symbol("^"):
        left = Binary("^", left, _signed(at), place=place)
    return left


def _signed(at: Cursor) -> Expression:
    place = at.place
    sign = at.symbol("-", "+")
    if not sign:
        return _postfix(at)
    token = at.peek()
    if sign == "-" and token is not None and token.kind == "number":
        at.index += 1
        return _after(at, Literal(number("-" + token.text, at), place=place), place)
    at.deeper()
    operand = _signed(at)
    at.shallower()
    return Unary("-", operand, place=place) if sign == "-" else Unary("+", operand, place=place)


def _postfix(at: Cursor) -> Expression:
    place = at.place
    token = at.peek()
    if token is not None and token.kind == "number":
        at.index += 1
        return _after(at, Literal(number(token.text, at), place=place), place)
    return _after(at, atom(at), place)


def _after(at: Cursor, subject: Expression, place: int) -> Expression:
    """Read what follows a value: properties, list positions, slices, labels."""
    while True:
        if at.symbol("."):
            subject = Property(subject, at.name("the name of a property"), place=place)
        elif at.symbol("["):
            subject = _bracket(at, subject, place)
        elif at.is_symbol(":"):
            at.index += 1
            subject = HasLabels(subject, patterns.label_expression(at), place=place)
        else:
            return subject


def _bracket(at: Cursor, subject: Expression, place: int) -> Expression:
    if at.symbol(".."):
        stop = None if at.is_symbol("]") else at.expression()
        at.expect("]")
        return Slice(subject, None, stop, place=place)
    start = at.expression()
    if at.symbol(".."):
        stop = None if at.is_symbol("]") else at.expression()
        at.expect("]")
        return Slice(subject, start, stop, place=place)
    at.expect("]")
    return Index(subject, start, place=place)


def number(text: str, at: Cursor) -> int | float:
    """Value of a number as written; whole numbers have 64 bits.

    Raises
    ------
    QueryRefusedError
        If it is beyond that.
    """
    bare = text.lstrip("-")
    if re.search(r"[.eE]", bare) and not bare.startswith("0x"):
        value = float(text)
        if value in {float("inf"), float("-inf")}:
            at.fail("a number that a double can hold")
        return value
    if len(bare) > 30:
        at.fail("a whole number of 64 bits")
    base = 16 if bare.startswith("0x") else 8 if bare.startswith("0o") else 10
    whole = int(bare[2:] if base != 10 else bare, base) * (-1 if text.startswith("-") else 1)
    if not -(2**63) <= whole < 2**63:
        at.fail(f"a whole number of 64 bits, not {text}")
    return whole
