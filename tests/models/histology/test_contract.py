"""The prediction of expression from stained tissue keeps the contract of models."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.support.sections import view

from orthoweave.errors import InputError, UsageError
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.model import Histology
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.requests import Views
from orthoweave.views.section import PatchesInMemory

NAMES = ("a", "b")
CONFIG = HistologyConfig(
    sections=NAMES,
    target="b",
    patch=16,
    width=4,
    dimension=16,
    heads=2,
    epochs=12,
    # with the arm, so few spots do not beat the control: its page says what the arm costs
    reconstruction=False,
    genes=30,
    top=10,
    neighbours=15,
    batch=24,
    rate=5e-3,
    shuffles=2,
    device="cpu",
)


class TestHistology(ModelTests):
    """The suite on two sections of two patients."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls) -> ModelCase:
        """Return the small network."""
        sections = {
            name: view(name, seed, patient=f"p{seed}", n_genes=30, size=16)
            for seed, name in enumerate(NAMES)
        }
        return ModelCase(Histology(), Views(dict(sections)), CONFIG)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls) -> Sequence[Refusal]:
        """Return every fault that the card of the model names, and options out of range."""
        first, second = (view(name, 1, n_genes=30, size=16) for name in NAMES)
        white = np.array(first.patches.read(np.arange(144)))
        white[:100] = 245
        zero = first.values.tolil()
        zero[5] = 0
        twice = first.cells.copy()
        twice[3] = twice[2]
        other = replace(second, species="NCBITaxon:10090")

        def views(**more: object) -> Views:
            return Views({"a": replace(first, **more), "b": second})  # type: ignore[arg-type]

        return (
            Refusal("one section", UsageError, "two different", replace(CONFIG, sections=("a",))),
            Refusal("twice", UsageError, "two different", replace(CONFIG, sections=("a", "a"))),
            Refusal("rate", UsageError, "rate=0.0", replace(CONFIG, rate=0.0)),
            Refusal("heads", UsageError, "multiple of heads=3", replace(CONFIG, heads=3)),
            Refusal("vit", UsageError, "vit_patch=7", replace(CONFIG, encoder="vit", vit_patch=7)),
            Refusal("shuffles", UsageError, "shuffles=0", replace(CONFIG, shuffles=0)),
            Refusal(
                "off tissue",
                InputError,
                "'a' has 44 spots on tissue: expected 50",
                views=views(patches=PatchesInMemory(white)),
            ),
            Refusal(
                "few spots",
                InputError,
                "'a' has 49 spots",
                views=Views({"a": first.subset(np.arange(49)), "b": second}),
            ),
            Refusal(
                "no count", InputError, "1 spots have no count", views=views(values=zero.tocsr())
            ),
            Refusal("spot twice", InputError, "a spot stands twice", views=views(cells=twice)),
            Refusal(
                "species", InputError, "expected one species", views=Views({"a": first, "b": other})
            ),
            Refusal(
                "one patient",
                InputError,
                "held_out=patient: all sections are of 'p1'",
                replace(CONFIG, held_out="patient"),
                Views({"a": first, "b": second}),
            ),
        )


def test_kept_weights_do_not_read_counts() -> None:
    """A section of which the counts are other ones gets the same expression."""
    from orthoweave.models.base import RunContext

    sections = {name: view(name, seed, n_genes=30, size=16) for seed, name in enumerate(NAMES)}
    model, views, config = (
        Histology(),
        Views(dict(sections)),
        replace(CONFIG, epochs=1, reconstruction=True),
    )
    fitted = model.fit(views, config, RunContext())
    kept = model.restore(model.state(fitted, views, config))
    target = sections["b"]
    other = replace(target, values=target.values[::-1].tocsr() * 3)
    first, second = (
        model.apply_kept(kept, Views({"b": one}), config, RunContext()).arrays[0]
        for one in (target, other)
    )
    assert (first.values == second.values).all()
    assert first.values.std(0).max() > 0
    with pytest.raises(UsageError, match="expected a tissue section to predict"):
        model.kept_views(kept, replace(config, target=""))
