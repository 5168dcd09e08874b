"""Opens a text encoder by name: our own and those that other packages declare. See `plugins`."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from orthoweave.plugins import declared, load
from orthoweave.text.base import TextEncoder
from orthoweave.text.cache import CACHE_FILE, CachedEncoder
from orthoweave.text.sentence import open_encoder

Opener = Callable[[str, str], TextEncoder]
"""Opens an encoder by its full name, on a device."""


def find_encoder(name: str, *, device: str = "cpu", cache: Path | None = None) -> TextEncoder:
    """Open the encoder of that name; it keeps its vectors in the folder `cache`, if given.

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
        encoder = open_encoder(name, device)
    return encoder if cache is None else CachedEncoder(encoder, cache / CACHE_FILE)
