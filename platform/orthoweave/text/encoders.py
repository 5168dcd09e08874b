"""Opens a text encoder by name: our own and those that other packages declare. See `plugins`."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast
from weakref import WeakValueDictionary

from orthoweave.plugins import declared, load
from orthoweave.text.base import TextEncoder
from orthoweave.text.cache import CACHE_FILE, CachedEncoder
from orthoweave.text.sentence import open_encoder

Opener = Callable[[str, str], TextEncoder]
"""Opens an encoder by its full name, on a device."""

_SHARED: Final[WeakValueDictionary[tuple[str, str, str], TextEncoder]] = WeakValueDictionary()
"""Models in folders that somebody holds, by name, digest and device: weights are read once for all
knowledge bases that are open, and go with the last of them."""


def find_encoder(name: str, *, device: str = "cpu", cache: Path | None = None) -> TextEncoder:
    """Open the encoder of that name; it keeps its vectors in the folder `cache`, if given.

    A model in a folder that is in use already is not opened again.

    Parameters
    ----------
    name
        ``all-MiniLM-L6-v2``, the path of a local sentence-transformers model,
        ``openai:text-embedding-3-small`` or another model of a server that speaks OpenAI's
        protocol, ``hashed-ngrams`` (spelling only; for tests and trials), or an encoder that
        another package declares: ``NAME`` or ``NAME:MODEL``.

    Raises
    ------
    MissingExtraError, UnknownNameError, InputError
        As `orthoweave.text.sentence.open_encoder` does.
    UsageError, OfflineError
        As `orthoweave.text.hosted.open_hosted` does.

    Examples
    --------
    >>> find_encoder("hashed-ngrams").dimension
    256
    """
    group = name.partition(":")[0]
    if group in declared("encoders"):
        encoder = cast("Opener", load("encoders", group))(name, device)
    else:
        opened = open_encoder(name, device)
        encoder = _SHARED.setdefault((name, opened.digest, device), opened)
    return encoder if cache is None else CachedEncoder(encoder, cache / CACHE_FILE)
