"""The genes that many texts mean: a table of candidates and a report of what was lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa

from orthoweave.errors import AmbiguousNameError, UsageError
from orthoweave.genes.names import describe_mangled, explain_lost, is_mangled
from orthoweave.genes.records import Candidate, contenders

OnAmbiguous = Literal["error", "all", "best"]
Status = Literal["matched", "ambiguous", "redirected", "lost"]

_CHOICES: Final = ("error", "all", "best")
# number of ambiguous names that an error lists; the rest is counted
_LISTED: Final = 10

RESOLUTION_SCHEMA: Final = pa.schema(
    [
        ("query", pa.string()),
        ("gene", pa.string()),
        ("symbol", pa.string()),
        ("species", pa.string()),
        ("reason", pa.string()),
        ("status", pa.string()),
        ("n_candidates", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Number of texts that named a gene, and the texts that did not; repeated texts count."""

    n_in: int
    n_matched: int
    """One gene fits best."""
    n_ambiguous: int
    """Several genes fit equally well."""
    n_redirected: int
    """One gene fits best, by an id that was retired in its favour."""
    n_lost: int
    """No gene fits."""
    lost: tuple[str, ...]
    """The lost texts in order, each once."""
    reasons: dict[str, int]
    """Texts by the reason of their best candidate."""
    mangled: tuple[str, ...]
    """Lost texts that look like a date or float made by a spreadsheet."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as values for JSON."""
        return {
            "n_in": self.n_in,
            "n_matched": self.n_matched,
            "n_ambiguous": self.n_ambiguous,
            "n_redirected": self.n_redirected,
            "n_lost": self.n_lost,
            "lost": list(self.lost),
            "reasons": dict(self.reasons),
            "mangled": list(self.mangled),
            "mangled_about": {text: describe_mangled(text) for text in self.mangled},
            "lost_about": {text: why for text in self.lost if (why := explain_lost(text))},
        }

    def summary(self) -> str:
        """Return the report in one line."""
        line = (
            f"{self.n_in:,} names: {self.n_matched:,} matched, {self.n_redirected:,} redirected, "
            f"{self.n_ambiguous:,} ambiguous, {self.n_lost:,} lost"
        )
        explained = [(text, why) for text in self.lost if (why := explain_lost(text))]
        if explained:
            text, why = explained[0]
            line += f"; {text!r} {why}"
            line += f"; {len(explained) - 1:,} more look damaged" if len(explained) > 1 else ""
        return line


@dataclass(frozen=True, slots=True)
class Resolution:
    """The genes that many texts mean."""

    rows: pa.Table
    """Columns query, gene, symbol, species, reason, status, n_candidates. A lost text has one row
    without gene; `n_candidates` counts all genes that fit in any way."""
    report: CoverageReport
    keys: dict[str, str]
    """Gene key by text, where one gene fits best."""

    def unique(self) -> dict[str, str]:
        """Return the gene key by text, where exactly one gene has the best reason."""
        return dict(self.keys)


def make_resolution(
    found: Sequence[tuple[str, Sequence[Candidate]]], on_ambiguous: OnAmbiguous
) -> Resolution:
    """Return table and report from the candidates of each text, best first.

    Raises
    ------
    AmbiguousNameError
        If `on_ambiguous` is ``error`` and a text is ambiguous; the message lists the candidates.
    """
    if on_ambiguous not in _CHOICES:
        message = f"on_ambiguous={on_ambiguous!r}: expected one of {', '.join(_CHOICES)}"
        raise UsageError(message)
    statuses = [status_of(candidates) for _, candidates in found]
    if on_ambiguous == "error":
        _refuse_ambiguous(found, statuses)
    columns: dict[str, list[Any]] = {name: [] for name in RESOLUTION_SCHEMA.names}
    for (text, candidates), status in zip(found, statuses, strict=True):
        for row in _rows(text, candidates, status, every=on_ambiguous == "all"):
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    keys = {
        text: candidates[0].gene
        for (text, candidates), status in zip(found, statuses, strict=True)
        if status in ("matched", "redirected")
    }
    return Resolution(pa.table(columns, schema=RESOLUTION_SCHEMA), _report(found, statuses), keys)


def status_of(candidates: Sequence[Candidate]) -> Status:
    """Return whether the best reason holds for one gene, for several or for none."""
    if not candidates:
        return "lost"
    if len(contenders(candidates)) > 1:
        return "ambiguous"
    return "redirected" if candidates[0].reason == "retired_id" else "matched"


def _rows(
    text: str, candidates: Sequence[Candidate], status: Status, *, every: bool
) -> list[tuple[Any, ...]]:
    if not candidates:
        return [(text, None, None, None, explain_lost(text), status, 0)]
    return [
        (text, gene.gene, gene.symbol, gene.species, gene.reason, status, len(candidates))
        for gene in (candidates if every else candidates[:1])
    ]


def _report(
    found: Sequence[tuple[str, Sequence[Candidate]]], statuses: Sequence[Status]
) -> CoverageReport:
    counts = Counter(statuses)
    lost = tuple(dict.fromkeys(text for text, candidates in found if not candidates))
    reasons = Counter(candidates[0].reason for _, candidates in found if candidates)
    return CoverageReport(
        n_in=len(found),
        n_matched=counts["matched"],
        n_ambiguous=counts["ambiguous"],
        n_redirected=counts["redirected"],
        n_lost=counts["lost"],
        lost=lost,
        reasons={str(reason): reasons[reason] for reason in sorted(reasons)},
        mangled=tuple(text for text in lost if is_mangled(text)),
    )


def _refuse_ambiguous(
    found: Sequence[tuple[str, Sequence[Candidate]]], statuses: Sequence[Status]
) -> None:
    ambiguous = {
        text: contenders(candidates)
        for (text, candidates), status in zip(found, statuses, strict=True)
        if status == "ambiguous"
    }
    if not ambiguous:
        return
    listed = [
        f"{text!r}: "
        + ", ".join(f"{one.gene} ({one.symbol}, {one.species}, {one.reason})" for one in candidates)
        for text, candidates in list(ambiguous.items())[:_LISTED]
    ]
    more = len(ambiguous) - len(listed)
    message = f"{len(ambiguous):,} ambiguous names, expected one gene each:\n  " + "\n  ".join(
        listed
    )
    message += f"\n  and {more:,} more" if more else ""
    message += "\nName the species, use ids, or choose on_ambiguous all or best"
    raise AmbiguousNameError(message)
