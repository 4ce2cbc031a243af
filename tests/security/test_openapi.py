"""Whatever fits the API's description, or just does not: never a 5xx, never an undeclared answer, never an echo."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.conftest import PREFIX, described
from tests.support.people import Person
from tests.support.service import serve

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: Shorter values stand in a problem by chance.
LONG_ENOUGH = 8
EACH = bounded(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
DESCRIPTION = described()
#: Names of fields that the description itself gives away, as a problem's ``loc`` does.
OWN_WORDS = str(DESCRIPTION)
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
#: The stream is among them: ids are made up, so it answers 404 and never begins. Streams are read in
#: tests/integration/streaming.
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)}
PROBES = {"GET /health", f"GET {PREFIX}/healthz", f"GET {PREFIX}/readyz"}
#: Calls that somebody without any row can make with success: proof that the callers are who they say.
ANSWERED = {
    f"{call[0]} {PREFIX}{call[1]}"
    for call in [("GET", "/insights"), ("GET", "/prefs"), ("PUT", "/prefs"), ("GET", "/export"), ("DELETE", "/me"),
                 ("GET", "/goals/plan"), ("HEAD", "/webhook")]
}  # fmt: skip


def test_every_operation_declares_its_refusals_as_problems() -> None:
    """Security row 17: what a client may rely on is written down, and FastAPI's echoing shape is not in it."""
    answers = [operation["responses"] for path in DESCRIPTION["paths"].values() for operation in path.values()]
    assert len(answers) >= 20
    assert all("application/problem+json" in declared["default"]["content"] for declared in answers)
    assert "HTTPValidationError" not in DESCRIPTION["components"]["schemas"]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=[mode.value for mode in GenerationMode])
@pytest.mark.parametrize("who", ["signed in", "anonymous"])
async def test_no_call_breaks_the_service_or_hears_itself(
    who: str, mode: GenerationMode, app: FastAPI, person: Person, cron: dict[str, str]
) -> None:
    """Security rows 13, 17, 32: 20 calls of each kind to every operation, the same ones at each run of the tests."""
    calls = {True: cron, False: person.headers} if who == "signed in" else {True: {}, False: {}}
    asked = {
        label: one for label, one in OPERATIONS.items() if mode is GenerationMode.POSITIVE or _takes_something(one)
    }
    async with serve(app) as url:
        heard = {
            label: await asyncio.to_thread(_fuzz, operation, mode, url, calls["webhook" in label])
            for label, operation in asked.items()
        }
    assert len(heard) >= 10
    served = {label for label, statuses in heard.items() if any(status < 300 for status in statuses)}
    if who == "anonymous":
        assert served <= PROBES
    elif mode is GenerationMode.POSITIVE:
        assert served >= PROBES | ANSWERED


def _takes_something(operation: Any) -> bool:
    """Without a parameter or a body there is nothing to get wrong."""
    return bool(operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody"))


def _fuzz(operation: Any, mode: GenerationMode, url: str, headers: Mapping[str, str]) -> set[int]:
    """Call this operation again and again; gives the statuses it answered with."""
    heard: set[int] = set()

    @EACH
    @given(case=operation.as_strategy(generation_mode=mode))
    def play(case: Case[Any]) -> None:
        answer = case.call(base_url=url, headers=dict(headers), timeout=20)
        heard.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)
        _check_for_echo(case, answer)

    play()
    return heard


def _check_for_echo(case: Case[Any], answer: Response) -> None:
    if answer.status_code < 400:
        return
    assert answer.headers["content-type"] == ["application/problem+json"]
    given_texts = [*_texts(case.path_parameters), *_texts(case.query), *_texts(case.body)]
    told = answer.text
    assert [text for text in given_texts if len(text) >= LONG_ENOUGH and text in told and text not in OWN_WORDS] == []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(name)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
