"""Asset classes as the coach tells them apart, whatever a market feed or a person calls them."""

from typing import Final

from aicoach.coaches.goals.snapshot import Scheme

UNCLASSIFIED: Final = "unclassified"
OTHER: Final = "other"
#: In the order in which they are told.
CLASSES: Final = ("equity", "debt", "hybrid", "gold", "cash", OTHER, UNCLASSIFIED)


def class_named(name: str | None) -> str:
    """The class of that name; one that is not known by name is ``other``, none at all ``unclassified``."""
    told = (name or "").strip().lower()
    if not told:
        return UNCLASSIFIED
    return told if told in CLASSES else OTHER


def asset_class(scheme: Scheme) -> str:
    """The class of a scheme."""
    return class_named(scheme.asset_class)
