"""Read ontologies (OBO flat files, OBO Graph JSON and tables of terms) into a list of terms.

Only the parts that a hierarchy of terms needs are read, and imports of other ontologies are not
followed. The reader is our own for two reasons: files name parents in other ontologies, which
libraries that build the whole object graph refuse; and repeated ids must be reported with their
line. The format is that of the OBO flat file 1.4 guide.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited, read_lines


@dataclass(slots=True)
class Term:
    """A term of an ontology, as in its file."""

    id: str
    where: str
    """Place in the file, for messages."""
    name: str | None = None
    definition: str | None = None
    synonyms: list[str] = field(default_factory=list)
    """Of any scope."""
    exact: list[str] = field(default_factory=list)
    """Those that mean the same as the name."""
    parents: list[str] = field(default_factory=list)
    """Ids of its superclasses, even those in other ontologies."""
    deprecated: bool = False
    replaced_by: str | None = None


def read_ontology(path: Path) -> list[Term]:
    """Return all terms of an ontology file, in order; the first character tells its format.

    Raises
    ------
    InputError
        If the file is empty, damaged, of none of the three kinds, or has an id twice.
    """
    lines = read_lines(path)
    start = next((line.lstrip() for line in lines if line.strip()), "")
    if not start:
        message = f"{path} is empty: expected an ontology (OBO, OBO Graph JSON or a table of terms)"
        raise InputError(message)
    if start.startswith("{"):
        terms = _read_json(path, "\n".join(lines))
    elif start.startswith("cl_id\t"):
        terms = _read_table(path)
    elif start.startswith("[Term]") or re.match(r"^[a-z-]+:", start):
        terms = list(_read_obo(path, lines))
    else:
        message = (
            f"{path} is not an ontology in a known format: it begins with {start[:60]!r}. Expected "
            "OBO (format-version: …), OBO Graph JSON, or a table with the columns cl_id, label, "
            "parents"
        )
        raise InputError(message)
    _check_once(path, terms)
    return terms


_QUOTED: Final = re.compile(r'^"((?:[^"\\]|\\.)*)"')
_ESCAPE: Final = re.compile(r"\\(.)")
_COMMENT: Final = re.compile(r"(?<!\\)\s+!.*\Z|(?<!\\)\s*\{[^{}]*\}\s*(?:!.*)?\Z")


def _read_obo(path: Path, lines: list[str]) -> Iterator[Term]:
    term: Term | None = None
    in_term = False
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if line.startswith("["):
            if term is not None:
                yield term
            term, in_term = None, line == "[Term]"
        elif in_term and line and not line.startswith("!"):
            tag, colon, value = line.partition(":")
            where = f"{path}, line {number}"
            if not colon:
                message = f"{where}: expected `tag: value`, found {line[:80]!r}"
                raise InputError(message)
            if tag == "id":
                term = Term(_COMMENT.sub("", value).strip(), where)
            elif term is None:
                message = f"{where}: expected the id of the term first, found {line[:80]!r}"
                raise InputError(message)
            else:
                _take(term, tag, value.strip(), where)
    if term is not None:
        yield term


def _take(term: Term, tag: str, value: str, where: str) -> None:
    if tag == "name":
        term.name = _unescape(value)
    elif tag == "is_a":
        term.parents.append(_COMMENT.sub("", value).split(" ")[0])
    elif tag == "is_obsolete":
        term.deprecated = _COMMENT.sub("", value).strip() == "true"
    elif tag == "replaced_by" and term.replaced_by is None:
        term.replaced_by = _COMMENT.sub("", value).split(" ")[0]
    elif tag in ("def", "synonym"):
        match = _QUOTED.match(value)
        if match is None:
            message = f"{where}: expected a quoted text after {tag!r}, found {value[:80]!r}"
            raise InputError(message)
        if tag == "def":
            term.definition = _unescape(match[1])
        else:
            term.synonyms.append(_unescape(match[1]))
            if value[match.end() :].split()[:1] == ["EXACT"]:
                term.exact.append(_unescape(match[1]))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)


def _read_json(path: Path, text: str) -> list[Term]:
    try:
        graphs = json.loads(text)["graphs"]
        terms = {
            _curie(node["id"]): _json_term(path, node)
            for graph in graphs
            for node in graph.get("nodes", ())
            if node.get("type", "CLASS") == "CLASS"
        }
        number = sum(
            node.get("type", "CLASS") == "CLASS"
            for graph in graphs
            for node in graph.get("nodes", ())
        )
        for graph in graphs:
            for edge in graph.get("edges", ()):
                subject = terms.get(_curie(edge["sub"]))
                if edge["pred"] in ("is_a", "rdfs:subClassOf") and subject is not None:
                    subject.parents.append(_curie(edge["obj"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = (
            f"{path} is not OBO Graph JSON: expected an object with graphs, nodes and edges, found "
            f"{type(error).__name__}: {error}. Fetch the file again"
        )
        raise InputError(message) from error
    if number != len(terms):
        message = f"{path}: {number - len(terms):,} term ids occur twice; expected each once"
        raise InputError(message)
    return list(terms.values())


def _json_term(path: Path, node: dict[str, Any]) -> Term:
    meta = node.get("meta") or {}
    synonyms = [(_text(item["val"]), item.get("pred")) for item in meta.get("synonyms", ())]
    replaced = [
        _text(item["val"])
        for item in meta.get("basicPropertyValues", ())
        if item["pred"].endswith("IAO_0100001")
    ]
    name, definition = node.get("lbl"), (meta.get("definition") or {}).get("val")
    return Term(
        id=_curie(node["id"]),
        where=f"{path}, node {node['id']}",
        name=None if name is None else _text(name),
        definition=None if definition is None else _text(definition),
        synonyms=[text for text, _ in synonyms],
        exact=[text for text, kind in synonyms if kind == "hasExactSynonym"],
        deprecated=_boolean(meta.get("deprecated", False)),
        replaced_by=_curie(replaced[0]) if replaced else None,
    )


def _text(value: object) -> str:
    """Return a text of JSON; half of a pair of UTF-16, which JSON can spell, is none."""
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        message = f"expected a text, found {value!r:.60}"
        raise TypeError(message)
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        message = f"expected true or false, found {value!r:.60}"
        raise TypeError(message)
    return value


def _curie(address: str) -> str:
    """Return the term id of an address like ``http://purl.obolibrary.org/obo/CL_0000540``."""
    pattern = r"^https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\w+)\Z"
    return re.sub(pattern, r"\1:\2", _text(address))


def _read_table(path: Path) -> list[Term]:
    frame = read_delimited(path, columns=["cl_id", "label", "parents"])
    return [
        Term(
            id=row["cl_id"],
            where=f"{path}, line {number}",
            name=row["label"] or None,
            definition=row.get("definition") or None,
            synonyms=_split(row.get("synonyms", "")),
            # tables of terms list exact synonyms: a column of its own would say otherwise
            exact=_split(row.get("exact_synonyms", row.get("synonyms", ""))),
            parents=_split(row["parents"]),
            deprecated=row.get("deprecated", "").lower() == "true",
            replaced_by=row.get("replaced_by") or None,
        )
        for number, row in enumerate(frame.iter_rows(named=True), 2)
    ]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _check_once(path: Path, terms: list[Term]) -> None:
    seen: dict[str, Term] = {}
    for term in terms:
        if term.id in seen:
            message = (
                f"{term.where}: the term {term.id!r} occurs twice, first in "
                f"{seen[term.id].where}; expected each id once"
            )
            raise InputError(message)
        seen[term.id] = term
