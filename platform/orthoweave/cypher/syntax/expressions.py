"""Reads expressions by precedence of operators, down to atoms."""

import re
from typing import Final

from orthoweave.cypher.syntax import patterns
from orthoweave.cypher.syntax.atoms import NORMAL_FORMS, atom
from orthoweave.cypher.syntax.cursor import Cursor
from orthoweave.cypher.syntax.tree import (
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
from orthoweave.cypher.syntax.value_types import value_type

_COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")


def expression(at: Cursor) -> Expression:
    """Read an expression of any kind.

    Raises
    ------
    QueryRefusedError
        If there is no expression here.
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
    expression = _comparison(at)
    for _ in range(times):
        expression = Unary("NOT", expression, place=place)
    return expression


def _comparison(at: Cursor) -> Expression:
    """Read comparisons; a chain such as ``a < b <= c`` means that each of them holds."""
    place = at.place
    left = _predicate(at)
    chain: Expression | None = None
    while sign := at.symbol(*_COMPARISONS):
        right = _predicate(at)
        link = Binary(sign, left, right, place=place)
        chain = link if chain is None else Binary("AND", chain, link, place=place)
        left = right
    return left if chain is None else chain


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
    """Read what follows IS: null, a type, a Unicode normal form or a label."""
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
    begin = at.index - 1
    test = HasLabels(left, patterns.label_expression(at), place=place)
    patterns.check_signs(at, begin, "value")
    return test


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
    """Read what follows a value: properties, indices, slices, labels."""
    while True:
        if at.symbol("."):
            subject = Property(subject, at.name("the name of a property"), place=place)
        elif at.symbol("["):
            subject = _bracket(at, subject, place)
        elif at.is_symbol(":"):
            begin = at.index
            at.index += 1
            subject = HasLabels(subject, patterns.label_expression(at), place=place)
            patterns.check_signs(at, begin, "value")
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
    """Return the value of a number literal; integers have 64 bits.

    Raises
    ------
    QueryRefusedError
        If the number is out of range.
    """
    bare = text.lstrip("-")
    if re.search(r"[.eE]", bare) and not bare.startswith("0x"):
        value = float(text)
        if value in {float("inf"), float("-inf")}:
            at.fail("a number within the range of a 64-bit float")
        return value
    if re.match(r"0_*[0-9]", bare):
        at.fail(f"an integer without leading zeros, or 0o… for octal digits, not {text}")
    if len(bare) > 30:
        at.fail("a 64-bit integer")
    base = 16 if bare.startswith("0x") else 8 if bare.startswith("0o") else 10
    whole = int(bare[2:] if base != 10 else bare, base) * (-1 if text.startswith("-") else 1)
    if not -(2**63) <= whole < 2**63:
        at.fail(f"a 64-bit integer, not {text}")
    return whole
