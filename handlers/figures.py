"""Recording a figure of a KPI: in one line or by form; an odd one is asked about first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import disclosure, explanations, kpis, pending_changes, roles
from db.errors import Refused
from db.kpis import Figure
from db.models import Kpi, Observation, PeriodType, ValueStatus
from db.rules import figure_checks, numbers, periods
from db.rules.dates import Span
from db.rules.figure_checks import CheckedFigure
from db.rules.known_figures import known_figures
from db.rules.typed_dates import DateNotRead
from handlers.core.forms import form_choice, form_fields, form_metadata, form_text
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed
from handlers.kpis import one_kpi
from messages import figures as render
from messages.blocks import Answer, text_answer
from messages.kpis import brief

_LONGEST_AREA = 100
_UNKNOWN = "I can't find that KPI any more."


def record(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Record a figure in one line. An odd one is asked about first."""
    board = request.shows_small_counts
    with request.writing() as session:
        kpi = one_kpi(session, arguments["name"], request.line)
        breakdown, note = "", arguments.get("note") or ""
        if arguments.get("area"):
            breakdown, note = _split_area(arguments["area"], kpis.breakdowns(session, kpi))
        try:
            value = _read_value(kpi, as_typed(arguments["value"]))
        except numbers.NumberNotRead as wrong:
            raise Refused(f"Not recorded: {wrong}.") from wrong
        figure = _figure(
            kpi,
            value,
            arguments["period"],
            breakdown,
            as_typed(note).strip(),
            provisional=bool(arguments.get("provisional")),
        )
        return _check_and_save(session, request, kpi, figure, board=board)


