"""The parameters of a Cypher statement, found without parsing it."""

import re
from typing import Final

# strings, names in backticks and comments, whose content is not Cypher
_OPAQUE: Final = re.compile(
    r"""'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `[^`]*` | //[^\n]* | /\*.*?\*/""",
    re.VERBOSE | re.DOTALL,
)
# a parameter may have a name in backticks, so both are matched in one pass
_PARAMETER: Final = re.compile(
    rf"\$(?: ((?:\w|[^\x00-\x7f])+) | `((?:[^`]|``)+)` ) | {_OPAQUE.pattern}",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def masked(text: str) -> str:
    """Return a text of the same length with strings, names in backticks and comments blanked.

    Examples
    --------
    >>> masked("RETURN '$x' // $y")
    'RETURN           '
    """
    return _OPAQUE.sub(lambda match: " " * len(match[0]), text)


def parameter_names(text: str) -> set[str]:
    """Return the names of the parameters that a statement uses.

    Examples
    --------
    >>> sorted(parameter_names("MATCH (g {id: $gene}) WHERE g.name <> '$no' RETURN $k"))
    ['gene', 'k']
    >>> sorted(parameter_names("RETURN $é, $`a b`, `$c`"))
    ['a b', 'é']
    """
    matches = _PARAMETER.findall(text)
    return {plain or quoted.replace("``", "`") for plain, quoted in matches if plain or quoted}
