""".env.example tells every setting, once, with its default and one line about it (issue 6 item 7)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from aicoach.app.settings import Settings
from aicoach.local.paths import ROOT

LINES = (ROOT / ".env.example").read_text("utf-8").splitlines()
SETTING = re.compile(r"(?P<off># )?(?P<name>AICOACH_[A-Z_]+)=(?P<value>.*)")
#: Without a default, and a deployment needs them.
NEEDED = {f"AICOACH_{name}" for name in ("DATABASE_URL", "REDIS_URL", "JWT_PUBLIC_KEY", "CRON_SECRET", "FOLIO_KEY")}


def told() -> Iterator[tuple[int, re.Match[str]]]:
    """Every setting in the file, with the number of its line."""
    for number, line in enumerate(LINES):
        if match := SETTING.fullmatch(line):
            yield number, match


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable that a setting is read from, in our own spelling."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"AICOACH_{name.upper()}"


def test_every_setting_is_told_once() -> None:
    names = [match["name"] for _, match in told()]
    assert sorted(names) == sorted(variable(name, field) for name, field in Settings.model_fields.items())


def test_every_setting_has_a_line_of_its_own_about_it() -> None:
    for number, match in told():
        comment = LINES[number - 1]
        assert re.fullmatch(r"# .{10,}\.", comment), match["name"]
        assert not SETTING.fullmatch(comment), match["name"]


def test_what_is_commented_out_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes the comment signs away changes nothing; an empty one is not set."""
    for _, match in told():
        monkeypatch.delenv(match["name"], raising=False)
    for alias in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME"):
        monkeypatch.delenv(alias, raising=False)
    whole = tmp_path / "env"
    whole.write_text("\n".join(f"{match['name']}={match['value']}" for _, match in told() if match["value"]))
    assert Settings(_env_file=whole) == Settings()
    empty = {match["name"] for _, match in told() if not match["value"]}
    assert all(not field.default for name, field in Settings.model_fields.items() if variable(name, field) in empty)


def test_what_is_needed_is_not_commented_out() -> None:
    assert {match["name"] for _, match in told() if not match["off"]} == NEEDED
    assert all(not match["value"] for _, match in told() if match["name"] in NEEDED)


def test_prices_are_read_alike_from_a_mapping_and_from_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 6 item 4: raising prices is one variable, whoever reads it; what is no JSON stops the start."""
    text = '{"small-model": ["0.10", "0.40"]}'
    monkeypatch.setenv("AICOACH_LLM_PRICES", text)
    assert Settings.from_env({"AICOACH_LLM_PRICES": text}).llm_prices == Settings().llm_prices
    with pytest.raises(ValueError, match="llm_prices"):
        Settings.from_env({"AICOACH_LLM_PRICES": "0.10 and 0.40"})
