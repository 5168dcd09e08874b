"""Precision of search for phrases with known answers: cells of a type, and genes.

Cells: twelve phrases name or describe a cell type; twelve say what its genes do and leave out every
word of a cell type's name. Each is asked in human and in mouse, by the genes alone and by genes and
cell type together: the share of right cells among the first ten. These phrases were also used to
choose the weighting, on the complete data. Genes: 25 phrases say what a human gene does, mostly
without its symbol: the share that finds it first, and among the first five. Two hundred random
symbols are asked as they are. Usage: ``python -m benchmarks.search_phrases KB``, with the knowledge
base of the demo.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.search.spaces import Spaces, open_spaces

K = 10
# phrase with the type's name, phrase without, keys of the right types
PHRASES = (
    ("insulin secreting beta cell", "insulin secretion", {"CL:0000169"}),
    ("glucagon secreting alpha cell", "glucagon", {"CL:0000171"}),
    ("somatostatin producing delta cell", "somatostatin", {"CL:0000173"}),
    ("pancreatic polypeptide cell", "pancreatic polypeptide", {"CL:0002275"}),
    (
        "digestive enzyme secreting acinar cell",
        "digestive enzymes trypsin amylase lipase",
        {"CL:0002064"},
    ),
    ("duct epithelium keratin", "keratin epithelium mucin", {"CL:0002079"}),
    (
        "endothelial cell of blood vessels",
        "von Willebrand factor, vascular adhesion",
        {"CL:0000115"},
    ),
    ("collagen producing stellate cell", "extracellular matrix collagen fibres", {"CL:0002410"}),
    (
        "macrophage",
        "phagocytosis, complement and MHC class II antigen presentation",
        {"CL:0000235"},
    ),
    ("T lymphocyte", "T cell receptor CD3", {"CL:0000084"}),
    ("mast cell", "tryptase histamine IgE receptor", {"CL:0000097"}),
    ("Schwann cell myelin", "myelin sheath", {"CL:0002573"}),
)


# phrase, symbols of human genes that are right
GENES = (
    ("hormone of beta cells that lowers blood sugar", {"INS"}),
    ("glucagon", {"GCG"}),
    ("somatostatin", {"SST"}),
    ("pancreatic polypeptide", {"PPY"}),
    ("hunger hormone of the stomach, ghrelin", {"GHRL"}),
    ("amyloid polypeptide of the islets", {"IAPP"}),
    ("von Willebrand factor", {"VWF"}),
    ("platelet and endothelial cell adhesion molecule", {"PECAM1"}),
    ("collagen type I alpha 1 chain", {"COL1A1"}),
    ("fibronectin", {"FN1"}),
    ("basic protein of myelin sheaths", {"MBP"}),
    ("CD3 chain of the T cell receptor complex", {"CD3D", "CD3G", "CD247"}),
    ("tryptase of mast cells", {"TPSAB1", "TPSB2", "TPSD1", "TPSG1"}),
    ("complement C1q chain", {"C1QA", "C1QB", "C1QC"}),
    ("keratin of duct epithelium, type I keratin 19", {"KRT19"}),
    ("pancreatic lipase", {"PNLIP"}),
    ("trypsinogen, serine protease 1", {"PRSS1"}),
    ("pancreatic amylase", {"AMY2A", "AMY2B"}),
    ("cystic fibrosis chloride channel", {"CFTR"}),
    ("tumor suppressor p53", {"TP53"}),
    ("sulfonylurea receptor of potassium channels", {"ABCC8"}),
    ("glucose 6 phosphatase of islets", {"G6PC2"}),
    ("dipeptidyl peptidase", {"DPP4"}),
    ("transthyretin, carrier of thyroid hormone", {"TTR"}),
    ("transcription factor of pancreas and duodenum", {"PDX1"}),
)
SYMBOLS = 200


def main() -> None:
    """Ask all phrases, print tables and write the JSON."""
    with open_knowledge_base(Path(sys.argv[1])) as kb:
        rows = list(_cells(kb))
        result = {"k": K, "means": _means(rows), "genes": _genes(kb), "symbols": _symbols(kb)}
    target = Path(__file__).parent / "results" / "search_phrases.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result | {"rows": rows}, indent=1) + "\n", "utf-8")
    print("| species | phrase | genes alone | with type |\n|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['species']} | {row['phrase']} | {row['genes_alone']:.2f} "
            f"| {row['with_type']:.2f} |"
        )
    print(json.dumps(result, indent=1))


def _cells(kb: KnowledgeBase) -> Iterator[dict[str, Any]]:
    """Yield the precision of each phrase for cells."""
    spaces = open_spaces(kb.session)
    edges = kb.session.published.table("HAS_TYPE", ["from", "to", "by"], [("by", "=", "author")])
    of = {row["from"]: row["to"] for row in edges.to_pylist()}
    for species in ("human", "mouse"):
        inside = [
            key for key in spaces.index("cell_text").ids if key.startswith(f"baron_{species}:")
        ]
        there = Counter(of[key] for key in inside)
        for named, masked, right in PHRASES:
            total = sum(there[of_type] for of_type in right)
            best = min(K, total)
            for text, phrase_type in ((named, "named"), (masked, "masked")) if best else ():
                both = kb.search_cells(text, k=K, species=species).column("cell")
                genes = _by_genes(spaces, text, inside)
                yield {
                    "species": species,
                    "phrase": text,
                    "kind": phrase_type,
                    "genes_alone": sum(of[key] in right for key in genes) / best,
                    "with_type": sum(of[str(key)] in right for key in both) / best,
                    "chance": total / len(inside),
                }


def _means(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    return {
        phrase_type: {
            column: float(np.mean([row[column] for row in rows if row["kind"] == phrase_type]))
            for column in ("genes_alone", "with_type", "chance")
        }
        for phrase_type in ("named", "masked")
    }


def _genes(kb: KnowledgeBase) -> dict[str, Any]:
    """Return the share of gene phrases with a right gene first, and among five."""
    places = {}
    for text, right in GENES:
        symbols = kb.search_genes(text, k=K, species="human").column("symbol")
        places[text] = next((n for n, symbol in enumerate(symbols, 1) if symbol in right), None)
    found = [place for place in places.values() if place is not None]
    return {
        "first": sum(place == 1 for place in found) / len(GENES),
        "among_five": sum(place <= 5 for place in found) / len(GENES),
        "place": places,
    }


def _symbols(kb: KnowledgeBase) -> dict[str, float]:
    """Return the share of random symbols that find their gene first, and among ten."""
    index = open_spaces(kb.session).index("gene_text")
    rows = kb.session.published.table("Gene", ["id", "symbol"]).to_pylist()
    named = [row for row in rows if row["symbol"] and row["id"] in index.rows]
    drawn = np.random.default_rng(0).choice(len(named), SYMBOLS, replace=False)
    places = []
    for row in (named[number] for number in drawn):
        genes = kb.search_genes(row["symbol"], k=K).column("gene")
        places.append(genes.index(row["id"]) if row["id"] in genes else K)
    return {
        "first": float(np.mean([place == 0 for place in places])),
        "among_ten": float(np.mean([place < K for place in places])),
    }


def _by_genes(spaces: Spaces, text: str, inside: list[str]) -> list[str]:
    query = spaces.encode("cell_text", text)
    return spaces.index("cell_text").search(query, K, inside).ids[0]


if __name__ == "__main__":
    main()
