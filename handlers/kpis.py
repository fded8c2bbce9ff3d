"""Figures asked for and recorded: the latest with what it says, the board's list, one line to record."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import kpis, roles
from db.errors import Refused
from db.kpis import Figure
from db.models import NOT_MET, SYMBOLS, Disclosure, Kpi, Observation, PeriodType, Reading, ValueStatus
from db.rules import figure_checks
from db.rules.disclosure import disclosed_history
from db.rules.figure_checks import DatedFigure
from db.rules.judging import NO_BASELINE
from db.rules.periods import read_period
from handlers.core.access import coordinators_only
from handlers.core.grammar import as_typed, straighten
from handlers.core.requests import Request
from handlers.updates import NeedsChoice, form_metadata
from messages import figures
from messages import kpis as render
from messages.limits import Answer, text_answer

_VALUE = re.compile(r"(£?-?\d[\d,]*(?:\.\d+)?|-?\.\d+)\s?(?:%|weeks?|days?|months?)?$")
_AREA = re.compile(r"\s+area\s+(.+)$", re.IGNORECASE | re.DOTALL)
_LONGEST_AREA = 100
_AHEAD = timedelta(days=800)
_PROVISIONAL = re.compile(r"\s+provisional\b", re.IGNORECASE)
_FILTERS = ("off target", "stale", "no target", "no baseline")


def _is_board(session: Session, request: Request) -> bool:
    return kpis.shows_small_counts(session, request.channel, request.services.board)


def _readings(session: Session, request: Request, held: Sequence[Kpi]) -> list[Reading]:
    return kpis.read_kpis(session, held, request.today, board=_is_board(session, request))


def named(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """The latest of what somebody's words mean; of two that were asked as one, both."""
    with request.reading() as session:
        meant = kpis.find_kpis(session, arguments["name"])
        if not meant.found:
            return render.none_found(arguments["name"], meant.close)
        found = _readings(session, request, kpis.kpis_by_id(session, meant.found))
        also = _readings(session, request, kpis.kpis_by_id(session, meant.also))
        line = f"/kpi {arguments['name']}"
        if len(found) == 1:
            return render.detail(found[0], request.today, line, also)
        return render.several(found, line, also)


