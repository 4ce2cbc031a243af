"""Whether a page that was written for an older schema of events can read those of a newer one."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def broken_promises(old: Schema, new: Schema) -> list[str]:
    """What an old page would miss. Types, fields and parts may be added; nothing goes, changes or becomes rare."""
    gone = sorted(set(old["discriminator"]["mapping"]) - set(new["discriminator"]["mapping"]))
    broken = [f"there is no {kind} any more" for kind in gone]
    for name, part in old["$defs"].items():
        if name in new["$defs"]:
            broken += _of_part(name, part, new["$defs"][name])
        else:
            broken.append(f"{name} is gone")
    return broken


def _of_part(name: str, old: Schema, new: Schema) -> Iterator[str]:
    for field, was in old["properties"].items():
        now = new["properties"].get(field)
        if now is None:
            yield f"{name}.{field} is gone"
        elif _shape(now) != _shape(was):
            yield f"{name}.{field} is {_shape(now)}, was {_shape(was)}"
    for field in old.get("required", []):
        if field not in new.get("required", []):
            yield f"{name}.{field} may be missing"


def _shape(field: Schema) -> str:
    """A type as text; titles, defaults and descriptions are not part of it."""
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in field:
        return " or ".join(_shape(one) for one in field["anyOf"])
    if "const" in field:
        return repr(field["const"])
    inner = field.get("items") or field.get("additionalProperties")
    return f"{field['type']} of {_shape(inner)}" if isinstance(inner, dict) else str(field["type"])
