"""What may be said is said, what must not be said is refused (S0-6.2a)."""

import pytest

from aicoach.core.guardrails import Code, check_narration, check_sentence, split_sentences
from tests.unit.guard.corpus import bad, facts, good, locale_of


@pytest.mark.parametrize(("locale", "text"), good())
def test_a_true_and_modest_narration_is_never_refused(locale: str, text: str) -> None:
    assert check_narration(text, facts(), locale) == []


@pytest.mark.parametrize(("locale", "text"), good())
def test_every_sentence_of_it_may_be_streamed(locale: str, text: str) -> None:
    sentences = split_sentences(text)
    assert "".join(sentences) == text
    assert [check_sentence(sentence, facts(), locale) for sentence in sentences] == [[]] * len(sentences)


@pytest.mark.parametrize(("code", "text"), bad())
def test_a_false_or_forbidden_narration_is_refused_with_its_code(code: str, text: str) -> None:
    """Security rows 19 and 20."""
    found = check_narration(text, facts(), locale_of(text))
    assert code in {violation.code for violation in found}


def test_the_corpus_is_large_and_covers_every_code() -> None:
    assert len(good()) >= 150
    assert len(bad()) >= 300
    assert {code for code, _ in bad()} == set(Code) - {Code.TOO_LONG, Code.FORBIDDEN}


@pytest.mark.parametrize(("code", "text"), bad())
def test_a_violation_points_at_the_text_it_is_about(code: str, text: str) -> None:
    for violation in check_narration(text, facts(), locale_of(text)):
        start, end = violation.span
        assert 0 <= start <= end <= len(text)
        assert violation.text in ("", text[start:end])
