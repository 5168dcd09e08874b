"""The state of a fit: z-scores, the linear path, the network, the classifier and the regression."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.device import resolve_device
from orthoweave.models.gexbert.classification import Classifier, Features
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitted import Fitted
from orthoweave.models.gexbert.linear import SIZES, LinearPath, Scaler
from orthoweave.models.gexbert.network import Residual, make_residual
from orthoweave.models.gexbert.restoring import Restorer
from orthoweave.models.probes.classifiers import Linear
from orthoweave.models.probes.cox_net import CoxNet
from orthoweave.models.state import Plain, State, Vocabulary
from orthoweave.models.training.state import load

_NET = "network."


@dataclass(frozen=True, slots=True)
class Kept:
    """A restorer without the samples that it was fitted to."""

    vocabulary: Vocabulary
    """Genes of the panel."""
    genes: np.ndarray
    """Keys of all genes that it restores, shape ``(n_genes,)``."""
    panel: np.ndarray
    """Numbers of the panel among them, in the order of the vocabulary."""
    scale: str
    restorer: Restorer
    classifier: Classifier | None
    cox: CoxNet | None
    anchors: np.ndarray
    """Numbers of the anchors of the regression."""


def state_of(fitted: Fitted, config: GexbertConfig) -> State:
    """Return all that restoring other samples takes."""
    prepared, restorer = fitted.prepared, fitted.restorer
    arrays: dict[str, np.ndarray] = {
        "mean": restorer.scaler.mean,
        "sd": restorer.scaler.sd,
        "products": restorer.linear.products,
        "penalties": restorer.linear.penalties,
        "axes": restorer.axes,
        "panel": prepared.panel.astype(np.int64),
    }
    values: dict[str, Plain] = {
        "genes": tuple(map(str, prepared.genes)),
        "n_samples": restorer.linear.n_samples,
        "network": config.network if restorer.network is not None else "",
        "hidden": config.hidden,
        "width": config.width,
    }
    if restorer.network is not None:
        arrays |= {
            f"{_NET}{name}": value.detach().cpu().numpy()
            for name, value in restorer.network.state_dict().items()
        }
    if fitted.classifier is not None:
        one = fitted.classifier
        arrays |= {"class_mean": one.features.mean, "class_sd": one.features.sd}
        arrays |= {"coefficients": one.linear.coefficients, "intercepts": one.linear.intercepts}
        values["classes"] = tuple(map(str, one.linear.classes))
    if fitted.cox is not None and fitted.survived is not None:
        arrays |= {name: getattr(fitted.cox, name) for name in ("slopes", "times", "hazard")}
        arrays |= {"risk_mean": fitted.cox.mean, "risk_sd": fitted.cox.sd}
        arrays["anchors"] = fitted.survived.anchors.astype(np.int64)
        values["followed"] = True
    view = prepared.view
    return State(
        # as a file keeps them: the last digits of products depend on the order in memory
        {name: np.ascontiguousarray(value) for name, value in arrays.items()},
        Vocabulary(view.species, prepared.genes[prepared.panel]),
        view.scale,
        "z-scores of the genes by mean and standard deviation of the training samples; genes that "
        "are not measured count as not visible",
        values,
    )


def restore_kept(state: State) -> Kept:
    """Return the restorer of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    genes = state.texts("genes")
    n_genes, n_panel = len(genes), len(state.vocabulary.genes)
    panel = state.numbers("panel", n_panel, n_genes)
    width = state.array("axes", None, n_genes).shape[0]
    linear = LinearPath(
        state.array("products", n_genes, n_genes).astype(np.float32),
        _count(state, "n_samples"),
        state.array("penalties", len(SIZES)),
    )
    scaler = Scaler(
        state.array("mean", n_genes).astype(np.float32),
        state.array("sd", n_genes).astype(np.float32),
    )
    if (scaler.sd <= 0).any() or (linear.penalties <= 0).any():
        message = "weights: expected standard deviations and penalties above 0"
        raise InputError(message)
    axes = state.array("axes", width, n_genes).astype(np.float32)
    network = _network(state, n_genes)
    restorer = Restorer(scaler, linear, network, axes)
    n_features = width + (_count(state, "width") if network is not None else 0)
    cox, anchors = _cox(state, n_panel, n_genes)
    return Kept(
        state.vocabulary,
        genes,
        panel,
        state.scale,
        restorer,
        _classifier(state, n_features),
        cox,
        anchors,
    )


def on_device(kept: Kept, config: GexbertConfig) -> Restorer:
    """Return the restorer on the device of a configuration."""
    device = "cpu" if kept.restorer.network is None else resolve_device(config.device)
    if kept.restorer.network is not None:
        kept.restorer.network.to(device)
    return replace(kept.restorer, device=device)


def _network(state: State, n_genes: int) -> Residual | None:
    kind = state.values.get("network")
    if kind == "":
        return None
    if kind not in ("set", "transformer"):
        message = f"weights: value 'network': expected set or transformer, found {kind!r}"
        raise InputError(message)
    config = GexbertConfig(
        network=str(kind), hidden=_count(state, "hidden"), width=_count(state, "width")
    )
    network = make_residual(config, n_genes)
    own: Mapping[str, Any] = network.state_dict()
    found = {
        name: state.array(f"{_NET}{name}", *value.shape).astype(np.float32)
        for name, value in own.items()
    }
    load(network, found)
    network.eval()
    return network


def _classifier(state: State, n_features: int) -> Classifier | None:
    if "classes" not in state.values:
        return None
    classes = state.texts("classes")
    features = Features(state.array("class_mean", n_features), state.array("class_sd", n_features))
    if (features.sd <= 0).any():
        message = "weights: array 'class_sd': expected standard deviations above 0"
        raise InputError(message)
    shape = (len(classes), n_features)
    linear = Linear(
        classes, state.array("coefficients", *shape), state.array("intercepts", len(classes))
    )
    return Classifier(features, linear)


def _cox(state: State, n_panel: int, n_genes: int) -> tuple[CoxNet | None, np.ndarray]:
    if not state.values.get("followed"):
        return None, np.zeros(0, np.int64)
    n_anchors = len(state.array("anchors", None, kind="i"))
    anchors = state.numbers("anchors", n_anchors, n_genes)
    n_features = n_panel + n_anchors
    sd, times = state.array("risk_sd", n_features), state.array("times", None)
    if (sd <= 0).any():
        message = "weights: array 'risk_sd': expected standard deviations above 0"
        raise InputError(message)
    mean, slopes = state.array("risk_mean", n_features), state.array("slopes", n_features)
    return CoxNet(mean, sd, slopes, 0.0, times, state.array("hazard", len(times))), anchors


def _count(state: State, name: str) -> int:
    found = state.values.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        message = f"weights: value {name!r}: expected a whole number from 1, found {found!r}"
        raise InputError(message)
    return found
