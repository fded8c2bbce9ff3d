"""Words that every message uses: counts in the singular and plural, and references without their plan."""

from db.models import Action


def count_text(number: int, noun: str, plural: str | None = None) -> str:
    """`1 action`, `24 actions`, `1,204 children` with its own plural."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def plural(number: float, one: str, many: str) -> str:
    """The word that goes with a number, where the number stands elsewhere: `is` or `are`."""
    return one if number == 1 else many


def short_ref(action: Action, default_plan: str | None) -> str:
    """`2.3` in the plan that a bare reference means here, else `ofsted2014:2.3`."""
    return action.ref if action.section.plan.code == default_plan else action.qualified_ref
