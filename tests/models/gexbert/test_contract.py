"""The restoration of bulk samples keeps the contract of models, with each of its networks."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.model import Gexbert
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.requests import Views
from orthoweave.views.samples import SamplesView

MakeSamples = Callable[..., SamplesView]


class TestGexbert(ModelTests):
    """The suite on samples that three programmes drive."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, samples: MakeSamples, config: GexbertConfig) -> ModelCase:
        """Return the additive network on three folds."""
        return ModelCase(Gexbert(), Views({"samples": samples()}), config)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, samples: MakeSamples, config: GexbertConfig) -> Sequence[Refusal]:
        """Return small panels, unknown genes and groups, counts, hidden zeros and few samples."""
        whole = samples()
        views = Views({"samples": whole})
        counts = Views({"samples": replace(whole, values=whole.values * 50)})
        floor = np.where(whole.values < 4, np.float32(-9.9658), whole.values)
        few = Views({"samples": whole.subset(np.arange(12))})
        one = np.array(["d:p"] * whole.n_cells, object)
        lacking = whole.values.copy()
        lacking[3, 4] = np.nan
        return (
            Refusal("no dataset", UsageError, "expected a dataset", GexbertConfig()),
            Refusal("small panel", UsageError, "7 genes", replace(config, panel_size=7)),
            Refusal("named twice", UsageError, "1 genes", replace(config, panel=("G1",) * 9)),
            Refusal(
                "panel and anchors",
                UsageError,
                "'G1' is in the panel and among the anchors",
                replace(config, panel=tuple(f"G{n}" for n in range(9)), anchors=("G1",)),
            ),
            Refusal("one fold", UsageError, "folds=1", replace(config, folds=1)),
            Refusal("no rate", UsageError, "fdr=0", replace(config, fdr=0.0)),
            Refusal("kind", UsageError, "missing='mar'", replace(config, missing=("mar",))),
            Refusal(
                "target outside",
                UnknownNameError,
                "does not measure 1 of the genes .* 'TP53'",
                replace(config, anchors=("TP53",)),
                views,
            ),
            Refusal(
                "group", UnknownNameError, "'delta'", replace(config, groups=("delta",)), views
            ),
            Refusal("counts", InputError, "these look like counts", views=counts),
            Refusal(
                "zeros",
                InputError,
                "zeros under a logarithm",
                views=Views({"samples": replace(whole, values=floor)}),
            ),
            Refusal(
                "no value",
                InputError,
                "not finite",
                views=Views({"samples": replace(whole, values=lacking)}),
            ),
            Refusal("few samples", InputError, "12 such samples", views=few),
            Refusal(
                "one patient",
                InputError,
                "1 patients for 3 folds",
                views=Views({"samples": replace(whole, patients=one)}),
            ),
            Refusal(
                "nothing hidden",
                InputError,
                "expected others to restore",
                replace(config, panel_size=48),
                views,
            ),
        )


class TestTransformer(ModelTests):
    """The suite with a transformer, whose edges have attention beside their influence."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, samples: MakeSamples, config: GexbertConfig) -> ModelCase:
        """Return a small transformer on two folds."""
        small = replace(config, network="transformer", width=8, folds=2, epochs=1, missing=())
        return ModelCase(Gexbert(), Views({"samples": samples()}), small)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, config: GexbertConfig) -> Sequence[Refusal]:
        """Return a width of nothing."""
        return (Refusal("width", UsageError, "width=0", replace(config, width=0)),)
