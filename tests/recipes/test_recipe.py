"""Recipes are read whole, or refused with the place of the mistake."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.jobs.discover import discover_jobs
from orthoweave.recipes.recipe import bundled_recipes, find_recipe
from orthoweave.settings import Settings


@pytest.mark.parametrize("name", bundled_recipes())
def test_bundled_recipes_fit_their_jobs(name: str) -> None:
    """Each step of a bundled recipe names a job, with options that the job takes."""
    recipe = find_recipe(name)
    jobs = discover_jobs(Settings())
    assert recipe.title != name
    assert all(jobs[step.job].parse_options(step.options) for step in recipe.steps)
    assert all(
        jobs[step.job].needs_input == bool(step.files or step.originals) for step in recipe.steps
    )


def test_a_recipe_of_the_user_brings_its_own_originals(tmp_path: Path) -> None:
    """A file can name public files of its own beside ours, and options that are not text."""
    path = tmp_path / "lab.toml"
    path.write_text(
        '[originals.atlas]\ntitle="cells"\nurl="https://x.org/a.h5ad"\nfile="a.h5ad"\n'
        'job="cell_gene"\nlicense="CC-BY-4.0"\n'
        '[[ingest]]\njob="cell_gene"\noriginals=["atlas"]\nset={species="human", top_genes=10}\n'
        '[[ingest]]\njob="cell_ontology"\noriginals=["cell_ontology"]\n'
    )
    recipe = find_recipe(str(path))
    assert recipe.name == "lab"
    assert [item.name for item in recipe.originals] == ["atlas", "cell_ontology"]
    assert recipe.steps[0].options == {"species": "human", "top_genes": "10"}


def test_the_recipe_of_the_docs_is_one(tmp_path: Path) -> None:
    """The example of docs/setup.md reads as a recipe of two steps."""
    page = Path(__file__).parents[2] / "docs" / "setup.md"
    path = tmp_path / "docs.toml"
    path.write_text(
        page.read_text(encoding="utf-8").split("```toml")[1].partition("\n")[2].split("```")[0]
    )
    assert [step.job for step in find_recipe(str(path)).steps] == ["gene_descriptions", "cell_gene"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[ingest", "cannot be read as a recipe"),
        ('title = "empty"', r"found no \[\[ingest\]\] step"),
        ('colour = "red"\n[[ingest]]\njob = "orthology"', "found colour"),
        ("[[ingest]]\nfiles = []", "step 1: expected job"),
        ('[[ingest]]\njob = "orthology"\nfile = "x"', "step 1: expected job"),
        ('[[ingest]]\njob = "orthology"\nfiles = "x"', "expected lists of names"),
        ('[[ingest]]\njob = "orthology"\nfiles = ["x.tsv"]', "no file 'x.tsv' beside the recipe"),
        ('[[ingest]]\njob = "orthology"\nminutes = "long"', "minutes"),
        ('[originals.x]\nurl = "y"\n[[ingest]]\njob = "orthology"', r"\[x\]: expected"),
    ],
)
def test_a_recipe_that_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    """The message names the file, the step, and what was expected."""
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=complaint):
        find_recipe(str(path))


def test_an_unknown_original_lists_all_originals(tmp_path: Path) -> None:
    """A step that names an original that nobody knows is refused before anything is fetched."""
    path = tmp_path / "lab.toml"
    path.write_text('[[ingest]]\njob = "orthology"\noriginals = ["hcop"]')
    with pytest.raises(UnknownNameError, match="hcop_human_mouse"):
        find_recipe(str(path))


def test_an_unknown_recipe_lists_all_recipes() -> None:
    """The message has the bundled names."""
    with pytest.raises(UnknownNameError, match="demo, human_mouse, six_species"):
        find_recipe("nope")
