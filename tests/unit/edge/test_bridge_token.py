"""One kind of token is accepted and no other (S0-2.2a, S0-2.2c; security rows 1 to 4, 6)."""

import contextlib
import time
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from aicoach.app.auth.keys import KeySet, jwks_key_set, pem_key_set, thumbprint
from aicoach.app.deps import Caller, verify_bridge_token
from aicoach.core.errors import Unauthorized
from tests.unit.edge.hostile import hostile
from tests.unit.edge.minting import AUDIENCE, ISSUER, KID, NOW, USER, b64, minter

HOSTILE = hostile()


def verify(token: Any, keys: Any = None, now: float = NOW) -> Caller:
    trusted = keys if keys is not None else minter("owner").pem
    return verify_bridge_token(token, now=now, keys=trusted, issuer=ISSUER, audience=AUDIENCE)


def is_refused(token: Any, keys: Any = None, now: float = NOW) -> bool:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        verify(token, keys, now)
    assert type(caught.value) is Unauthorized
    assert str(caught.value) == Unauthorized.title
    return True


def test_the_hostile_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 120


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_token_is_refused(name: str) -> None:
    """S0-2.2c: by every form of keys, with Unauthorized and nothing else."""
    owner = minter("owner")
    assert is_refused(HOSTILE[name])
    assert is_refused(HOSTILE[name], [owner.pem, minter("next").pem])
    assert is_refused(HOSTILE[name], {"keys": [owner.jwk()]})


GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "without jti": {"jti": None},
    "audiences": {"aud": ["other", AUDIENCE]},
    "subject in capitals": {"sub": USER.upper()},
    "short life": {"exp": NOW + 1},
    "issued a moment ahead": {"iat": NOW + 10, "exp": NOW + 600},
    "expired within the leeway": {"iat": NOW - 500, "exp": NOW - 9},
    "not before now": {"nbf": NOW},
    "fractions": {"iat": NOW - 0.5, "exp": NOW + 599.25},
    "integers": {"iat": int(NOW), "exp": int(NOW) + 600},
    "rights that are no rights": {"role": "service_role", "is_admin": True, "user_id": "someone else"},
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD.keys())
def test_a_good_token_proves_its_user(changes: dict[str, Any]) -> None:
    """S0-2.2a, S0-2.2b: by PEM, PEMs and JWKS alike."""
    owner = minter("owner")
    token = owner.token(**changes)
    for keys in (owner.pem, [minter("next").pem, owner.pem], {"keys": [owner.jwk(), minter("next").jwk(kid="other")]}):
        caller = verify(token, keys)
        assert (caller.user_id, caller.kid) == (UUID(USER), KID)


@pytest.mark.parametrize("header", [{"typ": None}, {"kid": None}, {"cty": "x"}, {"kid": "any name at all"}])
def test_optional_header_members_do_no_harm(header: dict[str, Any]) -> None:
    assert verify(minter("owner").token(header)).user_id == UUID(USER)


def test_a_kid_that_is_the_thumbprint_of_one_pem_picks_that_pem() -> None:
    owner, following = minter("owner"), minter("next")
    named = thumbprint(following.jwk()["n"], following.jwk()["e"])
    assert verify(following.token({"kid": named}), [owner.pem, following.pem])
    assert is_refused(owner.token({"kid": named}), [owner.pem, following.pem])


def test_a_jwks_picks_exactly_the_named_key() -> None:
    owner, following = minter("owner"), minter("next")
    keys = {"keys": [owner.jwk(), following.jwk(kid="key-2")]}
    assert verify(following.token({"kid": "key-2"}), keys).kid == "key-2"
    assert is_refused(following.token({"kid": KID}), keys)
    assert is_refused(owner.token({"kid": None}), keys)
    assert verify(owner.token({"kid": None}), {"keys": [owner.jwk()]})


UNFIT: dict[str, dict[str, Any]] = {
    "use enc": {"use": "enc"},
    "alg RS512": {"alg": "RS512"},
    "alg list": {"alg": ["RS256"]},
    "key_ops sign": {"key_ops": ["sign"]},
    "key_ops text": {"key_ops": "verify"},
    "kty EC": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "kty oct": {"kty": "oct", "k": b64(b"secret"), "n": None, "e": None},
    "kty missing": {"kty": None},
    "private": {"d": "AQAB"},
    "no modulus": {"n": None},
    "modulus number": {"n": 12345},
    "modulus padded": {"n": minter("owner").jwk()["n"] + "="},
    "even exponent": {"e": b64(b"\x04")},
    "exponent one": {"e": b64(b"\x01")},
    "another kid": {"kid": "elsewhere"},
    "no kid": {"kid": None},
}


@pytest.mark.parametrize("members", UNFIT.values(), ids=UNFIT.keys())
def test_a_jwk_that_is_not_made_for_this_is_not_used(members: dict[str, Any]) -> None:
    owner = minter("owner")
    assert is_refused(owner.token(), {"keys": [owner.jwk(**members)]})
    assert is_refused(owner.token(), {"keys": [owner.jwk(**members), minter("next").jwk(kid="x")]})


