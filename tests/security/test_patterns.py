"""No regular expression of the service can be made to work for ever (security row 33)."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from re import _parser
from typing import Any

import pytest

import aicoach

SIZE = 100_000
#: What a laptop runs is given nothing by strangers.
LEFT_OUT = re.compile(r"aicoach\.local|__main__$")
#: An unbounded repeat within another one is where exponential work comes from. In these each turn of the outer repeat
#: begins with a character that the inner one cannot match, so there is one way to read a text.
SEPARATED = {
    ("aicoach.app.logs", "_SECRET"): r"(?:\.[\w-]*+)*",
    ("aicoach.core.phrases", "_PLACEHOLDER"): r"(?:\|[a-z]+)*",
    ("aicoach.tools.research", "_LINK"): r"(?:\.[a-z0-9-]+)+",
}
UNITS = [
    "a",
    "A",
    "1",
    " ",
    "-",
    ".",
    "(",
    "/",
    ",",
    ":",
    "@",
    "\n",
    "₹",
    "१",
    "\u200b",
    "1,",
    "1 ",
    "a.",
    "a ",
    "A1",
    "1-",
]


def patterns() -> dict[tuple[str, str], re.Pattern[Any]]:
    """Every pattern that a module of the service keeps, by module and name."""
    found: dict[tuple[str, str], re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(aicoach.__path__, "aicoach."):
        if not LEFT_OUT.search(module.name):
            for name, value in vars(importlib.import_module(module.name)).items():
                for number, one in enumerate(_compiled(value)):
                    found[module.name, f"{name}[{number}]" if number else name] = one
    return found


def _compiled(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        yield from (one for one in value.values() if isinstance(one, re.Pattern))
    elif isinstance(value, tuple | list):
        yield from (one for one in value if isinstance(one, re.Pattern))


PATTERNS = patterns()


def nesting(tree: Iterable[Any]) -> int:
    """How many unbounded repeats stand one within the other."""
    return max((_nesting_of(str(kind), about) for kind, about in tree), default=0)


def _nesting_of(kind: str, about: Any) -> int:
    if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        _, most, inner = about
        return nesting(inner) + int(most == _parser.MAXREPEAT)
    if kind == "BRANCH":
        return max(nesting(branch) for branch in about[1])
    parts = {"SUBPATTERN": -1, "ASSERT": 1, "ASSERT_NOT": 1}
    if kind in parts:
        return nesting(about[parts[kind]])
    return nesting(about) if kind == "ATOMIC_GROUP" else 0


def test_unbounded_repeats_within_each_other_are_known_and_separated() -> None:
    """Security row 33: a new one is found here, before somebody finds a text for it."""
    assert len(PATTERNS) > 50
    nested = {key for key, one in PATTERNS.items() if nesting(_parser.parse(one.pattern, one.flags & re.VERBOSE)) > 1}
    assert nested == set(SEPARATED)
    for key, part in SEPARATED.items():
        assert part in PATTERNS[key].pattern


def test_the_rule_finds_the_classic_one() -> None:
    """A check that cannot fail is none."""
    assert nesting(_parser.parse(r"^(a+)+$")) == 2
    assert nesting(_parser.parse(r"(?:x|(?:[a-z]*\s)*)y")) == 2


@pytest.mark.parametrize("key", PATTERNS, ids=".".join)
def test_a_pattern_reads_100_kb_at_once(key: tuple[str, str]) -> None:
    """Security row 33: under 50 ms of CPU time at one place of the text; what is searched for everywhere in a text is
    measured where it is used (tests/unit/pii/test_speed.py, tests/unit/guard/test_rules.py)."""
    pattern = PATTERNS[key]
    for unit in UNITS:
        text: Any = (unit * SIZE)[:SIZE]
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        assert min(_seconds(pattern, given) for _ in range(3)) < 0.05, unit


def _seconds(pattern: re.Pattern[Any], text: Any) -> float:
    began = time.process_time()
    pattern.match(text)
    pattern.fullmatch(text)
    return time.process_time() - began
