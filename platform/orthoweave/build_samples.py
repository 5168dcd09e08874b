"""Questions on the bulk samples of an opened build: survival, and expression by group."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from orthoweave.questions.answer import Answer
from orthoweave.questions.session import Session
from orthoweave.species import AnySpecies, species_or_none

if TYPE_CHECKING:
    from orthoweave.questions.survival import Split


class BuildSamples(ABC):
    """The part of a knowledge base that answers questions on bulk samples."""

    @property
    @abstractmethod
    def session(self) -> Session:
        """The opened build."""

    def cohorts(self) -> Answer:
        """List the groups of bulk samples of each dataset, with the patients that were followed."""
        from orthoweave.questions.samples import cohorts

        return cohorts(self.session)

    def survival(
        self,
        genes: Sequence[str],
        species: AnySpecies | None = None,
        *,
        dataset: str | None = None,
        split: "Split" = "median",
        group: str | None = None,
    ) -> Answer:
        """Test whether survival follows the expression of genes, a row for each gene and dataset.

        `hazard_ratio` is that of one more standard deviation of the gene, by Cox regression;
        `log_rank_p` compares the sides of the split, whose medians are `months_upper` and
        `months_lower`. Cohorts with fewer than twenty events are not tested, as `state` says.

        Parameters
        ----------
        split
            ``median``: patients above it against the others; ``tertiles``: the upper third
            against the lower one.
        group
            Only the samples of this group, such as a disease.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            For a gene, dataset or group that is not known, or a gene with several meanings.
        InputError
            If there are no bulk samples, or patients with several of them.
        """
        from orthoweave.questions.survival import survival

        of = species_or_none(species)
        return survival(self.session, genes, of, dataset=dataset, split=split, group=group)

    def survival_curves(
        self,
        gene: str,
        dataset: str,
        species: AnySpecies | None = None,
        *,
        split: "Split" = "median",
        group: str | None = None,
    ) -> Answer:
        """Return the Kaplan-Meier curves of patients with more and with less of a gene.

        A row is a time in months with the share without an event, its 95 % interval, the number
        at risk and the number of events. `charts.survival` draws them.

        Parameters
        ----------
        gene
            Symbol, synonym or id.
        split, group
            As for `survival`.

        Raises
        ------
        UnknownNameError, AmbiguousNameError, InputError
            As for `survival`; also if the dataset does not measure the gene, or a side of the
            split has fewer than five patients.
        """
        from orthoweave.questions.survival import survival_curves

        of = species_or_none(species)
        return survival_curves(self.session, gene, dataset, of, split=split, group=group)

    def expression_by_group(
        self, genes: Sequence[str], species: AnySpecies | None = None, *, dataset: str | None = None
    ) -> Answer:
        """Describe the expression of genes in the groups of bulk samples, across datasets.

        Raises
        ------
        UnknownNameError, AmbiguousNameError, InputError
            As for `survival`.
        """
        from orthoweave.questions.samples import expression_by_group

        of = species_or_none(species)
        return expression_by_group(self.session, genes, of, dataset=dataset)

    def sample_runs(self, dataset: str) -> Answer:
        """List the runs that restore genes of a dataset's samples, or predict a number for them."""
        from orthoweave.questions.run_samples import sample_runs

        return sample_runs(self.session, dataset)

    def run_survival_curves(
        self,
        run: str,
        dataset: str,
        gene: str | None = None,
        *,
        split: "Split" = "median",
        group: str | None = None,
    ) -> Answer:
        """Return Kaplan-Meier curves by what a run says of the samples; see `survival_curves`.

        Parameters
        ----------
        run
            Name or key of the run.
        gene
            A gene that the run has restored; None for the number that it predicts, such as a risk.

        Raises
        ------
        UnknownNameError, AmbiguousNameError, InputError
            As for `survival_curves`; also if the run says nothing of that kind.
        """
        from orthoweave.questions.run_samples import run_survival_curves

        return run_survival_curves(self.session, run, dataset, gene, split=split, group=group)

    def restored_values(self, run: str, dataset: str, gene: str) -> Answer:
        """List a gene that a run has restored, beside the measured values, a row for each sample.

        Raises
        ------
        UnknownNameError, AmbiguousNameError, InputError
            For a run or gene that is not known, or a gene that the run did not restore.
        """
        from orthoweave.questions.run_samples import restored_values

        return restored_values(self.session, run, dataset, gene)
