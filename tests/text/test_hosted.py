"""Hosted text models, asked of a real server on this machine that speaks their protocol."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from orthoweave.errors import InputError, OfflineError, UsageError
from orthoweave.text.cache import CachedEncoder
from orthoweave.text.encoders import find_encoder
from orthoweave.text.hashed import HashedEncoder
from orthoweave.text.hosted import BATCH, HostedEncoder, open_hosted

KEY = "sk-test-3f9a7c1e5b2d"
WITNESS = HashedEncoder(16)


@dataclass
class Behaviour:
    """The server's next actions, and the requests that it received."""

    codes: list[int] = field(default_factory=list)
    """Codes to answer next, before all is well."""
    answer: dict[str, Any] | str | None = None
    """An answer instead of vectors."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class Server(ThreadingHTTPServer):
    """A server with a behaviour."""

    behaviour: Behaviour
    daemon_threads = True

    @property
    def url(self) -> str:
        """Address to give to the client."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    """Answers embedding requests in OpenAI's form."""

    server: Server

    def do_POST(self) -> None:
        """Answer one request."""
        does = self.server.behaviour
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        does.asked.append({"path": self.path, **request})
        does.keys.append(self.headers["Authorization"])
        if does.codes:
            code = does.codes.pop(0)
            self._send(code, {"error": {"message": f"refused for {KEY}", "code": str(code)}})
            return
        if does.answer is not None:
            self._send(200, does.answer)
            return
        vectors = WITNESS.encode(request["input"]).tolist()
        # out of order: the protocol promises only the index
        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in reversed(list(enumerate(vectors)))
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        self._send(200, {"object": "list", "model": request["model"], "data": data, "usage": usage})

    def _send(self, code: int, body: dict[str, Any] | str) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(code)
        self.send_header(
            "Content-Type", "text/html" if isinstance(body, str) else "application/json"
        )
        self.send_header("Content-Length", str(len(content)))
        self.send_header("retry-after-ms", "1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server, until the test ends."""
    made = Server(("127.0.0.1", 0), Handler)
    made.behaviour = Behaviour()
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def hosted(server: Server, model: str = "text-embedding-3-small") -> HostedEncoder:
    """An encoder that asks `server`."""
    return HostedEncoder(model, KEY, server.url)


def test_vectors_come_in_the_order_of_the_texts(server: Server) -> None:
    """The server may answer in any order: the index counts."""
    texts = [f"gene number {number}" for number in range(7)]
    np.testing.assert_allclose(hosted(server).encode(texts), WITNESS.encode(texts), atol=1e-6)
    assert server.behaviour.asked[0]["path"] == "/v1/embeddings"
    assert server.behaviour.asked[0]["model"] == "text-embedding-3-small"
    assert server.behaviour.keys == [f"Bearer {KEY}"]


def test_many_texts_go_in_batches(server: Server) -> None:
    """No request has more texts than a batch, and none is left out."""
    texts = [f"gene {number}" for number in range(2 * BATCH + 3)]
    assert hosted(server).encode(texts).shape == (len(texts), 16)
    sizes = [len(request["input"]) for request in server.behaviour.asked]
    assert sizes == [BATCH, BATCH, 3]
    assert [text for request in server.behaviour.asked for text in request["input"]] == texts


def test_requests_keep_to_the_protocols_sizes(server: Server) -> None:
    """A long text is cut on a whole character; long texts share no request."""
    texts = ["é" * 10_000] * 40
    hosted(server).encode(texts)
    asked = [text.encode() for request in server.behaviour.asked for text in request["input"]]
    assert {len(text) for text in asked} == {8190}
    for request in server.behaviour.asked:
        assert sum(len(text.encode()) for text in request["input"]) <= 300_000


def test_nothing_is_paid_for_twice(server: Server, tmp_path: Path) -> None:
    """The cache is filled request by request: what came before a failure is not asked again."""
    path = tmp_path / "cache.sqlite"
    texts = [f"gene {number:04}" for number in range(BATCH + 5)]
    server.behaviour.codes = []
    first = CachedEncoder(hosted(server), path)
    first.encode(texts[:BATCH])
    server.behaviour.codes = [401]
    with pytest.raises(UsageError):
        first.encode(texts)
    asked = len(server.behaviour.asked)
    again = CachedEncoder(hosted(server), path).encode(texts)
    assert [len(request["input"]) for request in server.behaviour.asked[asked:]] == [5]
    np.testing.assert_allclose(again, WITNESS.encode(texts), atol=1e-6)


def test_models_and_servers_share_no_vectors(server: Server) -> None:
    """The digest, which keys the cache, holds the model and the server."""
    digests = {
        hosted(server).digest,
        hosted(server, "text-embedding-3-large").digest,
        HostedEncoder("text-embedding-3-small", KEY).digest,
    }
    assert len(digests) == 3
    assert HostedEncoder("text-embedding-3-small", "another key").digest in digests


@pytest.mark.parametrize("codes", [[429], [429, 429, 500], [503, 502, 429, 500, 429, 503]])
def test_it_waits_and_asks_again(server: Server, codes: list[int]) -> None:
    """Limits of the rate and faults of the server pass."""
    server.behaviour.codes = list(codes)
    assert hosted(server).encode(["insulin"]).shape == (1, 16)
    assert len(server.behaviour.asked) == len(codes) + 1


def test_a_lasting_limit_is_reported(server: Server) -> None:
    """After the last attempt the message says what to do."""
    server.behaviour.codes = [429] * 50
    encoder = HostedEncoder("text-embedding-3-small", KEY, server.url, attempts=3)
    with pytest.raises(OfflineError, match="quota; the vectors that were paid for are kept"):
        encoder.encode(["insulin"])
    assert len(server.behaviour.asked) == 3


def test_a_wrong_key_is_not_tried_again(server: Server) -> None:
    """One request; the message names the variable and shows no key."""
    server.behaviour.codes = [401]
    with pytest.raises(UsageError, match="check OPENAI_API_KEY") as caught:
        hosted(server).encode(["insulin"])
    assert len(server.behaviour.asked) == 1
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_refused_model_is_reported(server: Server) -> None:
    """The server's own words are passed on."""
    server.behaviour.codes = [404]
    with pytest.raises(UsageError, match=r"text model 'no-such-model'.*refused for"):
        hosted(server, "no-such-model").encode(["insulin"])


def test_no_server_at_the_address() -> None:
    """A closed port is an OfflineError that names the address."""
    encoder = HostedEncoder("any", KEY, "http://127.0.0.1:9", attempts=1)
    with pytest.raises(OfflineError, match=r"127\.0\.0\.1:9 does not answer"):
        encoder.encode(["insulin"])


@pytest.mark.parametrize("codes", [[], [429, 500], [401], [404]])
def test_the_key_reaches_no_log(
    server: Server, caplog: pytest.LogCaptureFixture, codes: list[int]
) -> None:
    """Even with everything logged, and a server that repeats the key in its errors."""
    server.behaviour.codes = list(codes)
    with caplog.at_level(logging.DEBUG):
        encoder = hosted(server)
        try:
            encoder.encode(["insulin"])
        except UsageError:
            logging.getLogger("test").exception("failed with %r", encoder)
    assert any(record.name.startswith("openai") for record in caplog.records)
    assert KEY not in caplog.text
    assert KEY not in repr(vars(encoder))


@pytest.mark.parametrize(
    "answer",
    [
        {"object": "list", "data": []},
        {"object": "list", "data": [{"index": 0, "embedding": [1.0]}] * 2},
        {"object": "list", "data": [{"index": 1, "embedding": [1.0]}]},
        {"object": "list", "data": [{"index": 0, "embedding": []}]},
        "<html>a login page</html>",
    ],
)
def test_another_answer_than_vectors(server: Server, answer: dict[str, Any] | str) -> None:
    """Whatever is there instead of one vector for each text is an InputError."""
    server.behaviour.answer = answer
    with pytest.raises(InputError, match="expected"):
        hosted(server).encode(["insulin"])


def test_vectors_of_another_length(server: Server) -> None:
    """A model that changes behind its name is noticed."""
    encoder = hosted(server)
    assert encoder.dimension == 16
    row = {"index": 0, "embedding": [1.0, 0.0]}
    server.behaviour.answer = {"object": "list", "data": [row]}
    with pytest.raises(InputError, match="another model behind this name"):
        encoder.encode(["insulin"])


def test_known_dimensions_cost_no_request() -> None:
    """OpenAI's own models have known lengths."""
    assert HostedEncoder("text-embedding-ada-002", KEY).dimension == 1536
    assert HostedEncoder("text-embedding-3-large", KEY).encode([]).shape == (0, 3072)


def test_an_empty_text_is_not_sent(server: Server) -> None:
    """The protocol forbids it, so it is refused before anything is paid."""
    with pytest.raises(InputError, match="found an empty text"):
        hosted(server).encode(["insulin", "  "])
    assert not server.behaviour.asked


def test_opening_by_name(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name carries the model; key and address come from the environment."""
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(file))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    encoder = find_encoder("openai:BAAI/bge-m3", cache=tmp_path)
    assert encoder.name == "openai:BAAI/bge-m3"
    assert encoder.encode(["insulin"]).shape == (1, 16)
    assert server.behaviour.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("environment", "error", "message"),
    [
        ({}, UsageError, "set OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "  "}, UsageError, "set OPENAI_API_KEY"),
        ({"OPENAI_API_KEY_FILE": "/nowhere/key"}, UsageError, "cannot be read"),
        ({"OPENAI_API_KEY": KEY, "ORTHOWEAVE_OFFLINE": "1"}, OfflineError, "forbids"),
    ],
)
def test_a_key_and_the_network_are_needed_to_open(
    environment: dict[str, str], error: type[Exception], message: str
) -> None:
    """A key, and leave to use the network."""
    with pytest.raises(error, match=message):
        open_hosted("openai:text-embedding-3-small", environment)


def test_a_name_without_a_model() -> None:
    """The message shows a name that would do."""
    with pytest.raises(UsageError, match="openai:text-embedding-3-small"):
        open_hosted("openai:", {"OPENAI_API_KEY": KEY})
