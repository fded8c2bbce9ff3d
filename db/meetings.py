"""Meetings of a plan's boards, their decisions, and who has signed the plan."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from rapidfuzz import process
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.errors import Refused
from db.models import Decision, Entry, Meeting, Plan, Recommendation, SignUp
from db.rules.dates import day_text
from db.rules.typed_dates import DateNotRead, read_nearest_day

# The lowest rapidfuzz score, of 100, at which a body's name counts as similar.
_SIMILAR = 70


def add_meeting(session: Session, author: Author, plan: Plan, day: date, name: str) -> Meeting:
    """Put a meeting of a body into a plan's calendar. Raises `Refused` for one that is there."""
    for one in meetings_of(session, plan):
        if one.day == day and one.name.lower() == name.lower():
            raise Refused(f"The {one.name} of {day_text(day)} is there already.")
    meeting = Meeting(plan_id=plan.id or 0, day=day, name=name)
    session.add(meeting)
    session.flush()
    audit_log.append(session, author, [Change("meeting", meeting.id, plan.code, "added", None, day, name)])
    return meeting


def meetings_of(session: Session, plan: Plan) -> list[Meeting]:
    """A plan's meetings with their decisions, the earliest first."""
    query = select(Meeting).where(Meeting.plan_id == plan.id).order_by(col(Meeting.day), col(Meeting.id))
    return list(session.exec(query.options(selectinload(Meeting.decisions))))  # type: ignore[arg-type]


def last_meeting(session: Session, plan: Plan, today: date) -> Meeting | None:
    """The last meeting before a day, or None."""
    return last_before(meetings_of(session, plan), today)


def last_before(held: Sequence[Meeting], day: date) -> Meeting | None:
    return max((one for one in held if one.day < day), key=_day, default=None)


def next_meeting(session: Session, plan: Plan, today: date) -> Meeting | None:
    """The first meeting from a day on, or None."""
    return min((one for one in meetings_of(session, plan) if one.day >= today), key=_day, default=None)


def _day(meeting: Meeting) -> date:
    return meeting.day


def meeting_by_id(session: Session, plan: Plan, number: int) -> Meeting:
    """A meeting of a plan. Raises `Refused` for one that was taken out of the calendar."""
    found = session.get(Meeting, number)
    if found is None or found.plan_id != plan.id:
        raise Refused("That meeting is no longer in the calendar. `/plan meetings` lists those that are.")
    return found


_NEXT = re.compile(r"(?:the )?(?:next|coming) (?:meeting|board)", re.IGNORECASE)
_LAST = re.compile(r"(?:the )?(?:last|latest) (?:meeting|board)", re.IGNORECASE)


def find_meeting(session: Session, plan: Plan, words: str, today: date, *, coming: bool = False) -> Meeting:
    """The meeting that words mean: `last meeting`, `next meeting`, a day, or words of its body's name.

    Of a body with several meetings the last one that was, else its next; with `coming` the other way round.
    Raises `Refused`, naming the meetings there are.
    """
    typed = " ".join(words.split()).strip(" \"'")
    if _LAST.fullmatch(typed) or _NEXT.fullmatch(typed):
        return _next_or_last(session, plan, today, last=_LAST.fullmatch(typed) is not None)
    try:
        day = read_nearest_day(typed, today)
    except DateNotRead as unread:
        raise Refused(f"{unread}.") from unread
    held = meetings_of(session, plan)
    words_of_name = typed.lower().split()
    if day is not None:
        found = [one for one in held if one.day == day]
    else:
        found = [one for one in held if all(word in one.name.lower() for word in words_of_name)]
    if not found and day is None and held:
        near = process.extractOne(typed, [one.name for one in held], score_cutoff=_SIMILAR)
        found = [one for one in held if near and one.name == near[0]]
    if not found:
        names = "; ".join(f"{one.name}, {day_text(one.day)}" for one in held[-8:])
        raise Refused(
            f"{plan.title} has no meeting “{typed[:60]}”. "
            + (f"The meetings are: {names}." if names else "`/plan meeting add DATE NAME` adds one.")
        )
    later = [one for one in found if one.day >= today]
    if coming and later:
        return later[0]
    begun = [one for one in found if one.day <= today]
    return begun[-1] if begun else found[0]


