"""Every command of docs/runbook.md that can run on one machine runs, and shows what the page says (S0-11)."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from aicoach.local.paths import ROOT
from tests.runbook.arranged import ARRANGED
from tests.runbook.operator import Operator
from tests.runbook.page import Procedure, read_page, shows

PAGE: Path = ROOT / "docs" / "runbook.md"
FIRST, *PROCEDURES = read_page(PAGE)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.title)
def test_a_procedure_shows_what_the_page_says(procedure: Procedure, operator: Operator) -> None:
    """S0-11: each section is followed word by word in a new shell, in the order of the page."""
    steps = (*FIRST.steps, *procedure.steps)
    arranged = ARRANGED.get(procedure.title)
    with arranged(operator, FIRST.steps) if arranged else nullcontext():
        seen = operator.follow(steps)
        for step, output in zip(steps, seen, strict=True):
            if step.expected is not None:
                assert shows(step.expected, output), f"{step.commands}\nthe page: {step.expected}\nseen: {output}"


def test_every_arranged_procedure_is_on_the_page() -> None:
    """S0-11: a renamed section does not lose what makes its test mean something."""
    assert set(ARRANGED) <= {procedure.title for procedure in PROCEDURES}


def test_a_page_that_promises_something_else_is_noticed() -> None:
    """S0-11: the comparison itself can fail."""
    assert shows("a … c\n…\nend", "a b  c\n1\n2\nend\n")
    assert not shows("a … c", "a b d")
    assert not shows("200", "401")
    assert not shows("200", "200\n401")
