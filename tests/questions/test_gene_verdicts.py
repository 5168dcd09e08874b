"""Lists of genes get a verdict for each name."""

from pathlib import Path

from orthoweave.opening import open_knowledge_base


def test_every_name_has_one_verdict(toy_kb: Path) -> None:
    """Repeated names are counted, names of one gene are marked, lost names say why."""
    with open_knowledge_base(toy_kb) as kb:
        answer = kb.gene_verdicts(
            ["INS", "3630", "INS", "nope", "NA", "1-Sep", "LYZ"], "human", "mouse"
        )
    rows = {row["query"]: row for row in answer.rows()}
    assert list(rows) == ["INS", "3630", "nope", "NA", "1-Sep", "LYZ"]
    assert (rows["INS"]["times"], rows["INS"]["verdict"]) == (2, "matched")
    assert set(rows["INS"]["orthologs"]) == {"Ins1", "Ins2"}  # type: ignore[call-overload]
    assert rows["INS"]["measured_in"]
    assert rows["3630"]["verdict"] == "same gene"
    assert "'INS'" in str(rows["3630"]["why"])
    assert {rows[name]["verdict"] for name in ("nope", "NA", "1-Sep")} == {"no such gene"}
    assert "missing value" in str(rows["NA"]["why"])
    assert "SEPTIN1" in str(rows["1-Sep"]["why"])
    assert answer.notes[0].startswith("7 names, 6 distinct: 2 matched, 3 no such gene, 1 same gene")
