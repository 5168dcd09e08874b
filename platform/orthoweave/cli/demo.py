"""The demo: builds the bundled knowledge base of human and mouse pancreas and asks it."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from orthoweave import content
from orthoweave.builds.build import build
from orthoweave.jobs.discover import discover_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Progress
from orthoweave.queries.answer import Answer
from orthoweave.queries.clusters import clusters
from orthoweave.queries.knowledge_base import KnowledgeBase, open_knowledge_base
from orthoweave.queries.runs import run_scores
from orthoweave.settings import read_settings
from orthoweave.tables.layout import Layout

MODEL: Final = "hypergraph_clusters"
DATASET: Final = "baron_human"


@dataclass(frozen=True, slots=True)
class Shown:
    """A question of the demo: in words, as a command, and what came back."""

    question: str
    command: str
    answer: Answer


def recipe() -> list[dict[str, Any]]:
    """What the demo ingests, in order: job, files below ``ingest/demo/``, options."""
    with (content.folder("ingest") / "demo" / "recipe.toml").open("rb") as stream:
        return tomllib.load(stream)["ingest"]


def build_demo(kb: Path, progress: Progress) -> None:
    """Ingest the bundled data into `kb`, build and publish. What is there already is kept."""
    layout = Layout(kb)
    folder = content.folder("ingest") / "demo"
    jobs = discover_jobs(read_settings())
    for step in recipe():
        files = [folder / name for name in step["files"]]
        ingest(layout, jobs[step["job"]], files, step["set"], progress)
    build(layout, progress)


def run_demo(kb: Path, progress: Progress) -> Iterator[Shown]:
    """Build the demo in `kb`, ask its four questions, then run a model and show what it found."""
    build_demo(kb, progress)
    with open_knowledge_base(kb, store="") as opened:
        yield from ask_four(opened)
    run_demo_model(kb, progress)
    with open_knowledge_base(kb, store="") as opened:
        yield from ask_about_runs(opened)


def run_demo_model(kb: Path, progress: Progress) -> None:
    """Cluster the demo's human cells by walks on the hypergraph, and build with what is found."""
    from orthoweave.models.registry import find_model
    from orthoweave.models.settings import parse_config
    from orthoweave.runs.run import run_model

    model = find_model(MODEL)
    config = parse_config(model.config_class, {"dataset": DATASET})
    run_model(Layout(kb), model, config, progress)
    build(Layout(kb), progress)


def ask_about_runs(kb: KnowledgeBase) -> Iterator[Shown]:
    """What the model wrote into the graph, and how well it did beside baseline and control."""
    yield Shown(
        "A model walked on the cell-gene hypergraph, without labels: what are its clusters, and "
        "which genes lead through them?",
        f"orthoweave run {MODEL} --set dataset={DATASET}; orthoweave clusters {DATASET}",
        clusters(kb, DATASET),
    )
    yield Shown(
        "How well did it do, beside a plain baseline and with its signal destroyed?",
        "orthoweave runs",
        run_scores(kb),
    )


def ask_four(kb: KnowledgeBase) -> Iterator[Shown]:
    """The four questions of the demo: identity, expression, meaning, structure."""
    yield Shown(
        "Which mouse genes are orthologs of human insulin, and who says so?",
        "orthoweave orthologs INS --from human --to mouse",
        kb.orthologs(["INS"], source="human", target="mouse"),
    )
    yield Shown(
        "In which cell types is insulin expressed, human and mouse side by side?",
        "orthoweave expression INS --across human,mouse",
        _strongest(kb.expression(["INS"], across=("human", "mouse"))),
    )
    yield Shown(
        "Which cells make the hormone that lowers blood sugar?",
        'orthoweave search cells "insulin secreting beta cell" -k 8',
        kb.search_cells("insulin secreting beta cell", k=8),
    )
    yield Shown(
        "Which genes go up and down with GCG in human and, through orthologs, in mouse?",
        "orthoweave ask conserved_coexpression --param gene=GCG",
        kb.ask("conserved_coexpression", {"gene": "GCG"}),
    )


def _strongest(answer: Answer, rows: int = 4) -> Answer:
    """Keep the first `rows` cell types of each gene: they come strongest first."""
    seen: Counter[str] = Counter()
    kept = []
    for number, gene in enumerate(answer.table["gene"].to_pylist()):
        seen[gene] += 1
        if seen[gene] <= rows:
            kept.append(number)
    note = f"{rows} cell types of each gene are shown, of {answer.table.num_rows} rows in all"
    return replace(answer, table=answer.table.take(kept), notes=(*answer.notes, note))
