"""A server that speaks TLS, and one that goes away and comes back."""

import datetime as dt
import ipaddress
from pathlib import Path

import pytest

from orthoweave.errors import StoreUnavailableError
from orthoweave.stores.neo4j.access import Access
from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
from orthoweave.stores.neo4j.store import Neo4jStore

# each test starts a server or two
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def _certificate(folder: Path) -> None:
    """A key and a certificate for this machine that nobody has signed."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir(parents=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "public.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "private.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _ones(store: Neo4jStore) -> list[int]:
    found: list[int] = (
        store.query("RETURN 1 AS x", timeout_s=20, row_limit=1).table["x"].to_pylist()
    )
    return found


def test_certificates_are_checked_unless_told_otherwise(
    tmp_path: Path, neo4j_server: Access
) -> None:
    """bolt+s refuses a certificate that nobody has signed, bolt+ssc takes it, both encrypt."""
    _certificate(tmp_path / "certificates" / "bolt")
    options = ServerOptions(
        quick_start=True,
        further={
            "server.bolt.tls_level": "OPTIONAL",
            "dbms.ssl.policy.bolt.enabled": "true",
            "dbms.ssl.policy.bolt.base_directory": "certificates/bolt",
            "dbms.ssl.policy.bolt.client_auth": "NONE",
        },
    )
    with start_server(tmp_path, options) as server:
        plain, password = server.access.uri, server.access.password
        for scheme in ("bolt+ssc", "neo4j+ssc", "neo4j", "bolt"):
            uri = plain.replace("bolt", scheme)
            with Neo4jStore.connect(Access(uri, password=password)) as store:
                assert _ones(store) == [1]
        for scheme in ("bolt+s", "neo4j+s"):
            access = Access(plain.replace("bolt", scheme), password=password)
            with pytest.raises(StoreUnavailableError, match="no Neo4j server answers"):
                Neo4jStore.connect(access)


def test_a_server_may_go_and_come_back(tmp_path: Path, neo4j_server: Access) -> None:
    """While the server is away questions fail with what to do; afterwards they are answered."""
    with start_server(tmp_path, ServerOptions(quick_start=True)) as first:
        store = Neo4jStore.connect(first.access)
        assert _ones(store) == [1]
    with store:
        with pytest.raises(StoreUnavailableError, match="orthoweave neo4j start"):
            _ones(store)
        port = int(first.access.uri.rpartition(":")[2])
        with start_server(tmp_path, ServerOptions(port=port, quick_start=True)) as second:
            assert second.access == first.access
            assert _ones(store) == [1]
