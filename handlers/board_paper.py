"""A plan's paper for its board: said in a few lines, and sent to the asker as a Word file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from db import meetings
from db.board_paper import load_paper, load_standing
from db.errors import Refused
from db.models import Meeting, Plan
from db.rules.typed_dates import DateNotRead, read_nearest_day
from documents.board_paper import summary_lines, title_lines
from documents.board_paper_file import write_paper
from handlers.actions import resolve_plan
from handlers.core.requests import Request
from handlers.core.slack_files import send_to, written
from messages import board_paper as render
from messages.blocks import Answer
from messages.charts import pictures


def report(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What a plan's paper says first, with the button that sends it. Raises `Refused` for no such day."""
    board = request.shows_small_counts
    with request.reading() as session:
        plan = resolve_plan(session, request, None)
        day, meeting = _meant(session, request, plan, (arguments.get("which") or "").strip())
        # The figures and the rest, which take longer, are read when somebody wants the file.
        then = load_standing(session, plan, day, request.services.zone, meeting=meeting)
        value = f"{plan.code}\n{day.isoformat()}\n{(meeting and meeting.id) or ''}"
        return render.offered(*title_lines(then), summary_lines(then), value, board=board)


def _meant(session: Session, request: Request, plan: Plan, typed: str) -> tuple[date, Meeting | None]:
    """The day of a paper, and the meeting that it is for. A meeting to come has the paper of today."""
    if not typed:
        return request.today, meetings.next_meeting(session, plan, request.today)
    try:
        day = read_nearest_day(typed, request.today)
    except DateNotRead as unread:
        raise Refused(f"{unread}.") from unread
    if day is not None and day <= request.today:
        return day, meetings.next_meeting(session, plan, day)
    if day is not None and day not in {one.day for one in meetings.meetings_of(session, plan)}:
        raise Refused("That day has not come yet, so nobody can know how things will stand.")
    meeting = meetings.find_meeting(session, plan, typed, request.today)
    return min(meeting.day, request.today), meeting


def send(request: Request, value: str) -> Answer:
    """Make the paper and send it to the asker alone, by direct message. Raises `Refused`."""
    code, as_at, number = [*value.split("\n"), ""][:3]
    board = request.shows_small_counts
    with request.reading() as session:
        plan = resolve_plan(session, request, code)
        day = date.fromisoformat(as_at) if as_at else request.today
        if number:
            meeting: Meeting | None = meetings.meeting_by_id(session, plan, int(number))
        else:
            # A button of an earlier version does not say for which meeting.
            meeting = meetings.next_meeting(session, plan, day)
        if meeting is not None and not as_at:
            day = min(day, meeting.day)
        paper = load_paper(session, plan, day, request.services.zone, meeting=meeting, board=board)
        charts = pictures(paper.kpis)
        content = written(lambda file: write_paper(paper, file, charts), ".docx")
        name = f"{plan.code}-{day.isoformat()}.docx"
        title, subtitle = title_lines(paper)
    send_to(request.services.client, request.person.user, content, name, f"{title}, {subtitle}")
    return render.sent(title, subtitle)
