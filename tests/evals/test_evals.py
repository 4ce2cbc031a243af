"""Recorded answers through the real pipeline: nearly all good ones are shown, no bad one ever is."""

from collections.abc import AsyncIterator

import pytest

from aicoach.coaches.goals import COACH
from aicoach.core.guardrails import STRICT, check_narration, check_sentence
from aicoach.core.model import Insight
from aicoach.core.phrases import Phrases, fill
from aicoach.core.prompts import PromptFiles
from aicoach.local.scripted_model import ScriptedModel, running
from aicoach.local.scripted_model.asked import read_prompt
from aicoach.local.scripted_model.composer import LANGUAGES, compose, phrasings
from aicoach.local.scripted_model.lies import LIES
from aicoach.tools.openai_tool import Endpoint, OpenAITool
from tests.evals.findings import LOCALES, findings
from tests.evals.live import ask_all
from tests.evals.pipeline import narrate
from tests.evals.recorded import Bound, bound, recorded
from tests.evals.report import ENOUGH, Outcome, accepted, misjudged, table

#: What the coach has cards of.
KINDS = {"performance", "goals", "allocation", "discipline", "hints"}
#: Findings whose figures may change places unnoticed: dates, and counts that no table has words for.
UNCLEAR = {"fallen", "aside"}


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    """The scripted endpoint."""
    async with running() as served:
        yield served


def tool_for(model: ScriptedModel) -> OpenAITool:
    """The very tool that the service uses."""
    return OpenAITool(Endpoint(model.base_url, "none", "scripted"))


def test_there_is_enough_to_judge_by() -> None:
    """At least 40 good and 60 bad answers, each kind of finding in each language in both, every finding asked for."""
    good, bad = ([one for one in recorded() if one.good is kind] for kind in (True, False))
    assert len(good) >= 40
    assert len(bad) >= 60
    kinds = {(finding.kind, locale) for finding in findings().values() for locale in LOCALES}
    assert {kind for kind, _ in kinds} == KINDS
    assert all({(findings()[one.finding].kind, one.locale) for one in half} == kinds for half in (good, bad))
    assert {one.finding for one in good} == set(findings())


async def test_good_answers_are_shown_and_bad_ones_never(model: ScriptedModel) -> None:
    """S0-6.6: the share of accepted text is printed and fails below 95 %; no bad answer, nor a part, passes.

    Security rows 19 and 20.
    """
    tool, outcomes = tool_for(model), []
    for one in recorded():
        model.script(default={"say": one.body})
        finding = findings()[one.finding]
        insight, sentences = await narrate(tool, finding, one.locale)
        outcomes.append(Outcome(f"{one.finding} {one.why}", finding.kind, one.locale, one.good, insight))
        assert all(check_sentence(said, finding.facts, one.locale, STRICT) == [] for said in sentences)
    await tool.aclose()
    print("\n" + table(outcomes))
    assert accepted(outcomes) >= ENOUGH, misjudged(outcomes)
    assert [one for one in outcomes if one.passed and not one.should_pass] == [], misjudged(outcomes)


def test_there_are_enough_sentences_with_several_figures() -> None:
    """At least 20 in each language, and as many whose figures can be exchanged."""
    for locale in LOCALES:
        assert sum(one.locale == locale for one in bound()) >= 20
        assert sum(one.locale == locale and one.swapped is not None for one in bound()) >= 20


@pytest.mark.parametrize("one", bound(), ids=lambda one: one.body)
def test_each_figure_is_held_to_the_words_beside_it(one: Bound) -> None:
    """S0-6.6: a sentence may be shown as it is, and never with two of its figures exchanged."""
    facts = findings()[one.finding].facts
    assert check_narration(fill(one.body, facts, one.locale), facts, one.locale, COACH.policy) == []
    if one.swapped is not None:
        assert check_narration(fill(one.swapped, facts, one.locale), facts, one.locale, COACH.policy) != []


