"""Which of the names that were found for a text fit it, and how well."""

from orthoweave.genes.names import certainly_mangled, clean, fold, is_mangled, read_curies
from orthoweave.genes.records import OTHER_CASE, RANK, REASONS, Candidate, Reason

FoundName = tuple[str, int, str, str, str | None, str | None, str]
"""One name of a gene: folded, rank of its reason, name, gene, symbol, full name, species."""


def spellings_of(text: str) -> tuple[str, ...]:
    """Folded spellings under which a text is looked up; none for what a spreadsheet made."""
    if certainly_mangled(text) or not clean(text):
        return ()
    return tuple(dict.fromkeys(fold(one) for one in (text, _hyphens(text), *read_curies(text))))


def rank(
    text: str, spellings: tuple[str, ...], rows: dict[str, list[FoundName]]
) -> list[Candidate]:
    """Candidates for a clean text, best first; each gene once, with its best reason."""
    best: dict[str, tuple[int, Candidate]] = {}
    only_exact = is_mangled(text)
    for spelling in spellings:
        for _, called, name, gene, symbol, full_name, species in rows.get(spelling, ()):
            reason = _reason(REASONS[called], name, text)
            if reason is None or (only_exact and reason in OTHER_CASE.values()):
                continue
            order = RANK[reason]
            if gene not in best or order < best[gene][0]:
                best[gene] = order, Candidate(gene, symbol, full_name, species, reason, name)
    ranked = sorted(best.values(), key=lambda item: (item[0], item[1].gene))
    return [candidate for _, candidate in ranked]


def _reason(called: Reason, name: str, text: str) -> Reason | None:
    """Why `name` fits a text that it was found by; None if it does not."""
    if called not in OTHER_CASE or name == text:
        return called
    if fold(name) == fold(text):
        return OTHER_CASE[called]
    # found by its hyphens: R's make.names writes a dot for each, and only whole symbols count
    return "symbol_dots" if called == "symbol" and name.replace("-", ".") == text else None


def _hyphens(text: str) -> str:
    return text.replace(".", "-")
