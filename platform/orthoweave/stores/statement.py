"""What a store has to know of a Cypher statement: its parameters, and where a limit may stand."""

import re
from typing import Final

# strings, backticked names and comments: what is in them is no Cypher
_OPAQUE: Final = re.compile(
    r"""'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `[^`]*` | //[^\n]* | /\*.*?\*/""",
    re.VERBOSE | re.DOTALL,
)
_PARAMETER: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_WORD_OR_BRACKET: Final = re.compile(r"\.?[A-Za-z_][A-Za-z0-9_]*|[()\[\]{}]")


def masked(text: str) -> str:
    """`text` with strings, backticked names and comments blanked out, of the same length.

    Examples
    --------
    >>> masked("RETURN '$x' // $y")
    'RETURN           '
    """
    return _OPAQUE.sub(lambda match: " " * len(match[0]), text)


def parameter_names(text: str) -> set[str]:
    """Names of the parameters that a statement uses.

    Examples
    --------
    >>> sorted(parameter_names("MATCH (g {id: $gene}) WHERE g.name <> '$no' RETURN $k"))
    ['gene', 'k']
    """
    return set(_PARAMETER.findall(masked(text)))


def limited(text: str, rows: int) -> str:
    r"""`text` ended by ``LIMIT rows``, where it has no limit of its own and one may be added.

    A statement that ends otherwise (its own limit, a union, a call without RETURN) is given back
    as it is: the caller still has to cut its rows.

    Examples
    --------
    >>> limited("MATCH (g:Gene) RETURN g.id;", 11).split("\n")
    ['MATCH (g:Gene) RETURN g.id', 'LIMIT 11']
    """
    words = _outer_words(masked(text))
    if "RETURN" not in words or "UNION" in words:
        return text
    if "LIMIT" in words[len(words) - words[::-1].index("RETURN") :]:
        return text
    # comments may be dropped from the end, strings and backticked names may not
    kept = _OPAQUE.sub(lambda match: (" " if match[0][0] == "/" else "'") * len(match[0]), text)
    end = len(kept.rstrip().rstrip(";").rstrip())
    # on a line of its own: the text may end in a comment
    return f"{text[:end]}\nLIMIT {rows}"


def _outer_words(bare: str) -> list[str]:
    """Words outside all brackets, in capitals; a property behind a dot is none."""
    depth, words = 0, []
    for found in _WORD_OR_BRACKET.findall(bare):
        if found in "([{":
            depth += 1
        elif found in ")]}":
            depth -= 1
        elif not depth and not found.startswith("."):
            words.append(found.upper())
    return words
