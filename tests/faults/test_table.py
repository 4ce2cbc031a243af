"""docs/faults.md tells every row that is played, and no other."""

from tests.faults import table
from tests.faults.matrix import DISK_FULL, FACADE_FAULTS, FAULTS, ROWS


def test_the_page_holds_every_row_in_order() -> None:
    """Issue 5 item 1: the cells themselves are compared by the tests that play them."""
    assert list(table.committed()) == list(ROWS)


def test_every_step_of_a_row_has_a_cell() -> None:
    """A step that was left out shows as not played, which only a row that omits it may say."""
    committed = table.committed()
    for fault in (*FAULTS, DISK_FULL, *FACADE_FAULTS):
        assert list(committed[fault.name]) == [step.name for step in fault.steps]


def test_what_is_written_is_read_back() -> None:
    """The page is the expectation of later runs, so it must not change on its way."""
    lines = [line for line in table.PAGE.read_text().splitlines() if line.startswith("| fault |")]
    assert lines == [table.render({}).splitlines()[0]]
    assert table.render(table.committed()) in table.PAGE.read_text()
