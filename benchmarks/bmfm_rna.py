"""BMFM-RNA on real cells: few labels, hidden halves of profiles, objectives, and kept weights.

Parts: ``labels``, a frozen encoder beside components and random weights, by labels a type;
``hidden``, hidden halves of profiles of a held-out donor; ``objectives``, WCED beside masked values
by one small transformer; ``model``, the model's own scores; ``kept``, cells for each second of
processor time. Nothing was chosen by the mouse of Baron et al. Usage:
``python -m benchmarks.bmfm_rna DATA [PART ...]``; results: results/bmfm_rna.json.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import scipy.sparse as sp
import torch
from benchmarks.apply_weights import repeated
from benchmarks.synthetic import RESULTS

from orthoweave.models.base import RunContext
from orthoweave.models.bmfm_rna.annotation import frozen_head
from orthoweave.models.bmfm_rna.config import BmfmConfig, encoder_config
from orthoweave.models.bmfm_rna.model import BmfmRna
from orthoweave.models.encoder.cells import TrainingCells, training_cells
from orthoweave.models.encoder.config import EncoderConfig, ExpressedGenes
from orthoweave.models.encoder.embedding import embed
from orthoweave.models.encoder.fitting import new_network, pretrain
from orthoweave.models.encoder.network import ExpressionNetwork
from orthoweave.models.encoder.objectives.wced import WholeObjective
from orthoweave.models.encoder.profiles import Target, whole_profiles
from orthoweave.models.encoder.sets import measure_by_recovery
from orthoweave.models.encoder.sizes import set_wced, tiny_mlm, tiny_wced
from orthoweave.models.evaluation import macro_f1, seed_estimate
from orthoweave.models.probes.components import component_axes, components, variable_columns
from orthoweave.models.training.plan import Plan
from orthoweave.views.batches import BatchSource, CellBatches
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.ontology import no_ontology
from orthoweave.views.requests import Views

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"
FILES = {
    "baron_human": ("baron_pancreas/baron_human.h5ad", HUMAN),
    "pbmc3k": ("pbmc3k/pbmc3k.h5ad", HUMAN),
    "zheng": ("pbmc_zheng_sorted/zheng_sorted_500.h5ad", HUMAN),
    "baron_mouse": ("baron_pancreas/baron_mouse.h5ad", MOUSE),
}
SIZES, DRAWS, SEEDS, LEAST = (2, 5, 10, 20), 8, 5, 40
N_GENES, N_CELLS = 1500, 100_000


@dataclass(frozen=True)
class Pieces:
    """A matrix in memory, in chunks of 1,000 cells."""

    matrix: sp.csr_matrix

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return int(self.matrix.shape[0])

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""
        return -(-self.n_cells // 1000)

    def pieces(self, chunks: Sequence[int] | None = None) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Yield the chunks asked for."""
        for chunk in range(self.n_chunks) if chunks is None else chunks:
            yield chunk * 1000, self.matrix[chunk * 1000 : (chunk + 1) * 1000]


def read(data: Path, name: str) -> ExpressionView:
    """Read the counts of a dataset, with genes keyed by NCBI gene id where they have one."""
    path, species = FILES[name]
    table = anndata.read_h5ad(data / path)
    number = table.var["ncbi_gene_id"].astype(str)
    kept = ((number != "") & ~number.duplicated(keep=False)).to_numpy()
    counts = table.X.tocsr()
    return expression_view(
        name,
        species,
        np.array([f"{name}:{cell}" for cell in table.obs_names], object),
        np.array([f"NCBIGene:{key}" for key in number[kept]], object),
        counts[:, kept],
        scale="counts",
        totals=np.asarray(counts.sum(axis=1)).ravel(),
        cell_types=table.obs["cell_type_ontology_term_id"].astype(str).to_numpy(object),
        donors=table.obs["donor"].astype(str).to_numpy(object) if "donor" in table.obs else None,
    )


