"""Options: texts to values, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.options import Option, read_options, read_pairs, value_text

_WALKS = Option("walks", "walks from each cell", int, 10, least=0)
_SPECIES = Option("species", "species of all genes", required=True)
_PARTS = Option("parts", "parts to keep", choices=("a", "b"), several=True)


def test_every_option_gets_a_value() -> None:
    """An option that is given has its text's value, any other its default."""
    texts = {"species": "human", "parts": "a, b"}
    expected = {"walks": 10, "species": "human", "parts": ("a", "b")}
    assert read_options((_WALKS, _SPECIES, _PARTS), texts, "job genes") == expected


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        (_WALKS, "x", r"walks='x': expected a whole number from 0 \(walks from each cell\)"),
        (_WALKS, "-1", "expected a whole number from 0"),
        (_WALKS, "1.5", "expected a whole number from 0"),
        (Option("rate", "learning rate", float), "nan", r"expected a number \(learning rate\)"),
        (Option("rate", "learning rate", float), "1e999", "expected a number"),
        (Option("both", "both ends", bool), "maybe", "both='maybe': expected true or false"),
        (_PARTS, "a,c", r"parts='a,c': expected one of a, b \(parts to keep\)"),
        (Option("k", "clusters", int, nullable=True), "", "expected a whole number or none"),
    ],
)
def test_wrong_texts_are_refused(option: Option, text: str, message: str) -> None:
    """A text of the wrong kind is refused with the kind that was expected and the help."""
    with pytest.raises(UsageError, match=message):
        option.parse(text)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """An unknown name is refused with the nearest names and all there are."""
    message = r"job genes has no option 'walk'; did you mean walks\? Its options: walks, species"
    with pytest.raises(UnknownNameError, match=message):
        read_options((_WALKS, _SPECIES), {"walk": "1"}, "job genes")


def test_an_unknown_name_is_refused_where_there_are_none() -> None:
    """Without any options the message says so."""
    with pytest.raises(UnknownNameError, match=r"query all has no parameter 'x'\. .*: none"):
        read_options((), {"x": "1"}, "query all", word="parameter")


def test_a_missing_option_is_named() -> None:
    """A required option that is missing is named as it is to be given, and then accepted."""
    with pytest.raises(UsageError, match=r"job genes needs --set species=… \(species of all genes"):
        read_options((_SPECIES,), {}, "job genes")
    assert read_options((_SPECIES,), read_pairs(["species=human"], "--set"), "job genes")


@given(st.lists(st.integers(), min_size=1))
def test_lists_are_read_as_they_are_written(values: list[int]) -> None:
    """A list written as text is read as the same values."""
    assert Option("x", "numbers", int, several=True).parse(value_text(values)) == tuple(values)


@pytest.mark.parametrize("value", [["a,b"], [""], [" "], {"a": 1}])
def test_a_value_that_a_text_cannot_hold_is_refused(value: object) -> None:
    """A list with a comma in a part would be read as other parts, so it is refused."""
    with pytest.raises(UsageError, match="expected"):
        value_text(value)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["x"], "--set 'x': expected NAME=VALUE, such as --set species=human"),
        (["=x"], "expected NAME=VALUE"),
        (["a=1", "a=2"], "--set a is given twice: '1' and '2'"),
    ],
)
def test_texts_that_are_not_pairs_are_refused(texts: list[str], message: str) -> None:
    """A text without a name or ``=``, or a second value, is refused."""
    with pytest.raises(UsageError, match=message):
        read_pairs(texts, "--set")
