"""scANVI as a rival of the plain probes, where scvi-tools is installed."""

from importlib.util import find_spec

import anndata
import numpy as np
import pandas as pd

from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


def scanvi_predictions(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite, *, epochs: int = 100
) -> np.ndarray | None:
    """Return target cell types by scANVI on one-to-one genes; None without scvi-tools.

    Xu et al., Probabilistic harmonization and annotation of single-cell transcriptomics data with
    deep generative models, 2021, doi:10.15252/msb.20209620. The target's labels are not given.
    """
    if find_spec("scvi") is None:
        return None
    import scvi

    one = pairs.select(pairs.cardinality == "1:1").among(source.genes, target.genes)
    parts = []
    for view, genes, labels in (
        (source, one.source_genes[one.source_index], source.cell_types),
        (target, one.target_genes[one.target_index], np.full(target.n_cells, "unknown", object)),
    ):
        values = view.subset(genes=genes).values.copy()
        # counts from their logarithms: the inverse of log1p of counts per 10 000
        share = np.repeat(view.totals / 10_000, np.diff(values.indptr))
        values.data = np.rint(np.expm1(values.data) * share).astype(np.float32)
        obs = pd.DataFrame({"species": view.species, "type": labels}, index=view.cells)
        parts.append(anndata.AnnData(values, obs=obs))
    both = anndata.concat(parts)
    scvi.settings.seed = 0
    scvi.model.SCVI.setup_anndata(both, batch_key="species", labels_key="type")
    plain = scvi.model.SCVI(both)
    plain.train(max_epochs=epochs)
    model = scvi.model.SCANVI.from_scvi_model(plain, unlabeled_category="unknown")
    model.train(max_epochs=max(1, epochs // 5))
    return np.asarray(model.predict(both)[source.n_cells :], object)
