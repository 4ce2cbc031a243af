"""What is installed is exact, new enough, and no more of it is reached than is meant (security row 42)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-worker.txt", "requirements-dev.txt"]
#: The first release without the hole that is named.
FLOORS = {
    "python-jose": (3, 5, 0),  # CVE-2024-33663 and -33664 were closed in 3.4.0
    "starlette": (0, 49, 1),  # CVE-2025-62727: a Range header that takes quadratic time
    "python-multipart": (0, 0, 18),  # CVE-2024-53981: a boundary that takes for ever
    "h11": (0, 16, 0),  # CVE-2025-43859: lenient chunk endings
    "urllib3": (2, 5, 0),  # CVE-2025-50181: redirects followed in spite of a pool's settings
    "requests": (2, 32, 4),  # CVE-2024-47081: credentials of .netrc to another host
    "cryptography": (44, 0, 1),  # CVE-2024-12797 in the OpenSSL of its wheels
    "pydantic": (2, 4, 0),  # CVE-2024-3772: an e-mail pattern that takes for ever
}
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([0-9][^ ;\\]*)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def pins(lock: str) -> list[tuple[str, str, str]]:
    """Name, version and the rest of each entry; a package may have a version for each Python."""
    return _PIN.findall((ROOT / lock).read_text("utf-8"))


def parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_exact_and_hashed(lock: str) -> None:
    """Security row 42: a version and a hash for each package, and nothing that is fetched from elsewhere."""
    text, found = (ROOT / lock).read_text("utf-8"), pins(lock)
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(found) >= 40
    assert [name for name, _, rest in found if "--hash=sha256:" not in rest] == []
    assert not re.search(r"://|^-|@ ", text, re.MULTILINE)


@pytest.mark.parametrize("package", FLOORS)
@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_is_older_than_its_last_known_hole(lock: str, package: str) -> None:
    """Security row 42."""
    pinned = [parts(version) for name, version, _ in pins(lock) if name == package]
    assert pinned
    assert min(pinned) >= FLOORS[package]


def test_a_floor_that_is_not_reached_is_seen() -> None:
    """A check that cannot fail is none."""
    assert parts("0.9.10") < parts("0.10.0") < FLOORS["starlette"] < parts("1.10.0")


_VERIFY = """
import sys
{before}
from uuid import uuid4
from aicoach.adapters.supabase.rest import RestTransport
from aicoach.app.deps import verify_bridge_token
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.unit.edge.minting import AUDIENCE, ISSUER, NOW, minter
owner = minter("owner")
for keys in (owner.pem, dict(keys=[owner.jwk()])):
    assert verify_bridge_token(owner.token(), now=NOW, keys=keys, issuer=ISSUER, audience=AUDIENCE)
form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(*form).decode()
for key in ("a shared secret of 32 bytes or so", owner.private_pem, curve):
    assert RestTransport("http://127.0.0.1:9", "x", key)._mint(uuid4())
print(sorted(name for name, module in sys.modules.items() if name.split(".")[0] in ("ecdsa", "rsa") and module))
"""


@pytest.mark.parametrize("before", ["", 'sys.modules["ecdsa"] = sys.modules["rsa"] = None'], ids=["there", "absent"])
def test_the_ecdsa_package_is_never_reached(before: str) -> None:
    """Security row 42, CVE-2024-23342: tokens are verified and made by ``cryptography``; without it nothing changes.

    docs/decisions/0014 has the reasons.
    """
    program = [sys.executable, "-c", _VERIFY.format(before=before)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
