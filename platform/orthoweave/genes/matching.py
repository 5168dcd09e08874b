"""Rank the genes that were looked up for a text by how well their names fit it."""

from dataclasses import replace

from orthoweave.files.damage import is_missing_word, mended_spellings
from orthoweave.genes.names import certainly_mangled, clean, fold, is_mangled, read_curies
from orthoweave.genes.records import OTHER_CASE, RANK, REASONS, Candidate, Reason, contenders

FoundName = tuple[str, int, str, str, str | None, str | None, str]
"""One name of a gene: folded, rank of its reason, name, gene, symbol, full name, species."""


def spellings_of(text: str) -> tuple[str, ...]:
    """Return the folded spellings to look a text up by, with those of its mended forms."""
    forms = (text, *mended_spellings(clean(text)))
    return tuple(dict.fromkeys(spelling for form in forms for spelling in _spellings(form)))


def rank(text: str, rows: dict[str, list[FoundName]]) -> list[Candidate]:
    """Return the candidates for a clean text, best first; each gene once, with its best reason.

    A word for "missing" means a gene only where it is exactly the gene's current symbol. A text
    with look-alike characters is mended only if it fits no gene as it stands.

    Parameters
    ----------
    rows
        Names of genes by folded spelling, at least for `spellings_of` the text.
    """
    ranked = _ranked(text, rows)
    if ranked or is_missing_word(text):
        return ranked
    for mended in mended_spellings(text):
        if ranked := contenders(_ranked(mended, rows)):
            return [replace(candidate, reason="mended") for candidate in ranked]
    return []


def _spellings(text: str) -> tuple[str, ...]:
    """Folded spellings of a text; none if a spreadsheet made it."""
    text = clean(text)
    if not text or certainly_mangled(text):
        return ()
    forms = (text, _hyphens(text), *read_curies(text))
    return tuple(dict.fromkeys(form.casefold() for form in forms))


def _ranked(text: str, rows: dict[str, list[FoundName]]) -> list[Candidate]:
    """Candidates for one spelling of a text."""
    best: dict[str, tuple[int, Candidate]] = {}
    missing = is_missing_word(text)
    only_exact = is_mangled(text)
    for spelling in _spellings(text):
        for _, called, name, gene, symbol, full_name, species in rows.get(spelling, ()):
            reason = _reason(REASONS[called], name, text)
            if reason is None or (only_exact and reason in OTHER_CASE.values()):
                continue
            if missing and reason != "symbol":
                continue
            order = RANK[reason]
            if gene not in best or order < best[gene][0]:
                best[gene] = order, Candidate(gene, symbol, full_name, species, reason, name)
    ranked = sorted(best.values(), key=lambda item: (item[0], item[1].gene))
    return [candidate for _, candidate in ranked]


def _reason(called: Reason, name: str, text: str) -> Reason | None:
    """Return why `name` fits the text that it was found by; None if it does not."""
    if called not in OTHER_CASE or name == text:
        return called
    if fold(name) == fold(text):
        return OTHER_CASE[called]
    # found by its hyphens: R's make.names writes a dot for each, and only whole symbols count
    return "symbol_dots" if called == "symbol" and name.replace("-", ".") == text else None


def _hyphens(text: str) -> str:
    return text.replace(".", "-")
