"""The façade's own tests, and what it promises to the rest of the repository."""

import json
import time
import tomllib
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aicoach.app.deps import verify_bridge_token
from aicoach.local import environment
from aicoach.local.node import install
from aicoach.local.paths import ROOT, WEB
from aicoach.local.process import Guard
from tests.e2e.node import VITEST, run

pytestmark = pytest.mark.slow

REASONS = ROOT / "aicoach" / "coaches" / "goals" / "statements" / "reasons.toml"


def test_the_lock_file_names_no_registry() -> None:
    """Any mirror may serve the packages: their hashes are in the lock, their host is not."""
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert "registry.npmjs.org" not in json.dumps(lock)


def test_every_reason_of_an_import_has_its_words_on_the_page_in_every_language() -> None:
    """Issue 4 item 11: the page translates by code, so a new code needs words."""
    codes = {group: set(words) for group, words in tomllib.loads(REASONS.read_text()).items()}
    for language in ("en", "hi", "bn"):
        spoken = json.loads((WEB / "words" / language / "import.json").read_text())
        assert {group: set(words) for group, words in spoken.items()} == codes, language


@pytest.fixture(scope="module")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The packages of the lock file, for tests that need no running stack."""
    home = tmp_path_factory.mktemp("install")
    guard = Guard()
    try:
        install(WEB, environment.base(), home / "npm.log", guard)
    finally:
        guard.close()


@pytest.mark.usefixtures("_installed")
def test_the_unit_tests_of_the_page_pass() -> None:
    """Reducer, bridge token, Markdown, chart, guards and the service client."""
    assert "passed" in run(VITEST, "run")


@pytest.mark.usefixtures("_installed")
def test_the_service_accepts_the_token_that_the_facade_signs() -> None:
    """S0-2.1a, S0-2.1b: the script prints a token, the service's own verifier proves who it names."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    user = str(uuid4())
    env = {**environment.base(), "AICOACH_JWT_PRIVATE_KEY": private, "AICOACH_JWT_KID": "key-1"}
    token = run(WEB / "scripts" / "print-token.mjs", user, env=env).strip()
    caller = verify_bridge_token(token, now=time.time(), keys=public, issuer="aicoach-web", audience="aicoach")
    assert str(caller.user_id) == user