def explain(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Record why a KPI moves, or what to bear in mind with it; no figure changes. Raises `Refused`."""
    with request.writing() as session:
        kpi = one_kpi(session, arguments["name"], request.line)
        if not _may_record(session, request, kpi):
            raise _not_allowed(kpi, "note something on")
        explanations.add_explanation(session, request.author, kpi, as_typed(arguments["note"]).strip())
        return render.explained(kpi, request.author.act)


def _not_allowed(kpi: Kpi, deed: str) -> Refused:
    owner = kpi.owner_role or "its owner"
    return Refused(f"Not recorded. Only {owner}, a deputy or a coordinator can {deed} {kpi.name}.")


def _read_value(kpi: Kpi, written: str) -> float | str:
    """A number, or a publisher's symbol in place of one. Raises `NumberNotRead`."""
    return numbers.read_symbol(written) or numbers.read_number(written, kpi.unit)


def form(request: Request, code: str) -> ModalView:
    with request.reading() as session:
        kpi = kpis.kpi_by_code(session, code)
        if kpi is None:
            raise Refused(_UNKNOWN)
        return render.form(kpi)


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record what the form says. Raises `Refused`, with the field that has to be filled in differently."""
    fields = form_fields(view)
    period = _read_period(form_text(fields, "period") or "", request.today)
    board = request.shows_small_counts
    with request.writing() as session:
        kpi = kpis.kpi_by_code(session, str(form_metadata(view).get("kpi") or ""))
        if kpi is None:
            raise Refused(_UNKNOWN)
        try:
            value = _read_value(kpi, form_text(fields, "value") or "")
        except numbers.NumberNotRead as unread:
            raise Refused(f"{unread}. Give a figure, such as 36%, 4,120 or £95.", field="value") from unread
        area = " ".join((form_text(fields, "area") or "").split())
        breakdown = _match_area(area, kpis.breakdowns(session, kpi)) if area else ""
        figure = _figure(
            kpi,
            value,
            period,
            breakdown,
            form_text(fields, "note") or "",
            provisional=form_choice(fields, "status") == "provisional",
        )
        wrong = figure_checks.find_impossible(kpi, figure)
        if wrong is not None:
            raise Refused(f"{wrong}.", field="value")
        return _check_and_save(session, request, kpi, figure, board=board)


def _read_period(written: str, today: date) -> Span:
    """The period of a form. Raises `Refused`."""
    try:
        period = periods.read_period(written, today)
    except DateNotRead as unread:
        raise Refused(f"{unread}.", field="period") from unread
    if period is None:
        raise Refused("Give a period, such as 2018/19, Mar 2019, Q2 2016/17 or 31 Mar 2019.", field="period")
    if not periods.has_ended(period[1], today):
        raise Refused(f"Not yet: {periods.not_ended_text(period[1], today)}.", field="period")
    return period


def confirm(request: Request, pending_id: str) -> Answer:
    """Record a figure that its author was asked about, exactly as they gave it."""
    # One figure is recorded once, however often the button is pressed.
    request = replace(request, key=f"pending:{pending_id}")
    board = request.shows_small_counts
    with request.writing() as session:
        found = pending_changes.find_pending(session, request.author, pending_changes.FIGURE, pending_id)
        kpi = kpis.kpi_by_code(session, found.pop("kpi")) if found else None
        if found is None or kpi is None:
            raise Refused("That figure is no longer waiting. Please record it again.")
        return _check_and_save(session, request, kpi, _figure_from(found), board=board, confirmed=True)


_PERIOD = ("period_start", "period_end")


def _as_json(figure: Figure) -> dict[str, Any]:
    return {**asdict(figure), **{name: getattr(figure, name).isoformat() for name in _PERIOD}}


def _figure_from(values: Mapping[str, Any]) -> Figure:
    dates = {name: date.fromisoformat(values[name]) for name in _PERIOD}
    return Figure(**{**values, **dates, "status": ValueStatus(values["status"])})


def _check_and_save(
    session: Session, request: Request, kpi: Kpi, figure: Figure, *, board: bool, confirmed: bool = False
) -> Answer:
    """Save a figure if the asker may; an odd one waits for their confirmation. Raises `Refused`."""
    if not _may_record(session, request, kpi):
        raise _not_allowed(kpi, "record")
    wrong = figure_checks.find_impossible(kpi, figure)
    if wrong is not None:
        raise Refused(f"Not recorded: {wrong}.")
    if not periods.has_ended(figure.period_end, request.today):
        raise Refused(f"Not recorded: {periods.not_ended_text(figure.period_end, request.today)}.")
    held = known_figures(kpis.figures_of_kpi(session, kpi), request.as_at)
    if _is_recorded(figure, held):
        return text_answer("Nothing changed: that figure is recorded already.")
    doubts = [
        *_new_area_doubts(figure, held),
        *_period_doubts(kpi, figure, held),
        *_new_doubts(kpi, held, figure),
    ]
    if doubts and disclosure.hidden_of(session, kpi).numbers:
        # A question quotes the figures beside it and is kept with the figure: it would tell a small count.
        doubts = ["It does not fit the figures recorded, which are hidden. A board channel shows them."]
    if doubts and not confirmed:
        values = {"kpi": kpi.code, **_as_json(figure)}
        pending = pending_changes.save_pending(session, request.author, pending_changes.FIGURE, values)
        return render.confirmation(kpi, doubts, pending)
    figure = replace(figure, note=_with_doubts(figure, doubts), status=_status(figure, held))
    kpis.save_figures(session, request.author, [(kpi, figure)])
    session.flush()
    [reading] = disclosure.read_kpis(session, [kpi], request.as_at, board=board)
    shown = next(row for row in reading.series[figure.breakdown] if row.place == figure.place)
    return render.recorded(kpi, shown, brief(reading), request.author.act)


def _may_record(session: Session, request: Request, kpi: Kpi) -> bool:
    """Whether the asker coordinates, or holds or deputises for the owner's role today."""
    if request.is_coordinator:
        return True
    held = roles.holder_of(session, kpi.owner_role, request.today)
    return held is not None and bool(request.person.ids & {held.slack_user, held.deputy})


def _figure(
    kpi: Kpi, value: float | str, period: Span, breakdown: str, note: str, *, provisional: bool
) -> Figure:
    """A figure as it is saved; `value` is a number or a publisher's symbol. Raises `Refused`."""
    if len(breakdown) > _LONGEST_AREA:
        raise Refused(
            f"“{breakdown[:40]}…” is too long for an area: at most {_LONGEST_AREA} characters.", field="area"
        )
    starts, ends = period
    number, symbol = (None, value) if isinstance(value, str) else (value, None)
    return Figure(
        ends if kpi.period_type is PeriodType.SNAPSHOT else starts,
        ends,
        number,
        symbol,
        breakdown,
        status=ValueStatus.PROVISIONAL if provisional else ValueStatus.FINAL,
        note=note,
    )


def _split_area(text: str, known: Sequence[str]) -> tuple[str, str]:
    """The breakdown and the note in `North: from the report`; a known breakdown may hold a colon itself."""
    for name in sorted(known, key=len, reverse=True):
        for spelling in (name, name.rpartition(": ")[2]):
            if spelling and re.match(rf"{re.escape(spelling)}\s*(:|$)", text, re.IGNORECASE):
                return name, text[len(spelling) :].strip(" :")
    first, _, rest = text.partition(": ")
    second, colon, note = rest.partition(": ")
    if colon:
        # Two colons: the dimension, its category, and the note.
        return f"{first.strip()}: {second.strip()}", note.strip()
    return _match_area(first.strip(), known), rest.strip()


def _match_area(area: str, known: Sequence[str]) -> str:
    """The breakdown that an area means: a known one in any case, `Dimension: category`, else an area."""
    for name in known:
        if area.lower() in (name.lower(), name.rpartition(": ")[2].lower()):
            return name
    dimension, colon, category = area.partition(":")
    return f"{dimension.strip()}: {category.strip()}" if colon else f"Area: {area}"


def _new_doubts(kpi: Kpi, held: Sequence[Observation], figure: Figure) -> list[str]:
    """The doubts that this figure raises, leaving out those there were without it."""
    others = [row for row in held if row.place != figure.place]
    after: list[CheckedFigure] = sorted([*others, figure], key=lambda row: row.period_end)
    known = set(figure_checks.find_doubts(kpi, held))
    return [one for one in figure_checks.find_doubts(kpi, after) if one not in known]


def _new_area_doubts(figure: Figure, held: Sequence[Observation]) -> list[str]:
    """An area that no figure has yet may be a slip for one that has."""
    dimension, _, category = figure.breakdown.rpartition(": ")
    known = {row.breakdown.rpartition(": ")[2] for row in held if row.breakdown.startswith(f"{dimension}: ")}
    if not category or not known or category in known:
        return []
    return [f"No figure has been recorded for “{category[:40]}”, only for {', '.join(sorted(known)[:8])}"]


def _period_doubts(kpi: Kpi, figure: Figure, held: Sequence[Observation]) -> list[str]:
    same_series = [row.place[1:] for row in held if row.breakdown == figure.breakdown]
    return list(periods.find_period_doubts(kpi, figure.place[1:], same_series))


def _is_recorded(figure: Figure, held: Sequence[Observation]) -> bool:
    """Whether the same figure is recorded for that period, perhaps with another note."""
    return any(
        row.place == figure.place
        and (row.value, row.symbol) == (figure.value, figure.symbol)
        and (row.status is ValueStatus.PROVISIONAL) is (figure.status is ValueStatus.PROVISIONAL)
        for row in held
    )


def _with_doubts(figure: Figure, doubts: Sequence[str]) -> str:
    """The note, with what was asked and that the author confirmed it."""
    if not doubts:
        return figure.note
    return " ".join(filter(None, (figure.note, "Asked about and confirmed:", " ".join(doubts)[:600])))


def _status(figure: Figure, held: Sequence[Observation]) -> ValueStatus:
    """Provisional if so marked; a final figure that differs from a final one before it is a revision."""
    if figure.status is ValueStatus.PROVISIONAL:
        return figure.status
    before = next((row for row in held if row.place == figure.place), None)
    revises = before is not None and before.status is not ValueStatus.PROVISIONAL
    return ValueStatus.REVISED if revises else ValueStatus.FINAL
