"""Parameters of a statement, as a visitor types them."""

import json

from orthoweave.errors import InputError

LONGEST = 20_000
"""Characters of the parameters of a statement."""


def read_parameters(text: str) -> dict[str, object]:
    """Return the parameters in a JSON object; none for an empty text.

    Raises
    ------
    InputError
        If the text is not a JSON object, is too long, or gives a name twice.
    """
    if not text.strip():
        return {}
    if len(text) > LONGEST:
        raise _refusal(f"they have {len(text):,} characters, expected at most {LONGEST:,}")
    try:
        given = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise _refusal(f"{error.msg.lower()} at character {error.pos + 1}") from error
    except InputError:
        raise
    except RecursionError as error:
        raise _refusal("they are nested too deeply") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _refusal("a number in them has too many digits") from error
    if not isinstance(given, dict):
        raise _refusal(f"they are {_kind(given)}")
    return given


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    given = dict(pairs)
    if len(given) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _refusal(f"{twice!r} occurs twice")
    return given


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _refusal(reason: str) -> InputError:
    return InputError(
        f"the parameters are not a JSON object: {reason}. Expected, for example: "
        '{"symbol": "INS"}'
    )
