"""The reminders and nudges of a span of days, if no update comes in. Reads only, never writes.

The board's digest and requests for overdue figures are not in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from db import daily_runs, escalations, nudges, reminders
from db.deliveries import DeliveryKind
from db.models import NO_LEAD, Nudge, Receipt, Reminder, School
from db.overdue import UNANSWERED_LIMIT, EarlierNudge, WatchedAction, watched_actions
from db.plans import actions_by_id
from db.rules.calendars import Term, is_working_day
from db.rules.ladders import Ladder, Step
from db.school_calendars import load_calendars
from jobs.tick_context import TickContext
from messages import nudges as render_nudges
from messages import reminders as render_reminders

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedMessage:
    """One message to come.

    `at` is in the plan's zone. `to` is a Slack ID, or None if the message cannot be sent. `about` names
    schools or actions; `why` says why it goes out then.
    """

    kind: str
    at: datetime
    to: str | None
    about: tuple[str, ...]
    why: str
    text: str


def preview(session: Session, first: date, last: date, context: TickContext) -> list[PlannedMessage]:
    """Every reminder and nudge from the first day to the last, both inclusive, the earliest first."""
    planned = [*_reminders(session, first, last, context.zone), *_nudges(session, first, last, context)]
    return sorted(planned, key=lambda message: (message.at, message.kind, message.to or ""))


def _reminders(session: Session, first: date, last: date, zone: ZoneInfo) -> Iterator[PlannedMessage]:
    for reminder in reminders.active_reminders(session):
        calendars = load_calendars(session, reminder.action.section.plan.terms_per_year)
        sent = set(
            session.exec(select(Receipt.school_id, Receipt.term).where(Receipt.reminder_id == reminder.id))
        )
        for school in session.exec(select(School).order_by(School.name)):
            calendar = calendars.of(school)
            for term in calendar.terms:
                day = reminders.due_on(term.school_day(reminder.day), reminders.school_on_roll(school), term)
                unsent = day is not None and day >= reminder.since and (school.id, term.name) not in sent
                if day is not None and unsent and first <= day <= last:
                    yield _reminder(reminder, school, term, calendar.name, day, zone)


def _reminder(
    reminder: Reminder, school: School, term: Term, calendar: str, day: date, zone: ZoneInfo
) -> PlannedMessage:
    receipt = Receipt(reminder_id=reminder.id or 0, school_id=school.id or 0, term=term.name, due_on=day)
    receipt.reminder, receipt.school = reminder, school
    why = f"school day {reminder.day} of {term.name} ({calendar}), not a bank holiday"
    if school.starts is not None and school.starts == day:
        why = f"the first school day on the roll, in {term.name} ({calendar})"
    if school.channel is None:
        why += "; cannot be sent: no channel"
    text = str(render_reminders.post(receipt, day).body()["text"])
    return PlannedMessage(
        reminders.KIND, reminders.send_time(day, zone), school.channel, (school.name,), why, text
    )


def _nudges(session: Session, first: date, last: date, context: TickContext) -> Iterator[PlannedMessage]:
    """The daily runs from today on. Each counts the nudges that the runs before it would have sent."""
    planned: dict[int, tuple[EarlierNudge, ...]] = {}
    settings = nudges.load_nudge_settings(session, context.coordinators)
    unreached: set[int] = set()
    climbed = _Climbed(session, settings, context.zone)
    day = context.today
    if daily_runs.is_done(session, nudges.KIND, day):
        day += _DAY
    while day <= last:
        if is_working_day(day):
            actions = [
                action._replace(earlier_nudges=(*action.earlier_nudges, *planned.get(action.action_id, ())))
                for action in watched_actions(session, day, context.zone)
            ]
            due = nudges.plan_nudges(actions, day, settings)
            for nudge in due:
                for item in nudge.items:
                    earlier = EarlierNudge(nudge.person, day, item.days_ahead)
                    planned[item.action_id] = (*planned.get(item.action_id, ()), earlier)
            if day >= first:
                missing = [
                    one.action_id
                    for one in nudges.unreached_actions(actions, day, settings)
                    if one.action_id not in unreached
                ]
                unreached.update(missing)
                if missing:
                    yield _reaches_nobody(session, missing, day, context.zone)
                yield from (_nudge(session, nudge, day, context.zone) for nudge in due if not nudge.silent)
            steps = list(climbed.on(actions, day))
            if day >= first:
                yield from steps
        day += _DAY


class _Climbed:
    """What climbs a plan's ladder in the days of a preview, each step of an action once."""

    def __init__(self, session: Session, settings: nudges.NudgeSettings, zone: ZoneInfo) -> None:
        self._session, self._settings, self._zone = session, settings, zone
        self._seen: set[tuple[int, Step]] = set()

    def on(self, actions: Sequence[WatchedAction], day: date) -> Iterator[PlannedMessage]:
        ladders = self._settings.ladders
        watched = [one for one in actions if one.plan_id in ladders]
        found = escalations.find_escalations(watched, day, self._settings.unreachable, ladders)
        new: dict[tuple[int, Step], list[int]] = {}
        for one in found:
            key = (one.action.action_id, one.step)
            if key not in self._seen:
                self._seen.add(key)
                new.setdefault((one.action.plan_id, one.step), []).append(one.action.action_id)
        for (plan, step), ids in new.items():
            yield from self._messages(ladders[plan], step, ids, day)

    def _messages(
        self, ladder: Ladder, step: Step, ids: Sequence[int], day: date
    ) -> Iterator[PlannedMessage]:
        about = tuple(one.qualified_ref for one in actions_by_id(self._session, ids).values())
        at = datetime.combine(day, nudges.OPENS, self._zone)
        if step is Step.GROUP:
            why = f"no answer for {ladder.group} days: climbs to the {ladder.name}"
            yield PlannedMessage(DeliveryKind.LADDER, at, ladder.channel or None, about, why, "")
            return
        why = (
            f"no answer for {ladder.coordinator} days, or no lead can be reached: climbs to the coordinators"
        )
        for person in self._settings.coordinators:
            yield PlannedMessage(DeliveryKind.EXCEPTIONS, at, person, about, why, "")


