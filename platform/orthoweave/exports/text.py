"""Values as text on one line, for all exports."""

import polars as pl

# tabs, line ends and other control characters, among them Unicode's own line ends
CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"


def one_line(column: pl.Expr) -> pl.Expr:
    """Return a column's text with every run of control characters replaced by one space."""
    return column.str.replace_all(CONTROL, " ")


def joined(name: str, separator: str, instead: str) -> pl.Expr:
    """Join lists of a column by `separator`, which becomes `instead` inside an element."""
    element = one_line(pl.element()).str.replace_all(separator, instead, literal=True)
    return pl.col(name).list.eval(element).list.join(separator, ignore_nulls=True).alias(name)
