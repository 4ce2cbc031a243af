"""``rediss://`` speaks TLS, Pub/Sub included, and believes no certificate it cannot verify."""

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aicoach.core.errors import Unavailable
from aicoach.memory.kv_store import RedisEventQueue
from tests.fakes.redis_server import RedisServer
from tests.integration.kv.support import durable, ids, take


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "redis.test")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "redis.pem"
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one end is gone, then close the other."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@pytest.fixture
async def tls_port(redis_server: RedisServer, certificate: Path) -> AsyncIterator[int]:
    """A port that ends TLS in front of Redis, as a hosted one does."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", redis_server.port)
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer))

    async with await asyncio.start_server(forward, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def test_events_travel_over_tls(tls_port: int, certificate: Path, session_id: UUID) -> None:
    queue = RedisEventQueue(f"rediss://127.0.0.1:{tls_port}/0?ssl_ca_certs={certificate}")
    async with queue.follow(session_id, 0) as follower:
        assert await follower.next(0) is None
        await queue.emit_event(session_id, durable(1))
        assert ids(await take(follower, 1)) == [1]
        assert follower._live
    await queue.aclose()


async def test_a_certificate_that_cannot_be_verified_is_refused(tls_port: int) -> None:
    queue = RedisEventQueue(f"rediss://127.0.0.1:{tls_port}/0")
    with pytest.raises(Unavailable):
        await queue.ping()
    await queue.aclose()
