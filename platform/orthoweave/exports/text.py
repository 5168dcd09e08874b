"""Values as text on one line, for all exports."""

import polars as pl

# tabs, line ends and other control characters, among them Unicode's own line ends
CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"


# a spreadsheet runs text that begins so, and is not a number, as a formula
_FORMULA = r"^[=@＝＋－＠]|^[+-]\S"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def plain_cell(text: str) -> str:
    """Return a text on one line, with an apostrophe before what would be a formula.

    Examples
    --------
    >>> plain_cell("=1+1"), plain_cell("-1.5"), plain_cell("INS")
    ("'=1+1", '-1.5', 'INS')
    """
    return str(pl.select(one_cell(pl.lit(text))).item())


def one_cell(column: pl.Expr) -> pl.Expr:
    """Return a column's text on one line, with an apostrophe before what would be a formula."""
    shown = one_line(column)
    formula = shown.str.contains(_FORMULA) & ~shown.str.contains(_NUMBER)
    return pl.when(formula).then(pl.lit("'") + shown).otherwise(shown)


def one_line(column: pl.Expr) -> pl.Expr:
    """Return a column's text with every run of control characters replaced by one space."""
    return column.str.replace_all(CONTROL, " ")


def joined(name: str, separator: str, instead: str) -> pl.Expr:
    """Join lists of a column by `separator`, which becomes `instead` inside an element."""
    element = one_line(pl.element()).str.replace_all(separator, instead, literal=True)
    return pl.col(name).list.eval(element).list.join(separator, ignore_nulls=True).alias(name)
