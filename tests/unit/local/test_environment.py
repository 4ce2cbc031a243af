"""A caller's own settings never leak into a stack's parts."""

from pathlib import Path

import pytest

from aicoach.local import environment
from aicoach.local.errors import LocalError
from aicoach.local.stack import Stack

LEAKS = ["OPENAI_API_KEY", "AICOACH_DATABASE_URL", "PGHOST", "SUPABASE_URL", "NODE_OPTIONS", "MAKEFLAGS"]


@pytest.mark.parametrize("name", LEAKS)
def test_a_setting_of_the_caller_does_not_reach_the_parts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "from the caller")
    assert name not in environment.base()


def test_what_a_person_chooses_for_make_up_is_passed_on_except_ports_and_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AICOACH_LLM", "AICOACH_PORT_WEB", "AICOACH_HOME", "AICOACH_PARTS"):
        monkeypatch.setenv(name, "chosen")
    chosen = environment.chosen_by_person()
    assert chosen["AICOACH_LLM"] == "chosen"
    assert not {"AICOACH_PORT_WEB", "AICOACH_HOME", "AICOACH_PARTS"} & chosen.keys()


def test_the_service_is_told_the_public_key_only_and_logs_in_without_power(tmp_path: Path) -> None:
    settings = Stack(tmp_path).env()
    assert settings["AICOACH_ENV"] == "local"
    assert settings["AICOACH_LLM"] == "off"
    assert settings["AICOACH_DATABASE_URL"].startswith("postgresql://aicoach_service:")
    assert "PRIVATE" not in settings["AICOACH_JWT_PUBLIC_KEY"]


def test_settings_of_a_stack_win_over_the_usual_ones(tmp_path: Path) -> None:
    assert Stack(tmp_path, env={"AICOACH_STORE": "rest"}).env()["AICOACH_STORE"] == "rest"


def test_an_unknown_part_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no part 'mysql'; the parts are postgres, redis, lite, model, service, web"):
        Stack(tmp_path, parts=["postgres", "mysql"])