def board(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        return render.board(_readings(session, request, kpis.all_kpis(session)), request.today, "/kpi board")


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    which = " ".join((arguments.get("which") or "").lower().split())
    if which and which not in _FILTERS:
        raise Refused(
            f"“{which[:30]}” is none of {', '.join(_FILTERS)}. `/kpi {which[:30]}` finds one by name."
        )
    with request.reading() as session:
        readings = _readings(session, request, kpis.all_kpis(session))
        chosen = [one for one in readings if _chosen(one, which)]
        return render.listed(chosen, which, request.today, f"/kpi list {which}".strip())


def _chosen(reading: Reading, which: str) -> bool:
    judgement = reading.judgement
    return {
        "off target": judgement.word == NOT_MET,
        "stale": bool(render.age_text(reading)),
        "no target": not reading.kpi.targets,
        "no baseline": NO_BASELINE in judgement.word or reading.kpi.baseline is None,
    }.get(which, True)


def history(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Every figure ever held; small counts are kept back here as everywhere."""
    with request.reading() as session:
        kpi = _one(session, arguments["name"])
        rows = disclosed_history(kpi, kpis.all_figures(session, kpi), board=_is_board(session, request))
        return render.history(kpi, rows, f"/kpi history {kpi.code}")


def _one(session: Session, name: str) -> Kpi:
    """The one KPI that is meant. Raises `NotOne` with those that may be."""
    meant = kpis.find_kpis(session, name)
    if len(meant.found) == 1:
        return kpis.kpis_by_id(session, meant.found)[0]
    several = kpis.kpis_by_id(session, meant.found)
    raise NeedsChoice(render.none_found(name, [(kpi.code, kpi.name) for kpi in several] or meant.close))


def board_channel(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Say whether this channel is a board's; without a word, tell it."""
    which = arguments.get("which")
    if which is None:
        with request.reading() as session:
            now = "shown" if _is_board(session, request) else "kept back"
        return text_answer(f"Small counts are {now} in this channel.")
    coordinators_only(request, "A coordinator says which channels are a board's.")
    if request.channel is None or request.channel.startswith("D"):
        raise Refused("A direct message is no board's channel: say it in the channel.")
    if which == "here" and not request.services.channels.may_share_now(request.channel):
        raise Refused("That channel is shared with another organisation: small counts stay kept back there.")
    with request.writing() as session:
        changed = kpis.mark_board_channel(session, request.author, request.channel, board=which == "here")
    shown = "shown" if which == "here" else "kept back"
    return text_answer(f"Small counts are {'now' if changed else 'already'} {shown} in this channel.")


@dataclass(frozen=True)
class _Line:
    """One line read: which KPI, and the figure."""

    kpi: Kpi
    figure: Figure


def record(request: Request, arguments: Mapping[str, Any], *, confirmed: bool = False) -> Answer:
    """Record a figure in one line; what arithmetic asks of it is asked first, and the answer kept."""
    line = arguments["said"]
    with request.writing() as session:
        read = _read_line(session, line, request.today)
        if not _may_record(session, request, read.kpi):
            owner = read.kpi.owner_role or "its owner"
            raise Refused(
                f"Not recorded: figures of {read.kpi.name} are for {owner}, a deputy or a coordinator."
            )
        held = kpis.figures_of_kpi(session, read.kpi)
        doubts = [*_far_ahead(read.figure, held, request.today), *_new_doubts(read.kpi, held, read.figure)]
        if doubts and read.kpi.disclosure is Disclosure.SMALL_COUNTS:
            # A question quotes its neighbours, and is kept with the figure: it would tell a small count.
            doubts = ["it does not fit the figures held, which are kept back: see them in a board's channel"]
        if doubts and not confirmed:
            return figures.asks(read.kpi, doubts, line)
        if _is_held(read.figure, held):
            return text_answer("Nothing changed: that figure is held just so.")
        figure = replace(read.figure, note=_noted(read.figure, doubts), status=_status(read.figure, held))
        kpis.save_figures(session, request.author, [(read.kpi, figure)])
        session.flush()
        [reading] = _readings(session, request, [read.kpi])
        shown = next(row for row in reading.series[figure.breakdown] if row.place == figure.place)
        return figures.recorded(read.kpi, shown, render.brief(reading), request.author.act)


def confirm(request: Request, line: str) -> Answer:
    return record(request, {"said": line}, confirmed=True)


def form(request: Request, code: str) -> ModalView:
    with request.reading() as session:
        kpi = kpis.kpi_by_code(session, code)
        if kpi is None:
            raise Refused("That KPI is not known here any more.")
        return figures.form(kpi)


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """A filled-in form is the same line."""
    code = form_metadata(view).get("kpi")
    fields = (view.get("state") or {}).get("values") or {}

    def said(name: str) -> str:
        field = (fields.get(name) or {}).get(name) or {}
        chosen = (field.get("selected_option") or {}).get("value")
        return " ".join(str(field.get("value") or chosen or "").split())

    area = f" area {said('area')}" if said("area") else ""
    # So that a colon in the area is not taken for the note's.
    area += ": by form" if ":" in area and not said("note") else ""
    provisional = " provisional" if said("status") == "provisional" else ""
    note = f": {said('note')}" if said("note") else ""
    return record(request, {"said": f"{code} {said('value')} {said('period')}{area}{provisional}{note}"})


def _may_record(session: Session, request: Request, kpi: Kpi) -> bool:
    """A coordinator, or who holds the owner's role today or deputises."""
    if request.is_coordinator:
        return True
    if request.person.guest:
        return False
    held = roles.holder_of(session, kpi.owner_role, request.today)
    return held is not None and bool(request.person.ids & {held.slack_user, held.deputy})


def _read_line(session: Session, line: str, today: date) -> _Line:
    """`NAME VALUE PERIOD [area NAME] [provisional]: note`. Raises `Refused` and `NotOne`."""
    said = straighten(line)
    for token in re.finditer(r"\S+", said):
        value = _value(token.group()) if token.start() else None
        if value is None:
            continue
        rest = _rest(said[token.end() :], today)
        if rest is not None:
            kpi = _one(session, said[: token.start()].strip())
            return _Line(kpi, _figure(kpi, value, rest, kpis.breakdowns(session, kpi)))
    raise Refused(
        "Say which KPI, its value and its period: `/kpi record camhs 12 weeks 36% 2019/20: where it is from`."
    )


@dataclass(frozen=True)
class _Rest:
    """What stands after the value: the period, what was said after `area`, and the note."""

    period: tuple[date, date]
    area: str
    note: str
    provisional: bool


def _rest(said: str, today: date) -> _Rest | None:
    """None where no period stands there."""
    area = _AREA.search(said)
    before, _, note = (said[: area.start()] if area else said).partition(":")
    provisional = _PROVISIONAL.search(before) is not None
    when = _PROVISIONAL.sub("", before).strip().removeprefix("for ").strip()
    period = read_period(when, today, snapshot=False)
    if period is None:
        return None
    within = area[1] if area else ""
    if area and _PROVISIONAL.search(within.partition(": ")[0]):
        within, provisional = _PROVISIONAL.sub("", within, count=1), True
    return _Rest(period, within.strip(), note.strip(), provisional)


def _value(token: str) -> float | str | None:
    found = _VALUE.fullmatch(token)
    if found:
        return float(found[1].replace(",", "").replace("£", ""))
    return token.lower() if token.lower() in SYMBOLS else None


def _figure(kpi: Kpi, value: float | str, rest: _Rest, known: Sequence[str]) -> Figure:
    starts, ends = rest.period
    number, symbol = (None, value) if isinstance(value, str) else (value, None)
    breakdown, note = _area(rest.area, known) if rest.area else ("", rest.note)
    if len(breakdown) > _LONGEST_AREA:
        raise Refused(f"“{breakdown[:40]}…” is too long for an area: at most {_LONGEST_AREA} characters.")
    return Figure(
        ends if kpi.period_type is PeriodType.SNAPSHOT else starts,
        ends,
        number,
        symbol,
        breakdown,
        status=ValueStatus.PROVISIONAL if rest.provisional else ValueStatus.FINAL,
        note=as_typed(note).strip(),
    )


def _area(said: str, known: Sequence[str]) -> tuple[str, str]:
    """The breakdown that is meant, one that is held where it is, and the note after it."""
    for name in sorted(known, key=len, reverse=True):
        for spelling in (name, name.rpartition(": ")[2]):
            if spelling and re.match(rf"{re.escape(spelling)}\s*(:|$)", said, re.IGNORECASE):
                return name, said[len(spelling) :].strip(" :")
    name, _, note = said.partition(": ")
    dimension, colon, rest = note.partition(": ")
    if colon:
        # Two colons: the dimension, its category, and the note.
        return f"{name.strip()}: {dimension.strip()}", rest.strip()
    return f"Area: {name.strip()}", note.strip()


def _new_doubts(kpi: Kpi, held: Sequence[Observation], figure: Figure) -> list[str]:
    """What arithmetic asks with the figure that it did not ask without."""
    before: list[DatedFigure] = [(row.period_end, row) for row in held]
    others: list[DatedFigure] = [(row.period_end, row) for row in held if row.place != figure.place]
    with_it: list[DatedFigure] = sorted([*others, (figure.ends, figure)], key=lambda one: one[0])
    known = set(figure_checks.find_doubts(kpi, before))
    return [one for one in figure_checks.find_doubts(kpi, with_it) if one not in known]


def _far_ahead(figure: Figure, held: Sequence[Observation], today: date) -> list[str]:
    """A period that ends years after today and after all that is held is a slip of the hand, likely."""
    latest = max((row.period_end for row in held), default=today)
    far = figure.ends > max(today, latest) + _AHEAD
    return [f"the period ends on {figure.ends}: is the year right?"] if far else []


def _is_held(figure: Figure, held: Sequence[Observation]) -> bool:
    """Whether the same is held of that place, in other words perhaps: no revision, then."""
    return any(
        row.place == figure.place
        and (row.value, row.symbol) == (figure.value, figure.symbol)
        and (row.status is ValueStatus.PROVISIONAL) is (figure.status is ValueStatus.PROVISIONAL)
        for row in held
    )


def _noted(figure: Figure, doubts: Sequence[str]) -> str:
    """The note, with what was asked and that it was said to be right."""
    if not doubts:
        return figure.note
    return " ".join(filter(None, (figure.note, "Asked and said to be right:", "; ".join(doubts)[:600])))


def _status(figure: Figure, held: Sequence[Observation]) -> ValueStatus:
    """Provisional if so said; a final figure that differs from a final one before it is a revision."""
    if figure.status is ValueStatus.PROVISIONAL:
        return figure.status
    before = next((row for row in held if row.place == figure.place), None)
    revises = before is not None and before.status is not ValueStatus.PROVISIONAL
    return ValueStatus.REVISED if revises else ValueStatus.FINAL
