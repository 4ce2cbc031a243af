"""Findings of the goals coach to be worded, from findings.toml."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from aicoach.coaches.goals.facts import fact
from aicoach.core.model import Fact, Finding, Severity, Topic

_FILE = Path(__file__).parent / "findings.toml"
LOCALES = ("en-IN", "hi-IN", "bn-IN")


@lru_cache(maxsize=1)
def findings() -> Mapping[str, Finding]:
    """By name; every fact has the unit and label that the coach gives it, and the kind is the finding's own."""
    rows = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: _finding(name, **row) for name, row in rows.items()}


def _finding(name: str, kind: str, phrase: str, values: Mapping[str, Any]) -> Finding:
    facts = {key: _fact(key, value) for key, value in values.items()}
    return Finding(kind, Topic(f"eval:{name}", {}, 30), Severity.INFO, phrase, facts)


def _fact(key: str, value: Any) -> Fact:
    is_name = fact(key, None).unit == "name"
    return fact(key, Decimal(value) if isinstance(value, str | int) and not is_name else value)
