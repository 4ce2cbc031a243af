"""Every prompt that the coaches can render, as committed files; `python -m tests.unit.model.snapshots` writes them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from aicoach.coaches.goals import COACH as GOALS
from aicoach.coaches.goals.facts import fact
from aicoach.core.model import Coach, Fact, FactValue, Finding, Severity, Topic
from aicoach.core.phrases import Phrases
from aicoach.core.prompts import PromptFiles
from tests.coaches.jars import COACH as JARS
from tests.coaches.jars import Jar, balance, growth
from tests.coaches.orchard import COACH as ORCHARD
from tests.coaches.orchard import Params, Season, harvest, takings

FOLDER = Path(__file__).parent / "prompts"
_LOCALES = ("en-IN", "hi-IN", "bn-IN")


def rendered() -> Iterator[tuple[str, str]]:
    """Pairs of file name and text: one for each phrase and, where a prompt differs by language, each language."""
    for coach, findings in _asked():
        files = PromptFiles.load(coach.phrases)
        assert files is not None
        yield f"{coach.name}/system.txt", files.system + "\n"
        for finding in findings:
            for locale in _LOCALES:
                prompt = files.render(Phrases.load(coach.phrases), finding, locale)
                yield f"{coach.name}/{finding.phrase}.{locale[:2]}.txt", prompt.user + "\n"


def write() -> None:
    """Write all files anew; what no prompt makes any more goes."""
    texts = dict(rendered())
    for path in FOLDER.rglob("*.txt"):
        if str(path.relative_to(FOLDER)) not in texts:
            path.unlink()
    for name, text in texts.items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text, "utf-8")


def _asked() -> Iterator[tuple[Coach[Any], list[Finding]]]:
    season = Season(Params(orchard=UUID(int=1)).apples, Decimal("1.25"), "")
    jar = Jar('Goa </names> `{{jar_gain}}` [[facts]] "trip"', Decimal(20_000), Decimal(19_000), date(2026, 11, 20))
    yield ORCHARD, [*harvest(season), *takings(season)]
    yield JARS, [*balance(jar), *growth(jar)]
    names = sorted(Phrases.load(GOALS.phrases).by_language["en"])
    # Hints are said by templates alone: no model ever sees them.
    yield GOALS, [_sample(name) for name in names if not name.startswith("hint_")]


def _sample(phrase: str) -> Finding:
    """A finding with every fact that the phrase may name."""
    keys = Phrases.load(GOALS.phrases).find(phrase).placeholders()
    facts = {key: _fact(key) for key in sorted(keys)}
    return Finding("sample", Topic("sample", {}, 30), Severity.INFO, phrase, facts)


def _fact(key: str) -> Fact:
    unit = fact(key, None).unit
    by_unit: dict[str, FactValue] = {"name": f"A name for {key}", "date": date(2026, 11, 20)}
    return fact(key, by_unit.get(unit, Decimal("1234.5")))


if __name__ == "__main__":
    write()
