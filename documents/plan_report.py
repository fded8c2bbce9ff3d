"""What an import of a plan changes, in words."""

from collections.abc import Iterator

from documents.plan_diff import PlanDiff, short_title

# Of a value that changes so many characters are shown.
_SHOWN = 57


def count_changes(diff: PlanDiff) -> str:
    """How many actions are added, changed, removed and unchanged: `2 added, 1 changed, 0 removed, …`."""
    report = diff.report(written=False)
    return ", ".join(f"{report[name]} {name}" for name in ("added", "changed", "removed", "unchanged"))


def change_lines(diff: PlanDiff) -> Iterator[str]:
    """Each action that is added, each value that changes, each action that goes."""
    for action in diff.added:
        leads = ", ".join(action.leads) or "no lead"
        due = action.due.as_written or "no date"
        yield f"+ {action.ref}  {action.title or short_title(action.text)}  ({leads}; {due})"
    for ref, changed in diff.changes.items():
        for name, (before, after) in changed.items():
            yield f"~ {ref}  {name.replace('_', ' ')}: {_short(before)} -> {_short(after)}"
    for removed in diff.removed:
        yield f"- {removed.ref}  {removed.title}  (no longer in the file; its history stays)"


def _short(value: object) -> str:
    text = " ".join(str("" if value is None else value).split())
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN + 1 else f'"{text}"'
