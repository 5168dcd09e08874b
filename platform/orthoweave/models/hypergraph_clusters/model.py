"""The model: clusters of cells by walks on their hypergraph, and their high-traffic genes."""

from collections.abc import Mapping
from typing import ClassVar

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cost import Cost
from orthoweave.models.hypergraph_clusters.clustering import stability
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig, check_config
from orthoweave.models.hypergraph_clusters.cost import run_cost
from orthoweave.models.hypergraph_clusters.embedding import gene_step
from orthoweave.models.hypergraph_clusters.evaluation import scores
from orthoweave.models.hypergraph_clusters.fitting import fit_clusters
from orthoweave.models.hypergraph_clusters.results import (
    Clusters,
    cluster_tables,
    depth_notes,
    measures,
    traffic_table,
)
from orthoweave.models.hypergraph_clusters.traffic import gene_traffic
from orthoweave.models.outputs import vectors_of_cells
from orthoweave.views.requests import HypergraphRequest, ViewRequest, Views


class HypergraphClusters(Model[HypergraphClustersConfig, Clusters]):
    """Clusters of cells by DIPHW, CoMem-DIPHW and the walks that they are compared with.

    W. He, D. I. Bolnick, S. V. Scarpino, T. Eliassi-Rad, arXiv:2501.11760.
    """

    name: ClassVar[str] = "hypergraph_clusters"
    config_class = HypergraphClustersConfig
    card: ClassVar[ModelCard] = ModelCard(
        title="Clusters of cells by walks on the cell-gene hypergraph (DIPHW, CoMem-DIPHW)",
        paper="He, Bolnick, Scarpino and Eliassi-Rad, Hypergraph representations of scRNA-seq "
        "data for improved clustering with random walks, 2025",
        doi="arXiv:2501.11760",
        question="Which cells belong together, and which genes lead from one to the other?",
        reads=("cell-gene hypergraph of one dataset, log1p of counts per 10 000",),
        writes=("CellCluster", "IN_CLUSTER", "HIGH_TRAFFIC"),
        limits=(
            "the paper's exact walks are not public: ours were calibrated against its results",
            "a cluster need not be a cell type, and a batch makes clusters too",
            "the absolute correlation of CoMem takes opposite cells for similar ones",
            "cells with few counts are visited seldom; a note says so if depth decides",
            "the score does not reveal that k-means has more clusters than there are types",
        ),
    )

    not_kept: ClassVar[str] = (
        "its walks go from cell to cell of one dataset, so a cell that was not there has no place "
        "among them"
    )

    def views(self, config: HypergraphClustersConfig) -> Mapping[str, ViewRequest]:
        """Request the hypergraph of the dataset.

        Raises
        ------
        UsageError
            If no dataset is named, or an option is out of its range.
        """
        if not config.dataset:
            message = "hypergraph_clusters: expected a dataset (--set dataset=NAME), found none"
            raise UsageError(message)
        check_config(config)
        request = HypergraphRequest(
            config.dataset, "log1p_cp10k", config.top_genes, config.min_cells
        )
        return {"hypergraph": request}

    def fit(self, views: Views, config: HypergraphClustersConfig, context: RunContext) -> Clusters:
        """Cluster the cells, once for each seed.

        Raises
        ------
        InputError
            If the hypergraph is too small, too empty, or on the wrong scale (ScaleError).
        UsageError
            If the number of clusters is not from 2 to a fifth of the cells.
        """
        check_config(config)
        return fit_clusters(views.hypergraph("hypergraph").by_cell, config, context)

    def apply(
        self, fitted: Clusters, views: Views, config: HypergraphClustersConfig, context: RunContext
    ) -> ModelResult:
        """Return clusters, their cells and genes, and vectors; a score if there are labels."""
        view = views.hypergraph("hypergraph")
        clusters = fitted.partitions[fitted.chosen]
        agreement = stability(list(fitted.partitions)) if len(fitted.partitions) > 1 else None
        tables = cluster_tables(view, fitted, clusters, agreement, context.run)
        if config.traffic_genes and config.walk != "node2vec":
            step = gene_step(fitted.incidence.by_cell, config.walk, fitted.exponent)
            traffic = gene_traffic(
                step,
                fitted.occupancy,
                clusters,
                top=config.traffic_genes,
                permutations=config.permutations,
                seed=config.seed,
            )
            genes = view.genes[fitted.incidence.genes]
            tables["HIGH_TRAFFIC"] = traffic_table(traffic, genes, context.run)
        notes = (*fitted.incidence.notes, *depth_notes(view, fitted))
        return ModelResult(
            tables,
            scores(view, fitted, config),
            measures(fitted, clusters, agreement),
            notes,
            vectors_of_cells(view.dataset, view.cells[fitted.incidence.cells], fitted.vectors),
        )

    def cost(self, n_cells: int, n_genes: int, config: HypergraphClustersConfig) -> Cost:
        """Return an estimate of time and memory by the way that so many cells are embedded."""
        return run_cost(n_cells, n_genes, config)
