"""Open the published build of a knowledge base."""

from contextlib import ExitStack
from pathlib import Path

from orthoweave.gateway.gateway import Gateway, Limits
from orthoweave.gateway.limits import default_processes
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.questions.ontology import CellTypes
from orthoweave.questions.orthology import Orthology
from orthoweave.questions.session import Session
from orthoweave.settings import Settings, read_settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import GENES_FILE, GRAPH_FILE
from orthoweave.storage.published import open_published
from orthoweave.stores.open import open_store


def open_knowledge_base(
    kb: str | Path | None = None,
    settings: Settings | None = None,
    *,
    store: str | None = None,
    allow_unsandboxed: bool = False,
) -> KnowledgeBase:
    """Open the published build of a knowledge base; use as a context manager.

    Parameters
    ----------
    kb
        Its folder; by default ``$ORTHOWEAVE_KB``, then ``./kb``.
    store
        Address of the Neo4j server that holds the graph of the build; the login comes from the
        environment, and all other data from the folder. Empty for the graph in the folder. By
        default ``$ORTHOWEAVE_STORE``, then empty.
    allow_unsandboxed
        Run free-text Cypher in this process if the system cannot sandbox one. Then only the check
        of the statement protects the files of this user.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base, or nothing is published in it.
    IntegrityError
        If a file of the build is missing or is not what its manifest says, or the server holds
        another build or an unfinished one.
    StoreUnavailableError
        If the server does not answer, or refuses the login.
    """
    known = settings or read_settings()
    layout = Layout(Path(kb) if kb is not None else known.kb)
    uri = known.store if store is None else store
    limits = _limits(known)
    with ExitStack() as stack:
        published = stack.enter_context(open_published(layout))
        folder = published.manifest.folder(published.layout)
        opened = open_store(folder, published.manifest, known, uri, byte_limit=limits.byte_limit)
        stack.callback(opened.close)
        genes = stack.enter_context(GeneCatalogue.open(published.own_file(GENES_FILE)))
        gateway = Gateway(opened, folder / GRAPH_FILE, limits, allow_unsandboxed=allow_unsandboxed)
        session = Session(published, genes, gateway, Orthology(gateway), CellTypes(published))
        stack.pop_all()
        return KnowledgeBase(session, known, opened)


def _limits(settings: Settings) -> Limits:
    return Limits(
        timeout_s=settings.query_timeout_s,
        row_limit=settings.query_row_limit,
        byte_limit=settings.query_answer_mb * 2**20,
        memory_mb=settings.memory_mb,
        processes=settings.query_processes or default_processes(),
        queue=settings.query_queue,
        wait_s=settings.query_wait_s,
    )
