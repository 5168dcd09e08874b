"""Cardinalities of ortholog pairs: how many partners the genes of a pair have."""


def reverse_cardinality(text: str) -> str:
    """Return a cardinality as read from the other end.

    Examples
    --------
    >>> reverse_cardinality("1:many"), reverse_cardinality("many:many")
    ('many:1', 'many:many')
    """
    left, _, right = text.partition(":")
    return f"{right}:{left}"
