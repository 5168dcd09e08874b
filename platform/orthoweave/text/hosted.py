"""Text vectors from a server with OpenAI's embeddings protocol: OpenAI's own or another.

Every text costs money, so `orthoweave.text.cache` keeps the vectors after each request. The key
comes from the environment, or from a file named there. Only the client holds it, and it is removed
from every error and log line. The client library retries with back-off and obeys ``Retry-After``.
"""

import hashlib
import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from orthoweave.errors import InputError, MissingExtraError, OfflineError, UsageError
from orthoweave.progress import Progress, Quiet
from orthoweave.settings import read_settings
from orthoweave.text.base import Vectors, unit_rows

if TYPE_CHECKING:
    from openai import OpenAI, OpenAIError

PREFIX: Final = "openai:"
"""Prefix in the name of a hosted model, such as ``openai:text-embedding-3-small``."""

DIMENSIONS: Final = {
    "text-embedding-ada-002": 1536,
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
}
"""Vector lengths of OpenAI's models; other lengths are taken from the server's first answer."""

BATCH: Final = 256
"""Texts in one request."""

ATTEMPTS: Final = 7
# the protocol allows 8,192 tokens a text and 300,000 a request; a token has at least one byte
_TEXT_BYTES: Final = 8_191
_REQUEST_BYTES: Final = 300_000
_TIMEOUT_S: Final = 60.0
_SECRET: Final = re.compile(r"sk-[\w*.-]+")
# loggers whose lines may quote a request
_LOGGERS: Final = ("openai", "openai._base_client", "httpx", "httpx2", "httpcore")


def open_hosted(
    name: str, environment: Mapping[str, str] | None = None, *, attempts: int = ATTEMPTS
) -> "HostedEncoder":
    """Open a hosted model by its name, such as ``openai:text-embedding-3-small``.

    ``OPENAI_API_KEY``, or the file that ``OPENAI_API_KEY_FILE`` names, holds the key.
    ``OPENAI_BASE_URL`` is the address of a server other than OpenAI's.

    Raises
    ------
    UsageError
        If the name lacks the model, or there is no key.
    OfflineError
        If ``ORTHOWEAVE_OFFLINE`` forbids the network.
    MissingExtraError
        If the extra `openai` is not installed.
    """
    source = os.environ if environment is None else environment
    model = name.removeprefix(PREFIX)
    if not model:
        message = f"{name!r} lacks a model: expected, for instance, {PREFIX}text-embedding-3-small"
        raise UsageError(message)
    if read_settings(source).offline:
        message = f"text model {name!r} needs the network, which ORTHOWEAVE_OFFLINE forbids"
        raise OfflineError(message)
    return HostedEncoder(model, _read_key(source), source.get("OPENAI_BASE_URL", ""), attempts)


def open_by_name(name: str, device: str) -> "HostedEncoder":
    """Open a hosted model; it computes on the server, so `device` is ignored."""
    del device
    return open_hosted(name)


