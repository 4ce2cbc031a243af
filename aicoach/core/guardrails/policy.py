"""What a coach may relax of the guard, in writing: length, words, kinds of names."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be said; the grammar (numbers, links, markup, characters) is core's and cannot be relaxed.

    ``max_chars`` bounds a text. ``name_kinds`` names the marker lists (``words/<lang>.toml``, ``[names]``)
    whose words end a proper name that must be a fact. ``allow`` lifts single words or phrases of the
    forbidden lists, ``forbid`` adds some; both are matched case-insensitively on whole words.
    """

    max_chars: int = 2400
    name_kinds: frozenset[str] = field(default_factory=lambda: frozenset({"fund"}))
    allow: frozenset[str] = frozenset()
    forbid: frozenset[str] = frozenset()


STRICT: Final = Policy()
