"""What a week brought in a plan: net of what was undone, and with what nobody did anything about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from db.models import COMPLETED, Action, DueState, Entry


@dataclass(frozen=True)
class News:
    """The news of a plan, each list in the plan's order; a change is from the first value to the last.

    `completed` holds complete rounds too. `others` are other changes of progress, and of who leads what.
    """

    newly_overdue: Sequence[Action] = ()
    completed: Sequence[Entry] = ()
    redated: Sequence[Entry] = ()
    outcomes: Sequence[Entry] = ()
    others: Sequence[Entry] = ()
    actions: dict[int, Action] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return any((self.newly_overdue, self.completed, self.redated, self.outcomes, self.others))


def weekly_news(actions: Iterable[Action], entries: Sequence[Entry], since: date, today: date) -> News:
    """The news from the day `since` to today, from a plan's actions and its board's changes in that time."""
    rows = list(actions)
    by_id = {action.id or 0: action for action in rows}
    place = {number: at for at, number in enumerate(by_id)}
    net = sorted(net_changes(entries), key=lambda entry: place.get(entry.subject_id or 0, len(place)))
    completed = [entry for entry in net if is_completion(entry)]
    fields = {name: [entry for entry in net if entry.field == name] for name in ("due", "outcome")}
    listed = {id(entry) for entry in (*completed, *fields["due"], *fields["outcome"])}
    return News(
        [action for action in rows if became_overdue(action, since, today)],
        completed,
        fields["due"],
        fields["outcome"],
        [entry for entry in net if id(entry) not in listed],
        by_id,
    )


def became_overdue(action: Action, since: date, today: date) -> bool:
    """Whether an action is overdue, and was not on the day `since`: it is from the day after its date."""
    if action.due is None or action.due_state(today) is not DueState.OVERDUE:
        return False
    return since < action.due + timedelta(days=1) <= today


def is_completion(entry: Entry) -> bool:
    return entry.field == "round" or (entry.field == "progress" and entry.after in COMPLETED)


def net_changes(entries: Sequence[Entry]) -> list[Entry]:
    """The changes that are left: without those undone, and several of one thing as one.

    A thing that has the value it began with has not changed.
    """
    undone = {entry.undoes for entry in entries if entry.undoes}
    folded: dict[tuple[str, int | None, str, str], Entry] = {}
    for entry in entries:
        if entry.undoes or entry.act in undone:
            continue
        # Rounds are told one by one: each is another's work.
        which = entry.act if entry.field == "round" else ""
        key = (entry.subject, entry.subject_id, entry.field, which)
        first = folded.get(key)
        folded[key] = entry if first is None else _joined(first, entry)
    return [entry for entry in folded.values() if entry.field == "round" or entry.before != entry.after]


def _joined(first: Entry, last: Entry) -> Entry:
    """A change from the first one's value to the last one's; for showing, never stored."""
    return Entry(**{**last.model_dump(), "before": first.before})
