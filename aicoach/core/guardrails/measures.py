"""What a figure is said to be: the measures and subjects that words name, in facts and in texts of any language."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from aicoach.core import units
from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.lexicon import Phrases
from aicoach.core.guardrails.text import Text


class Sort(StrEnum):
    """What a word does for the figure beside it."""

    MEASURE = "measures"
    SUBJECT = "subjects"
    CLASS = "classes"
    COMPARING = "comparing"
    FACING = "facing"
    JOINT = "conjunctions"
    OWNER = "owners"


@dataclass(frozen=True, slots=True)
class Tags:
    """``measures``: value, gain, target …; ``subjects``: the benchmark, equity …: see ``words/<lang>.toml``."""

    measures: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()


class Word(NamedTuple):
    """Words of a text, from token ``at`` to ``end``, that name a measure, a subject or the owner of facts."""

    at: int
    end: int
    sort: Sort
    #: Of an owner, with what the keys of its facts begin.
    names: frozenset[str]


NOTHING: Final = Tags()
_OF_POINTS: Final = frozenset({"drift"})


@lru_cache(maxsize=1)
def named() -> Phrases[tuple[Sort, str]]:
    """Every word that names a measure or a subject, compares, or begins another clause."""
    entries = [
        (phrase, (sort, name))
        for table in lexicon.tables()
        for sort in (Sort.MEASURE, Sort.SUBJECT, Sort.CLASS)
        for name, row in table[sort].items()
        for phrase in row
    ]
    entries += [
        (phrase, (sort, ""))
        for table in lexicon.tables()
        for sort in (Sort.COMPARING, Sort.FACING, Sort.JOINT)
        for phrase in table["labels"][sort]
    ]
    return Phrases(entries)


@lru_cache(maxsize=1024)
def tags_of(key: str, label: str, unit: str) -> Tags:
    """What a fact is, by its key and label. One that is itself a comparison has no measure: "above the target"."""
    # Of points only a drift is told by its name.
    tokens = Text(f"{key.replace('_', ' ')}. {label}").tokens
    found = [match[1] for at in range(len(tokens)) if (match := named().match(tokens, at)) is not None]
    compares = units.is_money(unit) and any(sort == Sort.COMPARING for sort, _ in found)
    own = frozenset(name for sort, name in found if sort == Sort.MEASURE and not compares)
    measures = own | {broader for name in own if (broader := lexicon.common()["broader"].get(name))}
    subjects = frozenset(name for sort, name in found if sort in (Sort.SUBJECT, Sort.CLASS))
    return Tags(measures & _OF_POINTS if unit == units.POINTS else measures, subjects)


@lru_cache(maxsize=256)
def meant(measures: frozenset[str]) -> frozenset[str]:
    """Without those that another one only speaks of: "the difference in value" is no value."""
    spoken_of = {name for one in measures for name in lexicon.common()["measures"].get(one, [])}
    return measures - spoken_of


def narrower(measures: frozenset[str], than: frozenset[str]) -> frozenset[str]:
    """Those of ``measures`` that are kinds of what ``than`` says: an XIRR, where a return is told."""
    broader = lexicon.common()["broader"]
    return frozenset(name for name in measures if broader.get(name) in than)
