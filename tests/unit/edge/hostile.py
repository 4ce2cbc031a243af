"""Over a hundred tokens that must be refused, by name."""

import json
from collections.abc import Iterator
from typing import Any

from tests.unit.edge.minting import AUDIENCE, ISSUER, NOW, USER, b64, claims, dump, hs256, minter

HEADER: dict[str, Any] = {"alg": "RS256", "typ": "JWT", "kid": "key-1"}


def hostile() -> dict[str, Any]:
    """Each name says what is wrong; everything else about the token is right."""
    groups = (_headers(), _raw_headers(), _algorithms(), _times(), _parties(), _raw_claims(), _encodings(), _shapes())
    return {name: token for group in groups for name, token in group}


def _headers() -> Iterator[tuple[str, str]]:
    owner, thief = minter("owner"), minter("thief")
    members: dict[str, Any] = {
        "crit": ["exp"], "crit-empty": [], "b64": False, "jku": "https://evil.example/jwks", "x5u": "https://evil.example",
        "x5c": ["MIIB"], "jwk": thief.jwk(),
    }  # fmt: skip
    for name, value in members.items():
        yield f"header {name}", owner.token({name.partition("-")[0]: value})
    yield "embedded jwk signs", thief.token({"jwk": thief.jwk()})
    yield "jku with its own kid", thief.token({"jku": "https://evil.example/jwks", "kid": "evil"})
    types: list[Any] = ["at+jwt", "JOSE", "jwt+x", "", 1, ["JWT"], {}, True]
    for typ in types:
        yield f"typ {typ!r}", owner.token({"typ": typ})
    for kid in (1, True, ["key-1"], {"a": 1}):
        yield f"kid {kid!r}", owner.token({"kid": kid})
    yield "signed by another key", thief.token()
    yield "signed by another key without kid", thief.token({"kid": None})


def _raw_headers() -> Iterator[tuple[str, str]]:
    owner, payload = minter("owner"), dump(claims())
    raw = {
        "repeated alg": b'{"alg":"none","alg":"RS256"}',
        "repeated alg, good first": b'{"alg":"RS256","alg":"none"}',
        "repeated kid": b'{"alg":"RS256","kid":"a","kid":"key-1"}',
        "escaped repeat": b'{"alg":"RS256","\\u0061lg":"none"}',
        "nested bomb": b'{"alg":"RS256","a":' + b"[" * 3000 + b"]" * 3000 + b"}",
        "nested objects": b'{"alg":"RS256","a":' + b'{"a":' * 700 + b"1" + b"}" * 700 + b"}",
        "unclosed bomb": b"[" * 5000,
        "NaN": b'{"alg":"RS256","a":NaN}',
        "Infinity": b'{"alg":"RS256","a":-Infinity}',
        "huge number": b'{"alg":"RS256","a":1e400}',
        "array": b'["RS256"]',
        "string": b'"RS256"',
        "null": b"null",
        "empty": b"",
        "trailing garbage": b'{"alg":"RS256"}x',
        "byte order mark": b'\xef\xbb\xbf{"alg":"RS256"}',
        "UTF-16": '{"alg":"RS256"}'.encode("utf-16"),
        "broken UTF-8": b'{"alg":"RS256","a":"\xff"}',
        "lone surrogate": b'{"alg":"RS256","kid":"\\ud800"}',
        "NUL": b'{"alg":"RS256","kid":"key-1\\u0000"}',
        "long integer": b'{"alg":"RS256","a":' + b"9" * 5000 + b"}",
        "single quotes": b"{'alg':'RS256'}",
    }
    for name, header in raw.items():
        yield f"raw header {name}", owner.sign(header, payload)


def _algorithms() -> Iterator[tuple[str, str]]:
    owner, payload = minter("owner"), dump(claims())
    names = ["none", "None", "NONE", "nOnE", "HS256", "rs256", "RS384", "RS512", "PS256", "ES256", "RS256 ", ""]
    others: list[Any] = [None, 1, True, ["RS256"], {"RS256": 1}]
    for alg in (*names, *others):
        yield f"alg {alg!r}", owner.token({"alg": alg})
    for alg in ("none", "None", "RS256"):
        yield f"{alg} unsigned", f"{b64(dump(HEADER | {'alg': alg}))}.{b64(payload)}."
    confused = dump(HEADER | {"alg": "HS256"})
    yield "HS256 with the public PEM", hs256(confused, payload, owner.pem.encode())
    yield "HS256 with the trimmed PEM", hs256(confused, payload, owner.pem.strip().encode())
    yield "HS256 with nothing", hs256(confused, payload, b"")
    yield "RS256 said, HS256 done", hs256(dump(HEADER), payload, owner.pem.encode())


