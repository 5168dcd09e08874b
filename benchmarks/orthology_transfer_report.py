"""Tables of the benchmark of orthology transfer: means with intervals, and acceptance."""

from typing import Any

import numpy as np
import pandas as pd
from benchmarks.paired import paired_bootstrap

from orthoweave.models.evaluation import seed_estimate

# what TRON must lead by: method, labelled cells, macro-F1
ASKED = (
    ("(b)", 25, 0.02),
    ("(b)", 50, 0.02),
    ("(c)", 25, 0.05),
    ("(c)", 50, 0.05),
    ("(f)", 50, 0.05),
)


def summary(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the mean with interval over draws for each study, size and method."""
    rows: list[dict[str, Any]] = []
    for (study, cells, method), group in table.groupby(["study", "cells", "method"], sort=False):
        scores = group.sort_values("draw")["macro_f1"].to_numpy()
        spread = np.ptp(scores) > 0 and len(scores) > 1
        found = seed_estimate(scores.tolist()) if spread else None
        reference = table[
            (table["study"] == study) & (table["cells"] == cells) & (table["method"] == "TRON")
        ].sort_values("draw")
        ours = reference["macro_f1"].to_numpy()[: len(scores)]
        lead = paired_bootstrap(ours, scores, seed=0) if method != "TRON" else None
        rows.append(
            {
                "study": study,
                "cells": int(str(cells)),
                "method": method,
                "draws": len(scores),
                "macro_f1": float(scores.mean()),
                "low": found.low if found else float(scores.mean()),
                "high": found.high if found else float(scores.mean()),
                "tron_ahead": [lead.value, lead.low, lead.high] if lead else None,
                "accuracy": float(group["accuracy"].mean()),
                "strength": float(group["strength"].iloc[0]),
                "seconds": float(group["seconds"].median()),
            }
        )
    return rows


def acceptance(rows: list[dict[str, Any]], study: str) -> list[dict[str, object]]:
    """Compare the lead of TRON in a study with the lead required beforehand, and print it."""
    verdicts = []
    for against, cells, least in ASKED:
        lead = next(
            row["tron_ahead"]
            for row in rows
            if (row["study"], row["cells"]) == (study, cells) and row["method"].startswith(against)
        )
        met = lead[0] >= least and lead[1] > 0
        verdicts.append(
            {"against": against, "cells": cells, "least": least, "lead": lead, "met": met}
        )
        print(
            f"TRON - {against} at {cells} cells: {lead[0]:+.3f} ({lead[1]:+.3f} to "
            f"{lead[2]:+.3f}), asked for {least}: {'met' if met else 'not met'}"
        )
    return verdicts


def table(rows: list[dict[str, Any]], study: str) -> None:
    """Print macro-F1 with its interval, methods by numbers of labelled cells."""
    here = [row for row in rows if row["study"] == study]
    sizes = sorted({row["cells"] for row in here})
    print(
        f"\n### {study}\n\n| method | {' | '.join(map(str, sizes))} |\n|---|{'---|' * len(sizes)}"
    )
    for method in dict.fromkeys(row["method"] for row in here):
        cells = []
        for size in sizes:
            row = next((r for r in here if (r["method"], r["cells"]) == (method, size)), None)
            spread = row and row["high"] > row["low"]
            cells.append(
                ""
                if row is None
                else f"{row['macro_f1']:.3f}"
                + (f" ({row['low']:.3f} to {row['high']:.3f})" if spread else "")
            )
        print(f"| {method} | {' | '.join(cells)} |")
