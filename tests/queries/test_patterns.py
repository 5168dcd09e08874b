"""The relationships of a statement, by pattern."""

from orthoweave.queries.patterns import relationships
from orthoweave.queries.tokens import tokenize


def test_types_and_directions_are_read() -> None:
    """Types, direction and place of each relationship are found; property maps do not disturb."""
    text = "MATCH (a {x: 1})<-[r:A|B {y: 2}]-(b)-->(c)-[:C]-(d) RETURN a.x - (1)"
    [group] = relationships(tokenize(text).tokens)
    assert [(set(one.types), one.direction) for one in group] == [
        ({"A", "B"}, "left"), (set(), "right"), ({"C"}, "both"),
    ]  # fmt: skip
    assert text[group[0].start :].startswith("<-[r:A|B")


def test_clauses_part_patterns() -> None:
    """Each MATCH has a pattern of its own, as has each side of AND in WHERE."""
    text = "MATCH (a)-[:A]-(b) MATCH (b)-[:A]-(c) WHERE (a)-[:B]-() AND (c)-[:B]-() RETURN a"
    assert [len(group) for group in relationships(tokenize(text).tokens)] == [1, 1, 1, 1]


def test_a_chain_in_one_direction_is_one_run() -> None:
    """Hops in a row with one direction share a run; a turn or a comma begins another."""
    text = "MATCH (a)-[:A]->(b)-[:A]->(c)<-[:A]-(d), (d)-[:A]->(e) RETURN a"
    [group] = relationships(tokenize(text).tokens)
    assert [one.run for one in group] == [0, 0, 1, 2]
