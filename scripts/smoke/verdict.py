"""A check says in one sentence what it saw; or it fails with one."""


class Failed(Exception):
    """A check said no."""


def check(true: bool, otherwise: str) -> None:
    """Stop with a sentence unless it is true."""
    if not true:
        raise Failed(otherwise)
