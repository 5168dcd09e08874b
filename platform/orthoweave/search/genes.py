"""Search for genes: those with the text as a name first, then by the meaning of their texts."""

from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.session import Session
from orthoweave.search.by_name import BY_MEANING, BY_NAME, named_genes
from orthoweave.search.filters import allowed_genes
from orthoweave.search.spaces import GENE_TEXT, open_spaces
from orthoweave.species import Species

NEAREST: Final = pa.schema(
    [
        ("rank", pa.int64()),
        ("gene", pa.string()),
        ("symbol", pa.string()),
        ("name", pa.string()),
        ("species", pa.string()),
        ("score", pa.float64()),
    ]
)
GENES: Final = pa.schema([*NEAREST, ("match", pa.string()), ("matched", pa.string())])


def search_genes(
    session: Session, text: str, *, k: int = 10, species: Species | None = None
) -> Answer:
    """Return the genes with `text` as a name, then those nearest to it in meaning.

    Returns
    -------
    Answer
        ``rank``, ``gene``, ``symbol``, ``name``, ``species`` (key), ``score`` (cosine of the text
        and the gene's text; null for a gene without a vector), ``match`` (``by name`` or ``by
        meaning``) and ``matched``, the kind of name and the name itself.

    Raises
    ------
    UsageError
        If the text is empty or k is below 1.
    UnknownNameError
        If the species is not known, or the build holds no gene vectors.
    """
    require_text(text, k)
    spaces = open_spaces(session)
    index = spaces.index("gene_text")
    query = spaces.encode("gene_text", text)
    named = named_genes(session.genes, text, species)
    rows: list[dict[str, Any]] = []
    for candidate in named.meant[:k]:
        known = candidate.gene in index.rows
        score = float((index.vectors_of([candidate.gene]) @ query[0])[0]) if known else None
        matched = f"{candidate.reason.replace('_', ' ')} {candidate.matched}"
        rows.append({"gene": candidate.gene, "score": score, "match": BY_NAME, "matched": matched})
    taken = {row["gene"] for row in rows}
    near = index.search(query, k + len(rows), allowed_genes(spaces, species))
    for key, score in zip(near.ids[0], near.scores[0], strict=True):
        if key not in taken:
            rows.append({"gene": key, "score": float(score), "match": BY_MEANING})
    ranked = [
        {"rank": rank, **described(session, row["gene"]), **row}
        for rank, row in enumerate(rows[:k], 1)
    ]
    asked = {"text": text, "k": k, "species": species.key if species else None}
    notes = named.notes(text, k)
    title = f"genes called {text!r} or nearest to it in meaning"
    return session.answer(table_of(ranked, GENES), title, "search_genes", asked, notes)


def nearest_genes(
    session: Session,
    gene: str,
    *,
    k: int = 10,
    species: Species | None = None,
    space: str = GENE_TEXT,
) -> Answer:
    """Return the genes nearest to a gene, without itself: by default those of similar texts.

    Parameters
    ----------
    space
        Space of genes, such as that of a run.

    Returns
    -------
    Answer
        ``rank``, ``gene``, ``symbol``, ``name``, ``species`` (key), ``score`` (cosine).

    Raises
    ------
    UnknownNameError
        If the gene has no vector, or the build holds none.
    UsageError
        If k is below 1, or the space is not of genes.
    """
    require_text(gene, k)
    spaces = open_spaces(session)
    index = spaces.index(space, "Gene")
    if gene not in index.rows:
        message = (
            f"gene {gene!r} has no vector in {space}: expected the key of a gene that has one, "
            f"such as {index.ids[0]!r}"
        )
        raise UnknownNameError(message)
    # one more than asked for, since the gene is the nearest to itself
    near = index.search(index.vectors_of([gene]), k + 1, allowed_genes(spaces, species, space))
    pairs = zip(near.ids[0], near.scores[0], strict=True)
    others = [(key, score) for key, score in pairs if key != gene][:k]
    rows = [
        {"rank": rank, "gene": key, **described(session, key), "score": float(score)}
        for rank, (key, score) in enumerate(others, 1)
    ]
    asked = {"gene": gene, "k": k, "species": species.key if species else None, "space": space}
    title = f"genes with texts like those of {gene}"
    if space != GENE_TEXT:
        title = f"genes nearest to {gene} in {space}"
    return session.answer(table_of(rows, NEAREST), title, "nearest_genes", asked)


def described(session: Session, gene: str) -> dict[str, str | None]:
    """Return symbol, full name and species of a gene; nothing for a key that is not known."""
    record = session.genes.gene(gene)
    if record is None:
        return {}
    return {"symbol": record.symbol, "name": record.name, "species": record.species}


def require_text(text: str, k: int) -> None:
    """Check the text and the number of hits of a search.

    Raises
    ------
    UsageError
        If the text is empty or k is below 1.
    """
    if not text.strip() or k < 1:
        message = f"expected a text that is not empty and k of at least 1, found {text!r} and {k!r}"
        raise UsageError(message)
