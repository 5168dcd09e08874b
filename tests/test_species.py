"""The table of species: names, taxon ids, and a user's own rows."""

from pathlib import Path

import pytest

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.ids import curie
from orthoweave.species import VARIABLE, find_species, known_species

AXOLOTL = """
[[species]]
taxon = 8296
scientific = "Ambystoma mexicanum"
common = "axolotl"
authority = "AMEX"
"""


@pytest.mark.parametrize(
    "text",
    ["human", "Homo sapiens", "homo_sapiens", "H. sapiens", "h_sapiens", "9606", "NCBITaxon:9606"],
)
def test_species_by_any_name(text: str) -> None:
    """A species is found by common name, scientific name, taxon id or CURIE."""
    assert find_species(text).taxon == 9606


@pytest.mark.parametrize(
    ("text", "common"),
    [
        ("fruit fly", "fly"),
        ("fruitfly", "fly"),
        ("C. elegans", "worm"),
        ("c_elegans", "worm"),
        ("xenopus", "frog"),
        ("4932", "yeast"),
        (559292, "yeast"),
        ("S.cerevisiae", "yeast"),
        ("rhesus macaque", "macaque"),
        ("chimp", "chimpanzee"),
        ("4896", "fission yeast"),
    ],
)
def test_names_that_sources_give_a_species(text: str | int, common: str) -> None:
    """Words and taxon ids of HCOP, Ensembl and NCBI lead to one species."""
    assert find_species(text).common == common


def test_a_species_is_itself() -> None:
    """A species may be given in place of its name."""
    assert find_species(find_species("worm")).taxon == 6239


def test_unknown_species_says_how_to_add_it() -> None:
    """An unknown species is an error that lists some and names the variable for others."""
    with pytest.raises(UnknownNameError, match=rf"'martian'.*human, mouse.*{VARIABLE}"):
        find_species("martian")


def test_names_are_unique() -> None:
    """No two species share a name or a taxon id."""
    names = [name for one in known_species() for name in one.names()]
    assert len(names) == len(set(names))


def test_a_file_adds_a_species(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of the user's file is found by all its names, and its authority's ids are keys."""
    path = tmp_path / "species.toml"
    path.write_text(AXOLOTL, encoding="utf-8")
    with pytest.raises(UsageError, match="unknown id prefix"):
        curie("AMEX", "60DD1")
    monkeypatch.setenv(VARIABLE, str(path))
    assert find_species("A. mexicanum").key == "NCBITaxon:8296"
    assert curie("amex", "60DD1") == "AMEX:60DD1"
    assert find_species("human").taxon == 9606


def test_a_row_of_a_file_takes_the_place_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A species that is known may be described anew."""
    path = tmp_path / "species.toml"
    path.write_text('[[species]]\ntaxon = 9031\nscientific = "Gallus gallus"\ncommon = "hen"\n')
    monkeypatch.setenv(VARIABLE, str(path))
    assert find_species("hen").taxon == 9031
    with pytest.raises(UnknownNameError):
        find_species("chicken")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "species"),
        ("[[species]]\ntaxon = 1\n", "taxon, scientific and common"),
        ("[[species", "cannot be read"),
        ('[[species]]\ntaxon = 1\nscientific = "X y"\ncommon = "z"\ncolour = "red"\n', "colour"),
        ('[[species]]\ntaxon = 1\nscientific = "X y"\ncommon = "human"\n', "'human' names"),
    ],
)
def test_a_bad_file_is_refused(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not a table of species, or names two alike, is refused with the reason."""
    path = tmp_path / "species.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(path))
    with pytest.raises(UsageError, match=said):
        find_species("human")


def test_a_missing_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that leads nowhere is an error that names it."""
    monkeypatch.setenv(VARIABLE, "nowhere.toml")
    with pytest.raises(UsageError, match=r"nowhere\.toml cannot be read"):
        known_species()