async def test_the_scripted_model_always_words_it_well(model: ScriptedModel) -> None:
    """Issue 3: with the well-behaved model every card is the model's, in all three languages."""
    outcomes = await ask_all(tool_for(model))
    print("\n" + table(outcomes))
    assert misjudged(outcomes) == []
    assert len(model.calls) == len(outcomes) == len(findings()) * len(LOCALES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_at_least_thirty_phrasings(language: str) -> None:
    """Different texts for one and the same prompt; the same prompt always gets the same one."""
    asked = read_prompt([{"role": "user", "content": _PROMPT.replace("English", _NAMES[language])}])
    texts = {compose(asked, phrasing) for phrasing in phrasings(language)}
    assert len(texts) >= 30
    assert compose(asked) == compose(asked)
    assert compose(asked) in texts


@pytest.mark.parametrize("locale", LOCALES)
def test_every_phrasing_of_every_finding_may_be_shown(locale: str) -> None:
    """The well-behaved model behaves in all its phrasings, not only in those that a run happens to choose."""
    files, phrases = PromptFiles.load(COACH.phrases), Phrases.load(COACH.phrases)
    assert files is not None
    for finding in findings().values():
        prompt = files.render(phrases, finding, locale)
        asked = read_prompt([{"role": "user", "content": prompt.user}])
        for phrasing in phrasings(asked.language):
            text = fill(compose(asked, phrasing), finding.facts, locale)
            assert check_narration(text, finding.facts, locale, COACH.policy) == [], text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("lie", [name for name in LIES if name != "swapped"])
def test_no_lie_about_any_finding_passes(lie: str, locale: str) -> None:
    """Every lie that the scripted model knows, about every finding, in every language."""
    files, phrases = PromptFiles.load(COACH.phrases), Phrases.load(COACH.phrases)
    assert files is not None
    for finding in findings().values():
        prompt = files.render(phrases, finding, locale)
        asked = read_prompt([{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}])
        try:
            text = fill(LIES[lie](asked), finding.facts, locale)
        except ValueError:
            continue
        assert check_narration(text, finding.facts, locale, COACH.policy) != [], text


@pytest.mark.parametrize("locale", LOCALES)
def test_figures_that_change_places_are_refused_where_the_words_are_clear(locale: str) -> None:
    """S0-6.6: each number is a fact, and both are said of the wrong thing."""
    files, phrases = PromptFiles.load(COACH.phrases), Phrases.load(COACH.phrases)
    assert files is not None
    missed = set()
    for name, finding in findings().items():
        asked = read_prompt([{"role": "user", "content": files.render(phrases, finding, locale).user}])
        text = fill(LIES["swapped"](asked), finding.facts, locale)
        if not check_narration(text, finding.facts, locale, COACH.policy):
            missed.add(name)
    assert missed == UNCLEAR


def test_the_report_counts_what_is_shown_and_what_is_not_by_kind() -> None:
    """Two good answers of a kind, one of them refused, and a bad one that passes."""
    shown, refused = (Insight(findings()["ahead"], "Goal", "Words.", source=source) for source in ("llm", "template"))
    outcomes = [
        Outcome("one", "goals", "en-IN", True, shown),
        Outcome("two", "goals", "hi-IN", True, refused),
        Outcome("three", "hints", "bn-IN", False, shown),
    ]
    lines = table(outcomes).split("\n")
    assert "goals                       good 1 accepted, 1 refused; bad 0 accepted, 0 refused" in lines
    assert "hints                       good 0 accepted, 0 refused; bad 1 accepted, 0 refused" in lines
    assert lines[-1] == "accepted: 50.0% of the good ones, 1 of the bad ones"


_NAMES = {"en": "English", "hi": "Hindi (Devanagari script)", "bn": "Bengali (Bengali script)"}
_PROMPT = """Language: English

<facts>
{"placeholder": "{{worth}}", "label": "Value", "unit": "INR", "text": "₹ 100"}
</facts>

<names>
(none)
</names>
"""