def _times() -> Iterator[tuple[str, str]]:
    owner = minter("owner")
    bad: list[Any] = ["1900000000", None, True, [], {}, "", "never", float(NOW) * 1e9, -1, 0, 1.5]
    for value in bad:
        yield f"exp {value!r}", owner.token(exp=value)
        yield f"iat {value!r}", owner.token(iat=value)
    yield "expired", owner.token(iat=NOW - 700, exp=NOW - 100)
    yield "expired by the leeway", owner.token(iat=NOW - 610, exp=NOW - 10)
    yield "issued in the future", owner.token(iat=NOW + 11, exp=NOW + 300)
    yield "lives 601 s", owner.token(exp=NOW + 601)
    yield "lives a year", owner.token(exp=NOW + 31_536_000)
    yield "expires when issued", owner.token(exp=NOW)
    yield "expires before issued", owner.token(iat=NOW + 5, exp=NOW + 1)


def _parties() -> Iterator[tuple[str, str]]:
    owner = minter("owner")
    nil = "00000000-0000-0000-0000-000000000000"
    texts = [
        f"{{{USER}}}",
        f"urn:uuid:{USER}",
        f" {USER}",
        f"{USER}\n",
        "' or 1=1 --",
        "３" + USER[1:],
        nil,
        "admin",
        "",
    ]
    wrong: dict[str, list[Any]] = {
        "iss": ["other", None, "", 1, [ISSUER], ISSUER.upper(), ISSUER + " ", {"iss": ISSUER}],
        "aud": ["other", None, "", 1, True, [], ["other"], [AUDIENCE, 1], [[AUDIENCE]], {AUDIENCE: 1}, AUDIENCE + "x"],
        "sub": [1, None, [USER], {"id": USER}, USER[:-1], USER + "0", USER.replace("-", ""), *texts],
        "jti": [1, ["a"], {"a": 1}, "x" * 256, True],
        "nbf": [NOW + 11, "now", True, [NOW], {}],
    }
    for claim, values in wrong.items():
        for value in values:
            yield f"{claim} {str(value)[:50]!r} ({type(value).__name__})", owner.token(**{claim: value})


def _raw_claims() -> Iterator[tuple[str, str]]:
    owner, good = minter("owner"), dump(claims()).decode()
    raw = {
        "array": "[]", "string": '"x"', "null": "null", "number": "1", "empty": "", "no claims": "{}",
        "not JSON": "sub=1",
        "repeated sub": good[:-1] + f', "sub": "{USER}"}}',
        "repeated exp": good[:-1] + ', "exp": 9999999999}',
        "exp NaN": good.replace(str(NOW + 600), "NaN"),
        "exp 1e400": good.replace(str(NOW + 600), "1e400"),
        "exp Infinity": good.replace(str(NOW + 600), "Infinity"),
        "nested bomb": good[:-1] + ', "a": ' + "[" * 2000 + "]" * 2000 + "}",
        "trailing garbage": good + "{}",
        "lone surrogate": good[:-1] + ', "a": "\\udfff"}',
    }  # fmt: skip
    for name, payload in raw.items():
        yield f"raw claims {name}", owner.sign(json.dumps(HEADER).encode(), payload.encode())


def _encodings() -> Iterator[tuple[str, str]]:
    good = minter("owner").token()
    head, body, signature = good.split(".")
    spare = signature[:-1] + chr(ord(signature[-1]) + 1)
    for name, changed in {
        "padding": signature + "=", "two paddings": signature + "==", "space": signature + " ",
        "newline": signature + "\n",
        "CRLF inside": signature[:9] + "\r\n" + signature[9:], "bangs inside": signature[:9] + "!!!!" + signature[9:],
        "spare bits": spare, "plus": "+" + signature[1:], "slash": "/" + signature[1:], "cut": signature[:-4],
        "empty": "", "repeated": signature * 2, "NUL": signature + "\0", "first bit": "A" + signature[1:],
    }.items():  # fmt: skip
        yield f"signature {name}", f"{head}.{body}.{changed}"
    yield "padded header", f"{head}=.{body}.{signature}"
    yield "padded claims", f"{head}.{body}=.{signature}"
    yield "space before", " " + good
    yield "space after", good + " "
    yield "claims of another token", f"{head}.{b64(dump(claims(sub=USER[:-1] + '8')))}.{signature}"
    yield "swapped parts", f"{body}.{head}.{signature}"


def _shapes() -> Iterator[tuple[str, Any]]:
    good = minter("owner").token()
    texts = ["", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e", "null", "undefined", "Bearer", "\0", "é.é.é"]
    for text in (*texts, "🙂.🙂.🙂", "A" * 8193, "." * 100_000, f"{good}.{good}", good.replace(".", "\u2024")):
        yield f"text {text[:12]!a} of {len(text)}", text
    yield "huge token", minter("owner").token(padding="x" * 9000)
    for value in (None, 1, b"bytes", [good], {"token": good}, good.encode()):
        yield f"not text: {type(value).__name__} {str(value)[:3]}", value