def test_short_keys_are_refused_however_they_come() -> None:
    weak = minter("weak", 1024)
    assert is_refused(weak.token(), weak.pem)
    assert is_refused(weak.token(), {"keys": [weak.jwk()]})


@pytest.mark.parametrize("members", UNFIT.values(), ids=UNFIT.keys())
def test_an_unfit_neighbour_does_not_spoil_a_set(members: dict[str, Any]) -> None:
    owner = minter("owner")
    assert verify(owner.token(), {"keys": [minter("next").jwk(**{"kid": "bad"} | members), owner.jwk()]})


def test_keys_of_other_kinds_may_share_a_set() -> None:
    owner = minter("owner")
    curve = {"kty": "EC", "kid": "ec", "crv": "P-256", "x": b64(b"x" * 32), "y": b64(b"y" * 32)}
    assert verify(owner.token(), {"keys": [curve, {"kty": "oct", "kid": "hs", "k": "AA"}, owner.jwk()]})


def _curve_pem() -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def untrusted() -> dict[str, Any]:
    owner, following, third = minter("owner"), minter("next"), minter("thief")
    return {
        "private PEM": owner.private_pem, "public and private": owner.pem + owner.private_pem, "curve": _curve_pem(),
        "three PEMs": [owner.pem, following.pem, third.pem], "nothing": "", "no PEMs": [], "text": "hunter2",
        "certificate": owner.pem.replace("PUBLIC KEY", "CERTIFICATE"), "text beside it": owner.pem + "secret",
        "repeated kid": {"keys": [owner.jwk(), following.jwk()]}, "kid number": {"keys": [owner.jwk(kid=1)]},
        "keys missing": {}, "keys text": {"keys": "x"}, "key text": {"keys": ["x"]}, "number": 7, "None": None,
        "mixed": [owner.pem, 1], "bytes": owner.pem.encode(),
    }  # fmt: skip


@pytest.mark.parametrize("name", untrusted())
def test_keys_that_cannot_be_trusted_prove_nobody(name: str) -> None:
    keys = untrusted()[name]
    with pytest.raises(Unauthorized):
        verify_bridge_token(minter("owner").token(), now=NOW, keys=keys, issuer=ISSUER, audience=AUDIENCE)


@pytest.mark.parametrize("name", ["private PEM", "public and private", "curve", "nothing", "certificate"])
def test_a_start_with_an_untrusted_pem_fails(name: str) -> None:
    with pytest.raises(ValueError, match="RSA"):
        pem_key_set(untrusted()[name])


def test_a_start_with_a_repeated_kid_fails() -> None:
    with pytest.raises(ValueError, match="repeated"):
        jwks_key_set(untrusted()["repeated kid"])


def test_pems_may_come_with_escaped_line_breaks_and_one_after_the_other() -> None:
    """Environment variables often carry the two characters backslash and n."""
    owner, following = minter("owner"), minter("next")
    both = (owner.pem + following.pem).replace("\n", "\\n")
    assert verify(owner.token(), both) == verify(following.token(), both)


@pytest.mark.parametrize("now", [float("nan"), float("inf"), -float("inf"), 0.0, NOW + 611, NOW - 11])
def test_a_clock_that_is_off_lets_nobody_in(now: float) -> None:
    assert is_refused(minter("owner").token(), now=now)


GOOD_TOKEN = minter("owner").token()


@given(st.integers(0, len(GOOD_TOKEN) - 1), st.characters())
def test_no_changed_character_goes_unnoticed(at: int, char: str) -> None:
    """A token has exactly one spelling."""
    changed = GOOD_TOKEN[:at] + char + GOOD_TOKEN[at + 1 :]
    assert changed == GOOD_TOKEN or is_refused(changed)


@given(st.integers(0, len(GOOD_TOKEN)), st.text(min_size=1, max_size=3))
def test_no_inserted_text_goes_unnoticed(at: int, text: str) -> None:
    assert is_refused(GOOD_TOKEN[:at] + text + GOOD_TOKEN[at:])


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["iss", "aud", "sub", "iat", "exp", "nbf", "jti"]), json_values)
def test_any_claim_gives_a_caller_or_unauthorized(name: str, value: Any) -> None:
    token = minter("owner").token(**{name: value})
    with contextlib.suppress(Unauthorized):
        assert verify(token).user_id == UUID(USER) or name == "sub"


def test_verifying_is_cheap_since_keys_are_parsed_once() -> None:
    """About 0.1 ms: an RSA verification and little else."""
    owner = minter("owner")
    token, keys = owner.token(), owner.pem
    assert isinstance(pem_key_set(keys), KeySet)
    assert pem_key_set(keys) is pem_key_set(keys)
    started = time.process_time()
    for _ in range(200):
        verify(token, keys)
    assert (time.process_time() - started) / 200 < 1e-3
