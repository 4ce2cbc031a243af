"""Keys are made once, are nobody else's to read, and fit what the bridge demands."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwt

from aicoach.local.errors import LocalError
from aicoach.local.keys import Keys, load_or_make


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keys]:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    return path, load_or_make(path)


def test_keys_are_made_once(made: tuple[Path, Keys]) -> None:
    path, keys = made
    assert load_or_make(path) == keys


def test_only_the_owner_can_read_them(made: tuple[Path, Keys]) -> None:
    assert stat.S_IMODE(made[0].stat().st_mode) == 0o600


def test_the_bridge_key_is_pkcs8_with_3072_bits(made: tuple[Path, Keys]) -> None:
    keys = made[1]
    assert keys.bridge_private_pem.startswith("-----BEGIN PRIVATE KEY-----")
    key = serialization.load_pem_private_key(keys.bridge_private_pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 3072


def test_what_the_private_key_signs_the_public_key_verifies(made: tuple[Path, Keys]) -> None:
    keys = made[1]
    token = jwt.encode({"sub": "someone"}, keys.bridge_private_pem, algorithm="RS256")
    assert jwt.decode(token, keys.bridge_public_pem, algorithms=["RS256"]) == {"sub": "someone"}


def test_the_key_id_follows_the_key(made: tuple[Path, Keys], tmp_path: Path) -> None:
    keys = made[1]
    assert len(keys.bridge_kid) == 43
    assert load_or_make(tmp_path / "other.json").bridge_kid != keys.bridge_kid


def test_a_key_that_is_new_to_the_program_is_added_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = load_or_make(path)
    stored = json.loads(path.read_text())
    del stored["redis_password"]
    path.write_text(json.dumps(stored))
    second = load_or_make(path)
    assert second.bridge_private_pem == first.bridge_private_pem
    assert second.redis_password not in {"", first.redis_password}


def test_every_secret_is_different(made: tuple[Path, Keys]) -> None:
    secrets = list(json.loads(made[0].read_text()).values())
    assert len(set(secrets)) == len(secrets)
    assert min(len(secret) for secret in secrets) >= 15


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text('{"cron_secret": ')
    with pytest.raises(LocalError, match="make clean"):
        load_or_make(path)