class HostedEncoder:
    """A hosted model; nothing is sent before the first text."""

    request_size = BATCH
    """Texts in one request; see `CachedEncoder`."""

    def __init__(self, model: str, key: str, address: str = "", attempts: int = ATTEMPTS) -> None:
        self._model = model
        self._address = address.rstrip("/")
        self._secrets = _secrets(key)
        self._client = _client(key, self._address, attempts)
        self._dimension = DIMENSIONS.get(model) if not address else None

    @property
    def name(self) -> str:
        """Name by which the encoder is opened again."""
        return PREFIX + self._model

    @property
    def digest(self) -> str:
        """SHA-256 of the server's address and the model's name; its weights are not known here."""
        return hashlib.sha256(f"{self._address}\n{self._model}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Length of the vectors; a short text is sent if it is not known yet."""
        if self._dimension is None:
            self._dimension = self._ask(["gene"]).shape[1]
        return self._dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1.

        A text of more than 8,191 bytes is cut at its end; the server may refuse more.

        Raises
        ------
        InputError
            If a text is empty, or the server does not return one vector for each text.
        UsageError
            If the server refuses the key, the model or the request.
        OfflineError
            If the server cannot be reached, or still limits the rate after several attempts.
        """
        if not all(text.strip() for text in texts):
            message = "expected texts with words, found an empty text: leave it out"
            raise InputError(message)
        parts: list[Vectors] = []
        with (progress or Quiet()).task(f"embedding texts with {self.name}", len(texts)) as task:
            for batch in _batches([_cut(text) for text in texts]):
                parts.append(self._ask(batch))
                task.advance(len(batch))
        if not parts:
            return np.zeros((0, self.dimension), np.float32)
        return unit_rows(np.concatenate(parts))

    def _ask(self, texts: list[str]) -> Vectors:
        from openai import OpenAIError

        try:
            # base64 is the client's default, which not every compatible server supports
            response = self._client.embeddings.create(
                model=self._model, input=texts, encoding_format="float"
            )
        except OpenAIError as error:
            # without its cause: a request in it would hold the key
            said = self._secrets.clean(str(error))
            raise _explained(error, self._model, self._address, said) from None
        except ValueError as error:
            message = (
                f"{self.name}: expected vectors, found a response without them ({error}): check "
                "OPENAI_BASE_URL"
            )
            raise InputError(message) from None
        rows = sorted(getattr(response, "data", ()), key=lambda row: row.index)
        return self._checked([row.index for row in rows], [row.embedding for row in rows], texts)

    def _checked(
        self, places: list[int], embeddings: list[list[float]], texts: list[str]
    ) -> Vectors:
        """Return the vectors of one response, or raise `InputError`."""
        lengths = {len(embedding) for embedding in embeddings}
        if places != list(range(len(texts))) or len(lengths - {0}) != 1:
            message = (
                f"{self.name}: expected one vector for each of {len(texts)} texts, found "
                f"{len(places)} with lengths {sorted(lengths)}: is this an embeddings server?"
            )
            raise InputError(message)
        vectors = np.array(embeddings, np.float32)
        if self._dimension not in (None, vectors.shape[1]) or not np.isfinite(vectors).all():
            message = (
                f"{self.name}: expected finite vectors of length {self._dimension}, found length "
                f"{vectors.shape[1]}: is another model behind this name?"
            )
            raise InputError(message)
        self._dimension = vectors.shape[1]
        return vectors


class _WithoutSecrets(logging.Filter):
    """A log filter that removes the key."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if self.clean(text) != text:
            record.msg, record.args = self.clean(text), ()
        return True

    def clean(self, text: str) -> str:
        """Return `text` without the key and without anything that looks like a key."""
        return _SECRET.sub("sk-…", text.replace(self._key, "…"))


@lru_cache
def _secrets(key: str) -> _WithoutSecrets:
    # one filter for each key: a logger adds the same object only once
    return _WithoutSecrets(key)


def _client(key: str, address: str, attempts: int) -> "OpenAI":
    try:
        from openai import OpenAI
    except ImportError as error:
        message = (
            f"hosted text models need the package 'openai' ({error}): install the extra with "
            "`pip install 'orthoweave[openai]'`"
        )
        raise MissingExtraError(message) from error
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_secrets(key))
    return OpenAI(
        api_key=key,
        base_url=address or "https://api.openai.com/v1",
        max_retries=attempts - 1,
        timeout=_TIMEOUT_S,
    )


def _read_key(source: Mapping[str, str]) -> str:
    key, file = source.get("OPENAI_API_KEY", ""), source.get("OPENAI_API_KEY_FILE", "")
    if not key and file:
        try:
            key = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            message = f"OPENAI_API_KEY_FILE={file!r} cannot be read: {error.strerror}"
            raise UsageError(message) from None
    if not key.strip():
        message = (
            "hosted text models need a key: set OPENAI_API_KEY, or set OPENAI_API_KEY_FILE to the "
            "file that holds it"
        )
        raise UsageError(message)
    return key.strip()


def _cut(text: str) -> str:
    return text.encode()[:_TEXT_BYTES].decode(errors="ignore")


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and (len(batch) == BATCH or size + length > _REQUEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def _explained(error: "OpenAIError", model: str, address: str, said: str) -> Exception:
    import openai

    server = address or "OpenAI"
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return UsageError(f"{server} refuses the key for {model!r}: check OPENAI_API_KEY ({said})")
    if isinstance(error, openai.RateLimitError):
        return OfflineError(
            f"{server} still limits the rate after several attempts ({said}): wait, or check your "
            "quota; the vectors that were paid for are kept"
        )
    if isinstance(error, openai.APIConnectionError | openai.InternalServerError):
        return OfflineError(f"{server} does not answer ({said}): try again later")
    return UsageError(f"{server} refuses the request for text model {model!r}: {said}")
