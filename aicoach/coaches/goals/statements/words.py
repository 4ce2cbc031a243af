"""The sentences and names of this package, from its files."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _file(name: str) -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def reason(key: str) -> str:
    """Why a row is not imported, as a sentence."""
    return str(_file("reasons.toml")["rows"][key])


def warning(key: str, count: int) -> str:
    """What else a person should know about the file, as a sentence."""
    return str(_file("reasons.toml")["warnings"][key]).format(count=count)


def file_reason(key: str, names: Iterable[str] = ()) -> str:
    """Why a file is not taken, as a sentence; ``names`` are names of our own, never text of the file."""
    return str(_file("reasons.toml")["files"][key]).format(names=", ".join(names))


@cache
def column_names() -> Mapping[str, str]:
    """Column by any of its names, each in the form that ``same_name`` gives."""
    columns = {**_file("columns.toml")["required"], **_file("columns.toml")["optional"]}
    return {same_name(name): column for column, others in columns.items() for name in (column, *others)}


@cache
def required_columns() -> tuple[str, ...]:
    """The columns that every file must have."""
    return tuple(_file("columns.toml")["required"])


@cache
def kind_names() -> Mapping[str, str]:
    """Kind by any of the other names that files have for it."""
    kinds = _file("columns.toml")["kinds"]
    return {same_name(name): kind for kind, others in kinds.items() for name in others}


@cache
def fund_houses() -> Mapping[str, tuple[str, ...]]:
    """All names of each fund house, by its own, which is the first of them."""
    return {name: (name, *others) for name, others in _file("fund_houses.toml")["houses"].items()}


@cache
def common_words() -> frozenset[str]:
    """Words that say of a name that it is a fund house's, not whose."""
    return frozenset(_file("fund_houses.toml")["common"])


def same_name(text: str) -> str:
    """Without case, spaces and punctuation: two spellings of one name are equal."""
    return re.sub(r"[^a-z0-9]", "", text.lower())
