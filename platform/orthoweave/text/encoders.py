"""Opens a text encoder by its name: the one place that knows all kinds."""

from pathlib import Path

from orthoweave.text.base import TextEncoder
from orthoweave.text.cache import CACHE_FILE, CachedEncoder
from orthoweave.text.hashed import HASHED_NGRAMS, HashedEncoder
from orthoweave.text.hosted import BATCH, PREFIX, open_hosted
from orthoweave.text.sentence import open_encoder


def find_encoder(name: str, *, device: str = "cpu", cache: Path | None = None) -> TextEncoder:
    """Open the encoder of that name; it remembers its vectors in the folder `cache`, if given.

    Parameters
    ----------
    name
        ``all-MiniLM-L6-v2``, the path of a local sentence-transformers model,
        ``openai:text-embedding-3-small`` or another model of a server that speaks OpenAI's
        protocol, or ``hashed-ngrams`` (spelling only; for tests and trials).

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
    if name.startswith(PREFIX):
        hosted = open_hosted(name)
        # what one request brought is kept at once: it was paid for
        return CachedEncoder(hosted, cache / CACHE_FILE, batch=BATCH) if cache else hosted
    encoder: TextEncoder = HashedEncoder() if name == HASHED_NGRAMS else open_encoder(name, device)
    return CachedEncoder(encoder, cache / CACHE_FILE) if cache else encoder