def batches_of(*views: ExpressionView) -> CellBatches:
    """Return batches of the cells of some views."""
    genes = np.array(list(dict.fromkeys(key for view in views for key in view.genes)), object)
    number = {key: place for place, key in enumerate(genes)}
    return CellBatches(
        tuple(view.dataset for view in views),
        genes,
        "log1p_cp10k",
        " ".join(view.dataset for view in views),
        tuple(
            BatchSource(
                Pieces(view.values),
                np.array([number[key] for key in view.genes], np.int32),
                view.totals,
                logs=True,
            )
            for view in views
        ),
        tuple(view.species for view in views),
    )


def trained(
    cells: TrainingCells, config: EncoderConfig, seed: int = 0
) -> tuple[ExpressionNetwork, float]:
    """Return a trained network and the processor time that it took."""
    config = replace(config, plan=replace(config.plan, seed=seed))
    network = new_network(config, cells, seed=seed)
    began = time.process_time()
    pretrain(network, cells, config, RunContext(), device="cpu")
    return network, time.process_time() - began


def standardised(rows: np.ndarray) -> np.ndarray:
    """Return each column less its mean, in standard deviations."""
    return np.asarray((rows - rows.mean(axis=0)) / np.maximum(rows.std(axis=0), 1e-6))


def few_labels(rows: np.ndarray, types: np.ndarray, size: int) -> np.ndarray:
    """Return macro-F1 of a linear probe from so many labels a type, for each draw."""
    names, numbers = np.unique(types.astype(str), return_inverse=True)
    found = []
    for draw in range(DRAWS):
        random = np.random.default_rng(draw)
        known = np.concatenate(
            [random.permutation(np.flatnonzero(numbers == one))[:size] for one in range(len(names))]
        )
        asked = np.setdiff1d(np.arange(len(rows)), known)
        head = frozen_head(rows[known], numbers[known], len(names))
        found.append(macro_f1(numbers[asked], head.probability(rows[asked]).argmax(axis=1)))
    return np.array(found)


def labels_part(data: Path) -> dict[str, Any]:
    """Measure a frozen encoder by labels a type, on three datasets."""
    result = {}
    for name in ("baron_human", "pbmc3k", "baron_mouse"):
        view = read(data, name)
        cells = training_cells(batches_of(view), N_GENES)
        held = cells.held
        if held is None:
            raise SystemExit("expected the cells to be held")
        network, spent = trained(cells, set_wced())
        own, own_spent = trained(cells, encoder_config(BmfmConfig()))
        whole = own.objectives[0]
        if not isinstance(whole, WholeObjective):
            raise SystemExit("expected WCED")
        measure_by_recovery(own.encoder, whole.head)
        known = np.ones(len(cells.genes), bool)
        types, counts = np.unique(view.cell_types.astype(str), return_counts=True)
        kept = np.isin(view.cell_types.astype(str), types[counts >= LEAST])
        pca = components(held.values)[0]
        random = new_network(set_wced(), cells)
        rows = {
            "model": embed(own, held.values, known),
            "encoder": embed(network, held.values, known),
            "encoder, standardised": standardised(embed(network, held.values, known)),
            "PCA-50": pca,
            "PCA-50, standardised": standardised(pca),
            "random weights": embed(random, held.values, known),
            "depth": np.log10(view.totals)[:, None],
        }
        found = {
            row: {str(size): few_labels(one[kept], view.cell_types[kept], size) for size in SIZES}
            for row, one in rows.items()
        }
        result[name] = {
            "cpu_s": round(spent, 1),
            "cpu_s_of_model": round(own_spent, 1),
            "cells": int(kept.sum()),
            "types": int((counts >= LEAST).sum()),
            "macro_f1": {
                row: {size: round(float(one.mean()), 3) for size, one in by_size.items()}
                for row, by_size in found.items()
            },
            "differences_at_20": {
                f"{one} minus {other}": str(seed_estimate(found[one]["20"] - found[other]["20"]))
                for one in ("model", "encoder", "encoder, standardised")
                for other in ("PCA-50", "PCA-50, standardised", "random weights")
            },
        }
        print(name, json.dumps(result[name], indent=1), flush=True)
    return result


