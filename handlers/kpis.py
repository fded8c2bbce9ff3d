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
from db.rules.disclosure import of_history
from db.rules.figure_checks import Placed
from db.rules.judging import NO_BASELINE
from db.rules.periods import read_period
from handlers.core.access import coordinators_only
from handlers.core.grammar import plain, written
from handlers.core.requests import Ask
from handlers.updates import NotOne, kept
from messages import figures
from messages import kpis as tell
from messages.limits import Answer, say

_VALUE = re.compile(r"(£?-?\d[\d,]*(?:\.\d+)?|-?\.\d+)\s?(?:%|weeks?|days?|months?)?$")
_AREA = re.compile(r"\s+area\s+(.+)$", re.IGNORECASE | re.DOTALL)
_LONGEST_AREA = 100
_AHEAD = timedelta(days=800)
_PROVISIONAL = re.compile(r"\s+provisional\b", re.IGNORECASE)
_FILTERS = ("off target", "stale", "no target", "no baseline")


def _is_board(session: Session, ask: Ask) -> bool:
    return kpis.is_board(session, ask.channel, ask.bot.board)


def _readings(session: Session, ask: Ask, held: Sequence[Kpi]) -> list[Reading]:
    return kpis.readings(session, held, ask.today, board=_is_board(session, ask))


def named(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """The latest of what somebody's words mean; of two that were asked as one, both."""
    with ask.reading() as session:
        meant = kpis.find(session, said["name"])
        if not meant.found:
            return tell.none_found(said["name"], meant.close)
        found = _readings(session, ask, kpis.by_ids(session, meant.found))
        also = _readings(session, ask, kpis.by_ids(session, meant.also))
        line = f"/kpi {said['name']}"
        if len(found) == 1:
            return tell.detail(found[0], ask.today, line, also)
        return tell.several(found, line, also)


def board(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        return tell.board(_readings(session, ask, kpis.every(session)), ask.today, "/kpi board")


def list_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    which = " ".join((said.get("which") or "").lower().split())
    if which and which not in _FILTERS:
        raise Refused(
            f"“{which[:30]}” is none of {', '.join(_FILTERS)}. `/kpi {which[:30]}` finds one by name."
        )
    with ask.reading() as session:
        readings = _readings(session, ask, kpis.every(session))
        chosen = [one for one in readings if _chosen(one, which)]
        return tell.listed(chosen, which, ask.today, f"/kpi list {which}".strip())


def _chosen(reading: Reading, which: str) -> bool:
    judgement = reading.judgement
    return {
        "off target": judgement.word == NOT_MET,
        "stale": bool(tell.age_text(reading)),
        "no target": not reading.kpi.targets,
        "no baseline": NO_BASELINE in judgement.word or reading.kpi.baseline is None,
    }.get(which, True)


def history(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Every figure ever held; small counts are kept back here as everywhere."""
    with ask.reading() as session:
        kpi = _one(session, said["name"])
        rows = of_history(kpi, kpis.revisions(session, kpi), board=_is_board(session, ask))
        return tell.history(kpi, rows, f"/kpi history {kpi.code}")


def _one(session: Session, name: str) -> Kpi:
    """The one KPI that is meant. Raises `NotOne` with those that may be."""
    meant = kpis.find(session, name)
    if len(meant.found) == 1:
        return kpis.by_ids(session, meant.found)[0]
    several = kpis.by_ids(session, meant.found)
    raise NotOne(tell.none_found(name, [(kpi.code, kpi.name) for kpi in several] or meant.close))


def board_channel(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Say whether this channel is a board's; without a word, tell it."""
    which = said.get("which")
    if which is None:
        with ask.reading() as session:
            now = "shown" if _is_board(session, ask) else "kept back"
        return say(f"Small counts are {now} in this channel.")
    coordinators_only(ask, "A coordinator says which channels are a board's.")
    if ask.channel is None or ask.channel.startswith("D"):
        raise Refused("A direct message is no board's channel: say it in the channel.")
    if which == "here" and not ask.bot.channels.may_share_now(ask.channel):
        raise Refused("That channel is shared with another organisation: small counts stay kept back there.")
    with ask.writing() as session:
        changed = kpis.mark_board(session, ask.said, ask.channel, board=which == "here")
    shown = "shown" if which == "here" else "kept back"
    return say(f"Small counts are {'now' if changed else 'already'} {shown} in this channel.")


@dataclass(frozen=True)
class _Line:
    """One line read: which KPI, and the figure."""

    kpi: Kpi
    figure: Figure


def record(ask: Ask, said: Mapping[str, Any], *, confirmed: bool = False) -> Answer:
    """Record a figure in one line; what arithmetic asks of it is asked first, and the answer kept."""
    line = said["said"]
    with ask.writing() as session:
        read = _read_line(session, line, ask.today)
        if not _may_record(session, ask, read.kpi):
            owner = read.kpi.owner_role or "its owner"
            raise Refused(
                f"Not recorded: figures of {read.kpi.name} are for {owner}, a deputy or a coordinator."
            )
        held = kpis.figures_of(session, read.kpi)
        doubts = [*_far_ahead(read.figure, held, ask.today), *_new_doubts(read.kpi, held, read.figure)]
        if doubts and read.kpi.disclosure is Disclosure.SMALL_COUNTS:
            # A question quotes its neighbours, and is kept with the figure: it would tell a small count.
            doubts = ["it does not fit the figures held, which are kept back: see them in a board's channel"]
        if doubts and not confirmed:
            return figures.asks(read.kpi, doubts, line)
        if _is_held(read.figure, held):
            return say("Nothing changed: that figure is held just so.")
        figure = replace(read.figure, note=_noted(read.figure, doubts), status=_status(read.figure, held))
        kpis.hold(session, ask.said, [(read.kpi, figure)])
        session.flush()
        [reading] = _readings(session, ask, [read.kpi])
        shown = next(row for row in reading.series[figure.breakdown] if row.place == figure.place)
        return figures.recorded(read.kpi, shown, tell.brief(reading), ask.said.act)


def confirm(ask: Ask, line: str) -> Answer:
    return record(ask, {"said": line}, confirmed=True)


def form(ask: Ask, code: str) -> ModalView:
    with ask.reading() as session:
        kpi = kpis.by_code(session, code)
        if kpi is None:
            raise Refused("That KPI is not known here any more.")
        return figures.form(kpi)


def submit(ask: Ask, view: Mapping[str, Any]) -> Answer:
    """A filled-in form is the same line."""
    code = kept(view).get("kpi")
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
    return record(ask, {"said": f"{code} {said('value')} {said('period')}{area}{provisional}{note}"})


def _may_record(session: Session, ask: Ask, kpi: Kpi) -> bool:
    """A coordinator, or who holds the owner's role today or deputises."""
    if ask.is_coordinator:
        return True
    if ask.person.guest:
        return False
    held = roles.held_by_name(session, kpi.owner_role, ask.today)
    return held is not None and bool(ask.person.ids & {held.slack_user, held.deputy})


def _read_line(session: Session, line: str, today: date) -> _Line:
    """`NAME VALUE PERIOD [area NAME] [provisional]: note`. Raises `Refused` and `NotOne`."""
    said = plain(line)
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
        note=written(note).strip(),
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
    before: list[Placed] = [(row.period_end, row) for row in held]
    others: list[Placed] = [(row.period_end, row) for row in held if row.place != figure.place]
    with_it: list[Placed] = sorted([*others, (figure.ends, figure)], key=lambda one: one[0])
    known = set(figure_checks.doubts(kpi, before))
    return [one for one in figure_checks.doubts(kpi, with_it) if one not in known]


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
