"""The demo: builds the bundled knowledge base of human and mouse pancreas and asks it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from orthoweave.builds.build import build
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Progress
from orthoweave.questions.answer import Answer
from orthoweave.recipes.recipe import find_recipe
from orthoweave.recipes.setup import set_up
from orthoweave.settings import read_settings
from orthoweave.storage.layout import Layout

MODEL: Final = "hypergraph_clusters"
DATASET: Final = "baron_human"


@dataclass(frozen=True, slots=True)
class Shown:
    """A question of the demo: in words, as a command, and what came back."""

    question: str
    command: str
    answer: Answer


def build_demo(kb: Path, progress: Progress) -> None:
    """Ingest the bundled data into `kb`, build and publish. What is there already is kept."""
    set_up(Layout(kb), find_recipe("demo"), progress, settings=read_settings())


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
    with open_knowledge_base(kb, store="") as opened:
        opened.run(MODEL, progress=progress, dataset=DATASET)
    build(Layout(kb), progress)


def ask_about_runs(kb: KnowledgeBase) -> Iterator[Shown]:
    """Yield the facts of the model in the graph, and its score beside baseline and control."""
    yield Shown(
        "A model walked on the cell-gene hypergraph, without labels: what are its clusters, and "
        "which genes lead through them?",
        f"orthoweave run {MODEL} --set dataset={DATASET}; orthoweave clusters {DATASET}",
        kb.clusters(DATASET),
    )
    yield Shown(
        "How well did it do, beside a plain baseline and with its signal destroyed?",
        "orthoweave runs",
        kb.scores(),
    )


def ask_four(kb: KnowledgeBase) -> Iterator[Shown]:
    """The four questions of the demo: identity, expression, meaning, structure."""
    yield Shown(
        "Which mouse genes are orthologs of human insulin, and which sources assert it?",
        "orthoweave orthologs INS --from human --to mouse",
        kb.orthologs(["INS"], from_species="human", to_species="mouse"),
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
