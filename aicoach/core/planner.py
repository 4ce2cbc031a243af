"""A request becomes tasks: the focus a person asked for, or everything the snapshot supports."""

from collections.abc import Mapping, Sequence

from aicoach.core.errors import Invalid
from aicoach.core.model import Plan, Task


def check_focus(focus: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The focus without repeats, in the coach's own order; Invalid when a name is unknown."""
    if not set(focus) <= set(known):
        raise Invalid("The focus names something this coach does not know.")
    return tuple(name for name in known if name in set(focus))


def make_plan(
    focus: Sequence[str],
    known: Sequence[str],
    unsupported: Mapping[str, str] | None = None,
    needs: Mapping[str, Sequence[str]] | None = None,
) -> Plan:
    """One task ``run_<name>_agent`` for each name asked for (none asked: all known), in the coach's order.

    ``unsupported`` names what the snapshot cannot support, with the reason; it is left out and said.
    ``needs`` names what must come first; what is not part of the plan is not waited for.
    """
    unsupported, needs = unsupported or {}, needs or {}
    wanted = check_focus(focus, known) or tuple(known)
    chosen = [name for name in wanted if name not in unsupported]
    tasks = tuple(
        Task(task_key(name), name, tuple(task_key(need) for need in needs.get(name, ()) if need in chosen))
        for name in chosen
    )
    return Plan(tasks, {name: unsupported[name] for name in wanted if name in unsupported})


def task_key(name: str) -> str:
    """The key of the task that runs the agent ``name``."""
    return f"run_{name}_agent"
