"""No secret is in the repository, in what a browser gets, or in a place that could bypass row level security."""

import math
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicoach.local import environment, web
from aicoach.local.paths import ROOT, WEB
from aicoach.local.process import Guard
from aicoach.local.stack import base_home

ALLOWED = tomllib.loads((Path(__file__).parent / "not_secrets.toml").read_text("utf-8"))["files"]
#: What git does not keep.
_NOT_OURS = {
    ".git", ".venv", ".aicoach", ".next", ".vercel", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache",
    ".pytest_cache", ".hypothesis", ".import_linter_cache", "aicoach.egg-info", "test-results",
    "playwright-report", "build", "dist",
}  # fmt: skip
_BINARY = (".png", ".pdf", ".ico", ".woff2", ".tsbuildinfo")
KNOWN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/]{40}"
    r"|\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}"  # a signed token
    r"|\b(?:sk|rk|pk)-(?:proj-|live-|ant-)?[A-Za-z0-9]{20,}|\bsb_secret_\w{16,}|\bpplx-\w{20,}|\bsbp_[0-9a-f]{30,}"
    r"|\bgh[pousr]_\w{30,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abp]-[\w-]{20,}|\bAIza[\w-]{35}|\bnpm_\w{36}|\bpypi-\w{40,}"
    r"|(?:postgres(?:ql)?|rediss?)://[^\s:@/'\"{<]*:(?!\$)[^\s@/'\"{<]{12,}@(?!127\.0\.0\.1|localhost|[\w-]*example)"
)
_WORD = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w+/=-])")


def texts() -> Iterator[tuple[str, str]]:
    """Path and text of everything that is, or could be, committed."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        for name in names:
            path = Path(folder, name)
            if not name.endswith(_BINARY) and not re.fullmatch(r"\.env(\.local)?", name) and not path.is_symlink():
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8", "replace")


def entropy(word: str) -> float:
    """Shannon's measure, in bits a character."""
    shares = [count / len(word) for count in Counter(word).values()]
    return -sum(share * math.log2(share) for share in shares)


def looks_random(word: str) -> bool:
    """Mixed as only machines mix: a name in code has fewer kinds of characters, and repeats more of them."""
    kinds = [any(map(kind, word)) for kind in (str.isupper, str.islower, str.isdigit)]
    return all(kinds) and entropy(word) > 4.3


def suspicious(text: str) -> list[str]:
    """What in a text looks like a secret."""
    found = [match[0] for match in KNOWN.finditer(text)]
    return found + [word for word in _WORD.findall(text) if looks_random(word)]


def test_no_file_of_the_repository_holds_a_secret() -> None:
    """Security row 41: what looks like one is listed with the reason why it is none; the list holds nothing else."""
    found = {path: words for path, text in texts() if (words := suspicious(text))}
    strangers = {
        path: words[:3] for path, words in found.items() if not any(re.fullmatch(one, path) for one in ALLOWED)
    }
    assert strangers == {}
    unused = [one for one in ALLOWED if not any(re.fullmatch(one, path) for path in found)]
    assert unused == []
    assert all(len(reason) > 20 for reason in ALLOWED.values())


def secrets_of_every_kind() -> dict[str, str]:
    """Made up here, letter by letter, so that this file holds none."""
    body = "Zx9" + "kQ3vT7wLm2Rb8NcYp5HdFs1GjAe6" * 3
    return {
        "private key": f"-----BEGIN PRIVATE KEY-----\n{body}",
        "escaped private key": f"-----BEGIN RSA PRIVATE KEY-----\\n{body}",
        "token": f"eyJ{body[:30]}.eyJ{body[:40]}.{body[:40]}",
        "model key": f"sk-proj-{body[:40]}",
        "gateway key": f"sb_secret_{body[:30]}",
        "password in an address": f"postgresql://someone:{body[:20]}@db.somewhere.net:5432/postgres",
        "random word": body[:44],
    }


@pytest.mark.parametrize("kind", secrets_of_every_kind())
def test_a_secret_would_be_found(kind: str) -> None:
    """A check that cannot fail is none."""
    assert suspicious(f'setting = "{secrets_of_every_kind()[kind]}"')


#: In code that a browser gets: neither secrets nor the names of settings that hold them.
IN_A_BROWSER = re.compile(
    r"PRIVATE KEY|SERVICE_ROLE|service_role|sb_secret_|\bsk-[A-Za-z0-9]{8}|AICOACH_[A-Z]|CRON_SECRET|OPENAI_|postgres(ql)?://|rediss?://"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The façade, built when its sources changed."""
    guard = Guard()
    try:
        web.prepare(environment.base(), tmp_path_factory.mktemp("build") / "web.log", guard)
    finally:
        guard.close()
    return WEB / ".next"


@pytest.mark.slow
def test_no_secret_is_in_what_a_browser_gets(built: Path) -> None:
    """Security row 41: every script, style and page of the build, source maps included."""
    files = [path for path in (built / "static").rglob("*") if path.is_file()]
    files += [path for path in (built / "server" / "app").rglob("*") if path.suffix in {".html", ".rsc"}]
    assert sum(path.suffix == ".js" for path in files) >= 5
    bad = {str(path): found[0] for path in files if (found := IN_A_BROWSER.search(path.read_text("utf-8", "replace")))}
    assert bad == {}
    assert not [path for path in files if path.suffix == ".map"]


@pytest.mark.slow
def test_no_key_of_this_machine_is_in_the_build(built: Path) -> None:
    """Security row 41: a build is made without settings, so nothing of them is in any file of it, server's included."""
    keys = base_home() / "keys.json"
    values = re.findall(r'"([^"\s]{24,})', keys.read_text("utf-8")) if keys.exists() else []
    assert not [name for name in environment.base() if name.startswith(("AICOACH_", "OPENAI_", "SUPABASE_"))]
    for path in built.rglob("*"):
        if path.is_file() and "cache" not in path.parts:
            text = path.read_text("utf-8", "replace")
            assert not [value for value in values if value in text], path
            assert not re.search(r"PRIVATE KEY-----(?:\\n|\s)+[A-Za-z0-9+/]{40}|sb_secret_\w{16}", text), path


#: Where the role is named to take its rights away, or to prove that it has none.
_WITHOUT_IT = re.compile(r"(supabase/migrations|aicoach/local/sql)/\w+\.sql|aicoach/local/environment\.py|tests/.+")


def test_no_code_knows_a_key_that_bypasses_row_level_security() -> None:
    """Security row 12: neither service, façade, deployment nor settings name service_role; jobs have their own."""
    named = [path for path, text in texts() if re.search(r"service_?role", text, re.IGNORECASE)]
    assert [path for path in named if not _WITHOUT_IT.fullmatch(path)] == []
    statements = [part for path, text in texts() if path.startswith("supabase/migrations/") for part in text.split(";")]
    granted = [part for part in statements if re.search(r"\bgrant\b[^;]*\bto\b[^;]*\bservice_role\b", part)]
    granted = [part for part in granted if not part.strip().startswith("grant usage on schema ")]
    assert granted == []
