"""What the operator's pages mention exists: settings, commands, files, addresses, metrics, names, sections."""

import re
import subprocess
from functools import cache

import pytest
from pydantic import AliasChoices

from aicoach.__main__ import main
from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.app.telemetry.meters import instruments
from aicoach.local.paths import ROOT

PAGES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("runbook.md", "deploy.md", "qa-checklist.md")}
_FOLDERS = "aicoach|api|bench|decisions|deploy|docs|scripts|supabase|tests|web"
_PATH = re.compile(rf"(?<![\w/.~$-])(?:{_FOLDERS})/[\w./*-]*\w")
_ENDS = {"counter": ("_total",), "histogram": ("_count", "_sum", "_bucket"), "open": ("",)}


def mentioned(pattern: str, page: str) -> set[str]:
    """What the page has of a kind."""
    return set(re.findall(pattern, PAGES[page]))


def settings() -> set[str]:
    """Every variable that the service or the façade reads."""
    named: set[str] = set(re.findall(r"AICOACH_\w+", (ROOT / "web" / ".env.example").read_text("utf-8")))
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        named |= set(map(str, alias.choices)) if isinstance(alias, AliasChoices) else {f"AICOACH_{name.upper()}"}
    return named


def addresses() -> set[str]:
    """Every path of the service and of the façade."""
    routes = set(create_app(build(Settings(env="local"))).openapi()["paths"])
    web = ROOT / "web" / "app"
    return routes | {f"/{file.parent.relative_to(web)}" for file in web.glob("api/**/route.ts")}


def metrics() -> set[str]:
    """As the metrics page spells them."""
    return {
        f"{one.name.replace('.', '_')}{'_seconds' if one.unit == 's' else ''}{end}"
        for one in instruments()
        for end in _ENDS[one.kind]
    }


def anchor(title: str) -> str:
    """A heading's address, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


@cache
def code() -> str:
    """Every source, to look a name up in."""
    folders = ("aicoach", "supabase", "web/app", "web/lib", "web/words")
    files = (file for folder in folders for file in (ROOT / folder).rglob("*"))
    return "\n".join(
        file.read_text("utf-8") for file in files if file.suffix in {".py", ".sql", ".toml", ".ts", ".tsx", ".json"}
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_exists(page: str) -> None:
    """S0-11: a renamed setting is renamed on the page."""
    assert mentioned(r"AICOACH_[A-Z0-9_]*[A-Z0-9]", page) <= settings()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_exists(page: str) -> None:
    """S0-11: of the repository; what an operator has elsewhere begins with / or ~."""
    for path in _PATH.findall(PAGES[page]):
        assert any(ROOT.glob(path)) or any((ROOT / "docs").glob(path)), path


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_section_exists(page: str) -> None:
    """S0-11: on another page too."""
    for target in mentioned(r"\]\((?!https?:)([^)]+)\)", page):
        name, _, section = target.partition("#")
        file = ROOT / "docs" / name if name else ROOT / "docs" / page
        assert file.is_file(), target
        titles = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
        assert not section or section in map(anchor, titles), target
    assert mentioned(r"“([^”]+)”", page) <= set(re.findall(r"^## (.+)$", PAGES[page], re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """S0-11: of make, and of the command line."""
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert mentioned(r"(?:`|^)make ([\w-]+)", page) <= set(targets)
    for name in mentioned(r"python -m aicoach (\w+)", page):
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0, capsys.readouterr().err


@pytest.mark.parametrize("page", PAGES)
def test_every_address_exists(page: str) -> None:
    """S0-11: paths that a page asks for."""
    asked = mentioned(r"/api/(?:aicoach|ai/coach)/[\w/-]+", page)
    asked |= {f"/api/aicoach{path}" for path in mentioned(r'\bask "?(/\w+)', page)}
    assert asked <= addresses()


@pytest.mark.parametrize("page", PAGES)
def test_every_name_exists(page: str) -> None:
    """S0-11: metrics to the letter; events, columns and reasons as a word of the sources."""
    measured = mentioned(r"\baicoach_[a-z_]+_(?:total|count|sum|bucket)\b", page)
    assert measured <= metrics()
    limits = {f"budget_{limit}" for limit in ("session", "scope", "day")}
    for name in mentioned(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`", page) - measured - limits - {"pg_dump"}:
        assert re.search(rf"\b{name}\b", code()), name


@pytest.mark.parametrize("page", PAGES)
def test_a_line_to_change_is_there(page: str) -> None:
    """S0-11: the old line of every change that a page shows stands in vercel.json."""
    host = (ROOT / "vercel.json").read_text("utf-8").splitlines()
    for block in mentioned(r"```diff\n((?:.*\n)*?)```", page):
        for line in block.splitlines():
            assert line[0] == "+" or f" {line[1:]}".strip() in {known.strip() for known in host}, line


@pytest.mark.parametrize("page", PAGES)
def test_every_shell_block_can_be_read_by_a_shell(page: str) -> None:
    """S0-11: those too that no test can run."""
    for block in mentioned(r"```sh[^\n]*\n((?:.*\n)*?)```", page):
        read = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
        assert read.returncode == 0, f"{block}\n{read.stderr}"


def test_what_does_not_exist_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock is tested with what must not get through."""
    wrong = "AICOACH_NO_SUCH `aicoach_runs_sum` `no_such_event` docs/no-such.md [a](b.md) `make nothing` ask /nothing\n"
    monkeypatch.setitem(PAGES, "wrong.md", wrong + "```diff\n-  nothing\n```\n```sh\nif\n```\n")
    for check in (
        test_every_setting_exists,
        test_every_file_exists,
        test_every_link_and_section_exists,
        test_every_address_exists,
        test_every_name_exists,
        test_a_line_to_change_is_there,
        test_every_shell_block_can_be_read_by_a_shell,
    ):
        with pytest.raises(AssertionError):
            check("wrong.md")