def hidden_part(data: Path) -> dict[str, Any]:
    """Recover the hidden half of profiles of a held-out donor, beside components."""
    view = read(data, "baron_human")
    names = sorted(set(view.donors))
    held_out = view.donors == names[-1]
    cells = training_cells(batches_of(view.subset(cells=~held_out)), N_GENES)
    network, spent = trained(cells, set_wced())
    test = view.subset(cells=held_out, genes=cells.genes).log1p_cp10k()
    y = test.values.toarray()
    shown = np.random.default_rng(0).random(y.shape) < 0.5
    batch = whole_profiles(Target(torch.from_numpy(y), torch.ones(y.shape, dtype=torch.bool)))
    objective = network.objectives[0]
    if not isinstance(objective, WholeObjective) or cells.held is None:
        raise SystemExit("expected WCED on held cells")
    with torch.no_grad():
        cell = network.encode(batch.hide(torch.from_numpy(~shown))).cell
        value, zero = objective.recovered(cell)
        found = (value * torch.sigmoid(-zero)).numpy()
    mean, axes = component_axes(cells.held.values, 50)
    found_pca = np.empty_like(y)
    for row, (values, there) in enumerate(zip(y, shown, strict=True)):
        seen = axes[:, there]
        weights = np.linalg.lstsq(
            seen @ seen.T + 1e-3 * np.eye(50), seen @ (values - mean)[there], rcond=None
        )[0]
        found_pca[row] = mean + weights @ axes
    result: dict[str, Any] = {"cells": len(y), "cpu_s": round(spent, 1)}
    for name, rows in (("encoder", found), ("PCA-50 of the visible half", found_pca)):
        result[name] = round(median_r2(y, rows, mean, ~shown), 4)
    print(json.dumps(result, indent=1), flush=True)
    return result


def median_r2(y: np.ndarray, found: np.ndarray, mean: np.ndarray, where: np.ndarray) -> float:
    """Return the median over genes of 1 - squared error over that of the training mean."""
    error = (((y - found) ** 2) * where).sum(axis=0)
    plain = (((y - mean) ** 2) * where).sum(axis=0)
    there = plain > 0
    return float(np.median(1 - error[there] / plain[there]))