def _next_or_last(session: Session, plan: Plan, today: date, *, last: bool) -> Meeting:
    """The last meeting until today, or the next from today on. Raises `Refused` where there is none."""
    found = (
        last_meeting(session, plan, today + timedelta(days=1)) if last else next_meeting(session, plan, today)
    )
    if found is None:
        what = "No meeting has been yet" if last else "No meeting is to come"
        raise Refused(f"{what}. `/plan meeting add DATE NAME` adds one.")
    return found


def add_decision(session: Session, author: Author, plan: Plan, meeting: Meeting, text: str) -> Decision:
    decision = Decision(meeting_id=meeting.id or 0, text=text)
    session.add(decision)
    session.flush()
    audit_log.append(session, author, [Change("decision", decision.id, plan.code, "added", note=text)])
    return decision


def add_recommendation(
    session: Session, author: Author, plan: Plan, meeting: Meeting, text: str
) -> Recommendation:
    """Put to a meeting what it is asked to agree."""
    asked = Recommendation(meeting_id=meeting.id or 0, text=text)
    session.add(asked)
    session.flush()
    audit_log.append(session, author, [Change("recommendation", asked.id, plan.code, "added", note=text)])
    return asked


def sign_ups(session: Session, plan: Plan) -> list[SignUp]:
    """Who has signed a plan, by day, and last those that have not."""
    found = session.exec(select(SignUp).where(SignUp.plan_id == plan.id).order_by(col(SignUp.id))).all()
    return sorted(found, key=lambda one: one.day or date.max)


def sign_ups_at(session: Session, plan: Plan, until: datetime) -> list[tuple[str, date | None]]:
    """Who had signed a plan by a moment and when, by what was recorded until then; last who had not."""
    query = select(Entry).where(Entry.subject == "sign_up", Entry.ref == plan.code, Entry.at <= until)
    days: dict[str, date | None] = {}
    for entry in audit_log.current_entries(session.exec(query.order_by(col(Entry.seq)))):
        days[entry.note] = date.fromisoformat(entry.after) if entry.after else None
    return sorted(days.items(), key=lambda one: one[1] or date.max)


def record_sign_up(session: Session, author: Author, plan: Plan, body: str, day: date | None) -> bool:
    """Record that a body has signed on a day, or that it has still to. Whether that changes anything."""
    held = next((one for one in sign_ups(session, plan) if one.body.lower() == body.lower()), None)
    if held is None:
        held = SignUp(plan_id=plan.id or 0, body=body)
        session.add(held)
        session.flush()
        change = Change("sign_up", held.id, plan.code, "added", None, day, held.body)
    elif held.day == day:
        return False
    else:
        change = Change("sign_up", held.id, plan.code, "day", held.day, day, held.body)
    held.day = day
    audit_log.append(session, author, [change])
    session.flush()
    return True


def take_back(session: Session, entry: Entry) -> None:
    """Undo what an entry says of a meeting, a decision, a recommendation or a sign-up. Raises `Refused`."""
    if entry.subject == "sign_up":
        signed = session.get(SignUp, entry.subject_id)
        if signed is None or audit_log.encode(signed.day) != entry.after:
            raise Refused(f"{entry.ref}: somebody changed that since. Nothing was undone.")
        if entry.field == "added":
            session.delete(signed)
        else:
            signed.day = date.fromisoformat(entry.before) if entry.before else None
    elif entry.subject == "decision":
        session.delete(session.get_one(Decision, entry.subject_id))
    elif entry.subject == "recommendation":
        session.delete(session.get_one(Recommendation, entry.subject_id))
    else:
        meeting = session.get_one(Meeting, entry.subject_id)
        if meeting.decisions or meeting.recommendations:
            raise Refused("That meeting has decisions or recommendations by now. Nothing was undone.")
        session.delete(meeting)
    session.flush()
