"""The scores of an evaluation of embeddings as one table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.runs import paired_difference, score_rows
from orthoweave.questions.session import Session

PCA: Final = "PCA-50"
EVALUATION: Final = pa.schema(
    [
        ("metric", pa.string()),
        ("of", pa.string()),
        ("role", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("over_pca", pa.float64()),
        ("over_pca_low", pa.float64()),
        ("over_pca_high", pa.float64()),
        ("context", pa.string()),
    ]
)


def evaluation(
    session: Session, run: str, metrics: Sequence[Mapping[str, Any]], notes: Sequence[str]
) -> Answer:
    """Return the scores of an evaluation: for each metric the embeddings, then the others, once.

    Parameters
    ----------
    run
        Key of the run.
    metrics
        Its scores, as the Run node holds them.
    """
    table = table_of(evaluation_rows(metrics), EVALUATION)
    answer = session.answer(table, f"Evaluation {run}", "evaluate", {"run": run}, notes)
    return replace(answer, provenance={**answer.provenance, "run": run})


def evaluation_rows(metrics: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows: `over_pca` is the embedding minus PCA-50, paired, with its interval."""
    found = []
    for metric in dict.fromkeys(str(score["metric"]) for score in metrics):
        scores = [score for score in metrics if score["metric"] == metric]
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for score in scores:
            over = paired_difference(score["differences"].get(PCA))
            for row in score_rows([score]):
                own = {name: row[name] for name in EVALUATION.names if name in row}
                if row["role"] == "model":
                    ends = ("over_pca", "over_pca_low", "over_pca_high")
                    own |= dict(zip(ends, over.values(), strict=True)) | {"role": "embedding"}
                rows.setdefault((row["role"], row["of"]), own)
        order = {"embedding": 0, "baseline": 1, "control": 2}
        found += sorted(rows.values(), key=lambda row: order[row["role"]])
    return found
