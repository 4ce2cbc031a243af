"""What the service does, told to whoever watches: named observations that begin, learn something, and end."""

from collections.abc import Callable
from types import TracebackType
from typing import Any

About = dict[str, Any]
Ended = Callable[[BaseException | None], None]
#: Hears of a beginning, and gives back what is to be called at the end, with the exception that ended it. It may
#: keep ``about`` until then: the block adds to it what it learns. Values are counts, codes and keys, never words.
Observer = Callable[[str, About], Ended]

_observers: tuple[Observer, ...] = ()


def watch(observer: Observer) -> Callable[[], None]:
    """Tell ``observer`` of everything in this process from now on; call the answer to stop."""
    global _observers  # noqa: PLW0603 - like the handlers of logging: watching is the process's affair
    _observers = (*_observers, observer)
    return lambda: _unwatch(observer)


def _unwatch(observer: Observer) -> None:
    global _observers  # noqa: PLW0603
    _observers = tuple(one for one in _observers if one is not observer)


class observe:  # noqa: N801 - read as a statement
    """``with observe("commit", task=key) as about: ...; about["cards"] = 3``. Nobody watching costs nothing."""

    __slots__ = ("_about", "_ends", "_name")

    def __init__(self, name: str, **about: Any) -> None:
        self._name, self._about = name, about
        self._ends: list[Ended] = []

    def __enter__(self) -> About:
        self._ends = [begin(self._name, self._about) for begin in _observers]
        return self._about

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in reversed(self._ends):
            end(error)


def note(name: str, **about: Any) -> None:
    """An observation without duration."""
    for begin in _observers:
        begin(name, about)(None)
