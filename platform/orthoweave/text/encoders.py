"""Opens a text encoder by its name: the one place that knows all kinds."""

from pathlib import Path

from orthoweave.text.base import TextEncoder
from orthoweave.text.cache import CACHE_FILE, CachedEncoder
from orthoweave.text.hashed import HASHED_NGRAMS, HashedEncoder
from orthoweave.text.sentence import open_encoder


def find_encoder(name: str, *, device: str = "cpu", cache: Path | None = None) -> TextEncoder:
    """Open the encoder of that name; it remembers its vectors in the folder `cache`, if given.

    Parameters
    ----------
    name
        ``all-MiniLM-L6-v2``, the path of a local sentence-transformers model, or
        ``hashed-ngrams`` (spelling only; for tests and trials).

    Raises
    ------
    MissingExtraError, UnknownNameError, InputError
        As `orthoweave.text.sentence.open_encoder` does.

    Examples
    --------
    >>> find_encoder("hashed-ngrams").dimension
    256
    """
    encoder: TextEncoder = HashedEncoder() if name == HASHED_NGRAMS else open_encoder(name, device)
    return CachedEncoder(encoder, cache / CACHE_FILE) if cache is not None else encoder
