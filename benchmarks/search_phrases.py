"""What the search for cells finds: precision of the first ten hits for 24 phrases.

Twelve phrases name or describe a cell type; twelve say what its genes do and leave out every
word of a cell type's name. Each is asked in human and in mouse, by the genes alone and by genes
and cell type together. The phrases were also used to choose the weighting, on the complete data.
Usage: ``python benchmarks/search_phrases.py KB``, with the demo's knowledge base.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from orthoweave.queries.search import search_cells
from orthoweave.queries.search_spaces import Spaces, open_spaces
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import current_build, read_manifest

K = 10
# phrase with the type's name, phrase without, keys of the right types
PHRASES = (
    ("insulin secreting beta cell", "insulin secretion", {"CL:0000169"}),
    ("glucagon secreting alpha cell", "glucagon", {"CL:0000171"}),
    ("somatostatin producing delta cell", "somatostatin", {"CL:0000173"}),
    ("pancreatic polypeptide cell", "pancreatic polypeptide", {"CL:0002275"}),
    ("digestive enzyme secreting acinar cell", "digestive enzymes trypsin amylase lipase",
     {"CL:0002064"}),
    ("duct epithelium keratin", "keratin epithelium mucin", {"CL:0002079"}),
    ("endothelial cell of blood vessels", "von Willebrand factor, vascular adhesion",
     {"CL:0000115"}),
    ("collagen producing stellate cell", "extracellular matrix collagen fibres", {"CL:0002410"}),
    ("macrophage", "phagocytosis, complement and MHC class II antigen presentation",
     {"CL:0000235"}),
    ("T lymphocyte", "T cell receptor CD3", {"CL:0000084"}),
    ("mast cell", "tryptase histamine IgE receptor", {"CL:0000097"}),
    ("Schwann cell myelin", "myelin sheath", {"CL:0002573"}),
)  # fmt: skip


class Kb:
    """A published build."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder)
        self.manifest = read_manifest(self.layout, current_build(self.layout))


def main() -> None:
    """Ask all phrases, print a table and write the JSON."""
    kb = Kb(Path(sys.argv[1]))
    spaces = open_spaces(kb.layout, kb.manifest.build)
    of = {row["from"]: row["to"] for row in spaces.read("HAS_TYPE", ["from", "to"]).to_pylist()}
    rows = []
    for species in ("human", "mouse"):
        inside = [
            key for key in spaces.index("cell_text").ids if key.startswith(f"baron_{species}:")
        ]
        there = Counter(of[key] for key in inside)
        for named, masked, right in PHRASES:
            best = min(K, sum(there[kind] for kind in right))
            for text, kind in ((named, "named"), (masked, "masked")):
                if best:
                    both = search_cells(kb, text, k=K, species=species).column("cell")
                    genes = _by_genes(spaces, text, inside)
                    rows.append({
                        "species": species, "phrase": text, "kind": kind,
                        "genes_alone": sum(of[key] in right for key in genes) / best,
                        "with_type": sum(of[str(key)] in right for key in both) / best,
                        "chance": sum(there[kind] for kind in right) / len(inside),
                    })  # fmt: skip
    means = {
        kind: {
            column: float(np.mean([row[column] for row in rows if row["kind"] == kind]))
            for column in ("genes_alone", "with_type", "chance")
        }
        for kind in ("named", "masked")
    }
    target = Path(__file__).parent / "results" / "search_phrases.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"k": K, "means": means, "rows": rows}, indent=1) + "\n", "utf-8")
    print("| species | phrase | genes alone | with type |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row['species']} | {row['phrase']} | {row['genes_alone']:.2f} "
              f"| {row['with_type']:.2f} |")  # fmt: skip
    print(json.dumps(means, indent=1))


def _by_genes(spaces: Spaces, text: str, inside: list[str]) -> list[str]:
    query = spaces.encode("cell_text", text)
    return spaces.index("cell_text").search(query, K, inside).ids[0]


if __name__ == "__main__":
    main()