def _nudge(session: Session, due: nudges.PersonalNudge, day: date, zone: ZoneInfo) -> PlannedMessage:
    actions = actions_by_id(session, [item.action_id for item in due.items])
    rows = []
    for item in due.items:
        row = Nudge(
            action_id=item.action_id,
            person=due.person,
            day=day,
            asked_because=item.asked_because,
            days_ahead=item.days_ahead,
        )
        row.action = actions[item.action_id]
        rows.append(row)
    state = render_nudges.NudgeState({}, day, zone, UNANSWERED_LIMIT)
    text = str(render_nudges.nudge(rows, state).body()["text"])
    about = tuple(row.action.qualified_ref for row in rows)
    at = datetime.combine(day, nudges.OPENS, zone)
    why = "overdue or due soon, and not nudged lately"
    if any(item.asked_because == NO_LEAD for item in due.items):
        why += "; no lead of some can be reached, so the coordinators are asked"
    return PlannedMessage(nudges.KIND, at, due.person, about, why, text)


def _reaches_nobody(session: Session, missing: Sequence[int], day: date, zone: ZoneInfo) -> PlannedMessage:
    """What would be a nudge if anybody could be reached about these actions."""
    actions = list(actions_by_id(session, missing).values())
    vacant = {
        lead.role.name for action in actions for lead in action.leads if lead.role.holding_on(day) is None
    }
    why = f"reaches nobody: nobody holds {', '.join(sorted(vacant))}" if vacant else "reaches nobody"
    why += '. Say who does with /plan role set "ROLE" @user, or set COORDINATORS'
    about = tuple(action.qualified_ref for action in actions)
    return PlannedMessage(nudges.KIND, datetime.combine(day, nudges.OPENS, zone), None, about, why, "")
