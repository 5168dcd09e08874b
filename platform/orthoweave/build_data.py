"""Data of an opened build for analysis: cells, maps, views, exports and runs of models."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from orthoweave.progress import Progress, Quiet
from orthoweave.questions.answer import Answer
from orthoweave.questions.genes import require_gene
from orthoweave.questions.session import Session
from orthoweave.scales import shown_scale
from orthoweave.species import AnySpecies, species_or_none
from orthoweave.views.requests import View, ViewRequest

if TYPE_CHECKING:
    import anndata
    import numpy as np

    from orthoweave.exports.export import Exported
    from orthoweave.models.cost import Approve
    from orthoweave.runs.bundle import Bundled
    from orthoweave.runs.run import Ran
    from orthoweave.runs.train import Trained
    from orthoweave.search.cell_sample import CellSample
    from orthoweave.storage.run_outputs import KeyedArray


class BuildData(ABC):
    """The part of a knowledge base that returns data rather than answers.

    Notes
    -----
    * `progress`: where to report progress; nowhere if None.
    """

    @property
    @abstractmethod
    def session(self) -> Session:
        """The opened build."""

    def cells(self, dataset: str) -> "CellSample":
        """Return the cells of a dataset with their counts; a random sample of a large dataset."""
        from orthoweave.search.signature import dataset_sample

        return dataset_sample(self.session, dataset)

    def cell_map(
        self,
        sample: "CellSample",
        method: Literal["umap", "pca"] = "umap",
        *,
        space: str | None = None,
    ) -> "np.ndarray":
        """Return the coordinates of cells on a map, shape ``(n_cells, 2)``, without unit; cached.

        Parameters
        ----------
        sample
            The cells, from `cells`.
        method
            UMAP of the principal components, or the first two components.
        space
            Space of cells, such as that of a run, whose vectors are drawn in place of expression;
            a cell without a vector has the coordinates NaN.
        """
        from orthoweave.search.maps import map_in_space, map_of

        if space is not None:
            return map_in_space(self.session, sample, space, method=method)
        matrix = self.session.published.matrix(sample.dataset).name
        return map_of(sample, self.session.layout.scratch(), matrix, method=method)

    def cell_map_table(
        self,
        sample: "CellSample",
        places: "np.ndarray",
        title: str,
        values: "Sequence[object] | np.ndarray",
    ) -> Answer:
        """Return the data of a map: each cell with its coordinates and the coloured value.

        Parameters
        ----------
        sample
            The cells, from `cells`.
        places
            Their coordinates, from `cell_map`, shape ``(n_cells, 2)``.
        title
            Title of the answer.
        values
            A value for each cell, shape ``(n_cells,)``, or none.
        """
        from orthoweave.search.maps import map_table

        return map_table(self.session, sample, places, title, values)

    def view(self, request: ViewRequest) -> View:
        """Return a view of the build, as models read it.

        Parameters
        ----------
        request
            One of `views.requests`, such as ``ExpressionRequest("baron_human")``.
        """
        from orthoweave.views.reading.read import read_view

        return read_view(self.session.published, request)

    def anndata(
        self, dataset: str, *, counts: bool = False, runs: Sequence[str] | bool = ()
    ) -> "anndata.AnnData":
        """Return a dataset's expression as AnnData, cells by genes, with the results of runs.

        Of a run named RUN, `obs` has the predictions (``RUN_label``, ``RUN_probability``,
        ``RUN_verdict``, ``RUN_abstained``, ``RUN_value``) and clusters (``RUN_cluster``), `obsm`
        the vectors of cells (``X_RUN``), `varm` those of genes, `layers` the values of cells by
        genes (``RUN_NAME``) and ``uns["orthoweave"]`` the provenance. A cell that a run leaves out
        has NaN.

        Parameters
        ----------
        counts
            Return counts, rather than log1p of counts per 10 000. Values that were normalised
            before are returned on their own scale, which ``uns["scale"]`` names.
        runs
            Names or keys of runs, as `runs` lists them; True for all that have something.

        Raises
        ------
        ScaleError
            If counts are wanted of such a dataset.
        UnknownNameError
            If the run does not exist, or has nothing on the dataset.
        """
        from orthoweave.views.reading.anndata_runs import read_anndata

        return read_anndata(self.session.published, dataset, counts=counts, runs=runs)

    def export(
        self,
        form: str,
        target: str | Path,
        *,
        tables: Sequence[str] = (),
        around: Sequence[str] = (),
        hops: int = 1,
        species: AnySpecies | None = None,
        datasets: Sequence[str] = (),
        runs: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> "Exported":
        """Write the build, or a part of it, to a new folder for other tools.

        Parameters
        ----------
        form
            Name of the format: ``kgx``, ``kgx-parquet``, ``parquet``, ``graphml``, ``cytoscape``,
            ``neo4j-admin``, or ``h5ad`` for datasets.
        target
            Path of the folder to make.
        tables
            Node and edge tables to export; an edge table brings the tables of its ends. All if
            empty.
        around
            Genes, by name or id: only what lies within `hops` edges of one of them. Everything if
            empty.
        hops
            Greatest number of edges from such a gene, from 1.
        species
            Species of the genes named in `around`; any by default.
        datasets, runs
            Datasets to write as ``h5ad``, all if empty, and runs whose results go into them, by
            name or key; ``all`` for every run that has some.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            If a table, dataset or run does not exist, or a text names no gene or several.
        UsageError
            If the format is unknown or does not fit the rest, or `target` exists.
        """
        from orthoweave.exports.export import export

        of = species_or_none(species)
        keys = [require_gene(self.session.genes, text, of).gene for text in around]
        return export(
            self.session.published,
            form,
            Path(target),
            progress or Quiet(),
            tables=tables,
            around=keys,
            hops=hops,
            datasets=datasets,
            runs=runs,
        )

    def run(
        self,
        model: str,
        *,
        name: str | None = None,
        weights: str | None = None,
        progress: Progress | None = None,
        approve: "Approve | None" = None,
        **settings: object,
    ) -> "Ran":
        """Run a model on this build; the next build will contain its facts.

        Parameters
        ----------
        model
            Name of a model, such as ``hypergraph_clusters``.
        name
            Name of the run's source; by default the model's and a digest of its options.
        weights
            Name of kept weights to apply, as `weights` lists it; by default the model is fitted.
        approve
            Told the estimated cost before the run starts, and may refuse it by an error; see
            `orthoweave.models.cost`.
        settings
            Options of the model, such as ``dataset="baron_human"``; with weights its dataset.

        Raises
        ------
        UnknownNameError
            For an unknown model or unknown weights.
        UsageError, InputError
            If an option is unknown or wrong, or the build lacks what the model reads.
        """
        from orthoweave.runs.kept import run_kept
        from orthoweave.runs.run import run_named

        layout, shown = self.session.layout, progress or Quiet()
        if weights is not None:
            return run_kept(layout, model, weights, settings, shown, name=name)
        return run_named(layout, model, settings, shown, name=name, approve=approve)

    def train(
        self,
        model: str,
        *,
        name: str | None = None,
        progress: Progress | None = None,
        approve: "Approve | None" = None,
        **settings: object,
    ) -> "Trained":
        """Train a model on this build, and keep what it learnt as weights.

        Parameters
        ----------
        model
            Name of a model, such as ``cell_text``.
        name
            Name of the weights; by default the model's and a digest of its options.
        approve
            Told the estimated cost before the training starts, and may refuse it; see `run`.
        settings
            Options of the model, such as ``dataset="baron_human"``.

        Raises
        ------
        UnknownNameError
            For an unknown model.
        UsageError, InputError
            If the model keeps no weights, an option is unknown or wrong, or the build lacks what
            the model reads.
        """
        from orthoweave.runs.train import train_named

        layout, shown = self.session.layout, progress or Quiet()
        return train_named(layout, model, settings, shown, name=name, approve=approve)

    def bundle(
        self,
        model: str,
        folder: str | Path,
        /,
        *,
        progress: Progress | None = None,
        **settings: object,
    ) -> "Bundled":
        """Write all that a model would be trained on to a new folder, to train it elsewhere.

        `orthoweave.runs.train_bundle` trains from it, without a knowledge base.

        Parameters
        ----------
        model
            Name of a model, such as ``cell_text``.
        folder
            Path of the folder to make.
        settings
            Options of the model, such as ``dataset="baron_human"``.

        Raises
        ------
        UnknownNameError
            For an unknown model.
        UsageError, InputError
            If the model keeps no weights, an option is unknown or wrong, the build lacks what the
            model reads, or the folder exists.
        """
        from orthoweave.runs.bundle import write_bundle

        layout, shown = self.session.layout, progress or Quiet()
        return write_bundle(layout, model, settings, Path(folder), shown)

    def array(self, run: str, name: str) -> "KeyedArray":
        """Return an array that a run has written, with the keys of its rows and columns.

        Parameters
        ----------
        run
            Name or key of the run.
        name
            Name of the array, such as ``imputed``.

        Raises
        ------
        UnknownNameError
            If the build has no such run, or the run no such array.
        """
        from orthoweave.questions.run_outputs import array

        return array(self.session, run, name)

    def weights(self, name: str | None = None) -> Answer:
        """List the kept weights of models, or what is known of one.

        Parameters
        ----------
        name
            Name of weights; None lists all.
        """
        from orthoweave.questions.weights import weights_list, weights_shown

        layout = self.session.layout
        return weights_list(layout) if name is None else weights_shown(layout, name)

    def evaluate(
        self,
        dataset: str,
        *,
        spaces: Sequence[str] = (),
        file: str | Path | None = None,
        obsm: Sequence[str] = (),
        name: str | None = None,
        progress: Progress | None = None,
        **settings: object,
    ) -> Answer:
        """Evaluate embeddings of a dataset's cells, each beside PCA-50, chance and depth.

        The scores are recorded as a run, whose key is ``provenance["run"]``; the next build will
        contain it.

        Parameters
        ----------
        spaces
            Spaces of the build, such as ``cell_text``.
        file
            AnnData file with embeddings and columns of these cells, by barcode or key.
        obsm
            Keys of its matrices, such as ``X_scVI``.
        name
            Name of the run's source; by default a digest of its options.
        settings
            Further options, such as ``labels="cell_type"`` or ``targets=("age",)``.

        Raises
        ------
        UsageError, UnknownNameError, InputError
            If no embedding is given, an option or column is not there, or no cell has a vector.
        """
        from orthoweave.questions.evaluations import evaluation
        from orthoweave.runs.evaluate import evaluate, recorded_metrics

        given: dict[str, object] = {"dataset": dataset, "spaces": spaces, "obsm": obsm}
        given["scale"] = shown_scale(self.session.published.stored_scale(dataset)).name
        done = evaluate(
            self.session.layout,
            None if file is None else Path(file),
            given | settings,
            progress or Quiet(),
            name=name,
        )
        return evaluation(self.session, done.run, *recorded_metrics(done))
