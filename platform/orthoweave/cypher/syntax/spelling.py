"""Names of functions in Neo4j's spelling; the syntax tree has them in lower case."""

from typing import Final

from orthoweave.cypher.syntax.tokens import words

_SPELLED: Final = {
    name.lower(): name
    for name in words(
        "elementId startNode endNode isEmpty isNaN nullIf percentileCont percentileDisc stDev "
        "stDevP toBoolean toBooleanList toBooleanOrNull toFloat toFloatList toFloatOrNull "
        "toInteger toIntegerList toIntegerOrNull toLower toString toStringList toStringOrNull "
        "toUpper valueType"
    )
}


def spelled(name: str) -> str:
    """Return the name of a function in Neo4j's spelling.

    Examples
    --------
    >>> spelled("tolower"), spelled("abs")
    ('toLower', 'abs')
    """
    return _SPELLED.get(name, name)