def objectives_part(data: Path) -> dict[str, Any]:
    """Compare WCED with masked values by one small transformer, over seeds."""
    view = read(data, "baron_human")
    cells = training_cells(batches_of(view), 1000)
    types, counts = np.unique(view.cell_types.astype(str), return_counts=True)
    kept = np.isin(view.cell_types.astype(str), types[counts >= LEAST])
    known = np.ones(len(cells.genes), bool)
    if cells.held is None:
        raise SystemExit("expected the cells to be held")
    values = cells.held.values[kept]
    plan = Plan(2, rate=1e-3, decay=0.01, warmup=0.1, clip=0.5)
    found: dict[str, list[float]] = {"WCED": [], "masked, CLS": [], "masked, mean": []}
    steps = 0
    for seed in range(SEEDS):
        for name, tiny in (("WCED", tiny_wced()), ("masked", tiny_mlm())):
            config = replace(tiny, plan=plan, tokens=ExpressedGenes(96))
            network, spent = trained(cells, config, seed)
            steps = plan.epochs * -(-view.n_cells // config.batch)
            for pool in ("cls",) if name == "WCED" else ("cls", "mean"):
                network.encoder.pool = pool
                if pool == "mean":
                    network.encoder.places = (0.0,)
                rows = embed(network, values, known)
                score = float(few_labels(rows, view.cell_types[kept], 20).mean())
                key = name if name == "WCED" else f"masked, {'CLS' if pool == 'cls' else 'mean'}"
                found[key].append(score)
            print(
                seed, name, f"{spent:.0f} CPU s", {k: v[-1:] for k, v in found.items()}, flush=True
            )
    better = np.maximum(found["masked, CLS"], found["masked, mean"])
    return {
        "steps": steps,
        "macro_f1_at_20": {name: str(seed_estimate(one)) for name, one in found.items()},
        "WCED minus the better of masked": str(seed_estimate(np.array(found["WCED"]) - better)),
    }


def halves(data: Path) -> tuple[ExpressionView, ExpressionView]:
    """Return the pancreas of two donors and that of the other two, as two datasets."""
    view = read(data, "baron_human")
    names = sorted(set(view.donors))
    first = np.isin(view.donors, names[:2])
    return (
        replace(view.subset(cells=first), dataset="first"),
        replace(
            view.subset(cells=~first),
            dataset="second",
            cells=np.array([f"second:{n}" for n in range(int((~first).sum()))], object),
        ),
    )


def model_part(data: Path) -> dict[str, Any]:
    """Run the model on two donors of the pancreas for the other two, and on blood."""
    pancreas, other = halves(data)
    blood, sorted_blood = read(data, "pbmc3k"), read(data, "zheng")
    result = {}
    for name, source, target, options in (
        ("pancreas, 20 labels", pancreas, other, {"labels": 20}),
        ("pancreas, tuned, 20 labels", pancreas, other, {"labels": 20, "annotate": "tuned"}),
        ("pbmc3k to sorted blood", blood, sorted_blood, {"threshold": 0.9}),
    ):
        config = BmfmConfig(
            datasets=(source.dataset, target.dataset),
            source=(source.dataset,),
            target=target.dataset,
            device="cpu",
            **options,
        )
        views = Views(
            {
                "pretraining": batches_of(source, target),
                "target": target.log1p_cp10k(),
                "ontology": no_ontology(),
                f"source {source.dataset}": source.log1p_cp10k(),
            }
        )
        model, context, began = BmfmRna(), RunContext("run:b@1"), time.process_time()
        fitted = model.fit(views, config, context)
        spent = time.process_time() - began
        found = model.apply(fitted, views, config, context)
        result[name] = {
            "cpu_s_of_fit": round(spent, 1),
            "scores": [
                {
                    "metric": score.metric,
                    "model": str(score.estimate),
                    **{key: str(one) for key, one in score.baselines.items()},
                    score.control_name: str(score.control),
                }
                for score in found.scores
            ],
            "measures": dict(found.measures),
        }
        print(name, json.dumps(result[name], indent=1), flush=True)
    return result


def kept_part(data: Path) -> dict[str, Any]:
    """Apply kept weights to 100,000 cells of 8,000 genes: vectors, types, and with calibration."""
    pancreas, other = halves(data)
    genes = variable_columns(pancreas.log1p_cp10k().values, 8000)
    pancreas, other = pancreas.subset(genes=genes), other.subset(genes=genes)
    views = Views(
        {
            "pretraining": batches_of(pancreas, other),
            "target": other.log1p_cp10k(),
            "ontology": no_ontology(),
            "source first": pancreas.log1p_cp10k(),
        }
    )
    many = Views({"target": repeated(other.log1p_cp10k(), N_CELLS)})
    model, context, result = BmfmRna(), RunContext("run:b@1"), {}
    plain = BmfmConfig(datasets=("first", "second"), target="second", epochs=2, device="cpu")
    for name, config in (
        ("vectors", plain),
        ("types by a threshold", replace(plain, source=("first",), threshold=0.9)),
        ("types by held-out donors", replace(plain, source=("first",))),
    ):
        state = model.state(model.fit(views, config, context), views, config)
        kept = model.restore(state)
        model.apply_kept(kept, Views({"target": other.log1p_cp10k()}), config, context)
        began = time.process_time()
        model.apply_kept(kept, many, config, context)
        spent = time.process_time() - began
        result[name] = {"cpu_s": round(spent, 2), "cells_per_cpu_s": round(N_CELLS / spent)}
        print(name, result[name], flush=True)
    return result


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "labels": labels_part,
    "hidden": hidden_part,
    "objectives": objectives_part,
    "model": model_part,
    "kept": kept_part,
}


def main() -> None:
    """Measure the parts asked for, all by default, and write them into the JSON."""
    data, parts = Path(sys.argv[1]), sys.argv[2:] or list(PARTS)
    path = RESULTS / "bmfm_rna.json"
    for part in parts:
        found = PARTS[part](data)
        result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        result[part] = found
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
