"""Questions about KPIs: the latest figure and what it says, that of a period, lists, every figure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from db import disclosure, explanations, kpis, plans, rounds
from db.errors import Refused
from db.models import Kpi
from db.rules.dates import Span
from db.rules.judging import Reason, Verdict
from db.rules.known_figures import AsAt
from db.rules.kpi_filters import FILTER_WORDS, FILTERS
from db.rules.readings import Reading
from handlers.core.access import coordinators_only
from handlers.core.arguments import NothingNamed
from handlers.core.requests import Request
from handlers.updates import NeedsChoice
from messages import kpi_board
from messages import kpis as render
from messages.blocks import Answer, text_answer


def show(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """The latest figure of the KPI that somebody names, or as it was known on a day; of two, both."""
    name, board = arguments["name"], request.shows_small_counts
    if name.lower() in FILTER_WORDS:
        return list_(request, {"which": name})
    if arguments.get("period"):
        return _show_period(request, name, arguments["period"], board=board)
    if arguments.get("at"):
        return _show_at(request, name, *arguments["at"], board=board)
    with request.reading() as session:
        match = matching(session, name)
        wanted = kpis.kpis_by_id(session, (*match.ids, *match.related_ids))
        readings = disclosure.read_kpis(session, wanted, request.as_at, board=board)
        found = [one for one in readings if one.kpi.id in match.ids]
        also = [one for one in readings if one.kpi.id in match.related_ids]
        is_linked = any(one.kpi.links for one in readings)
        default = plans.default_plan_code(session, request.channel) if is_linked else None
    line = f"/kpi {name}"
    if len(found) == 1:
        return render.detail(found[0], line, also, default_plan=default)
    return render.several(found, line, also, default_plan=default)


def _show_period(request: Request, name: str, period: Span, *, board: bool) -> Answer:
    """The figures of a KPI whose periods lie in the one that was asked for."""
    with request.reading() as session:
        wanted = kpis.kpis_by_id(session, matching(session, name).ids)
        readings = disclosure.read_kpis(session, wanted, request.as_at, board=board)
    codes = "; ".join(one.kpi.code for one in readings)
    return render.of_period(readings, period, f"/kpi {codes} for {period[0]} to {period[1]}")


def _show_at(request: Request, name: str, day: date, written: str, *, board: bool) -> Answer:
    """A KPI as it was known at the end of a day. Raises `NeedsChoice`, and `Refused` for a day to come."""
    if day > request.today:
        raise Refused("Choose a day that has been: nobody knows what will be known then.")
    at = request.as_at if day == request.today else AsAt.end_of(day, request.services.zone)
    with request.reading() as session:
        kpi = one_kpi(session, name)
        reading = disclosure.read_kpi_at(session, kpi, at, board=board)
        return render.detail_at(reading, day, f"/kpi {kpi.code} at {written}")


def board(request: Request, arguments: Mapping[str, Any]) -> Answer:
    shows_all = request.shows_small_counts
    with request.reading() as session:
        readings = disclosure.read_kpis(session, kpis.all_kpis(session), request.as_at, board=shows_all)
        plan = plans.default_plan(session, request.channel)
        held = rounds.latest_results(session, plan) if plan is not None else []
        return kpi_board.board(readings, request.today, "/kpi board", held)


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    asked = " ".join((arguments.get("which") or "").lower().split())
    which = FILTER_WORDS.get(asked, "")
    if asked and not which:
        raise Refused(
            f"“{asked[:30]}” is not one of {', '.join(FILTERS)}. `/kpi {asked[:30]}` finds a KPI by name."
        )
    board = request.shows_small_counts
    with request.reading() as session:
        readings = disclosure.read_kpis(session, kpis.all_kpis(session), request.as_at, board=board)
    chosen = [one for one in readings if not which or _is_chosen(one, which)]
    return render.listed(chosen, which, request.today, f"/kpi list {which}".strip())


def _is_chosen(reading: Reading, which: str) -> bool:
    match which:
        case "off target":
            return reading.judgement.verdict is Verdict.NOT_MET
        case "within tolerance":
            return reading.judgement.verdict is Verdict.WITHIN_TOLERANCE
        case "met":
            return reading.judgement.verdict is Verdict.MET
        case "stale":
            return bool(render.age_text(reading))
        case "no target":
            return not reading.kpi.targets
        case "no baseline":
            return reading.judgement.reason is Reason.NO_BASELINE or reading.kpi.baseline is None
        case _:
            raise ValueError(f"not one of the filters: {which}")


def history(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Every figure ever recorded; small counts are hidden here as everywhere."""
    board = request.shows_small_counts
    with request.reading() as session:
        kpi = one_kpi(session, arguments["name"])
        rows = disclosure.read_history(session, kpi, request.as_at, board=board)
        at, zone = request.as_at.moment, request.services.zone
        notes = explanations.load_explanations(session, [kpi], at, zone, board=board)[kpi.id or 0]
        entries = [(one.who, one.day, one.note, one.number) for one in notes]
        return render.history(kpi, rows, entries, f"/kpi history {kpi.code}")


def one_kpi(session: Session, name: str, line: str = "") -> Kpi:
    """The one KPI that is meant. Raises `NeedsChoice` with those that may be, and `NothingNamed`.

    `line` is the command that each choice is then given to, with its code in the name's place.
    """
    found = kpis.kpis_by_id(session, matching(session, name).ids)
    if len(found) == 1:
        return found[0]
    choices = [(kpi.code, kpi.name) for kpi in found]
    before, meant, after = line.partition(name)
    command = f"{before}{{}}{after}" if meant else "/kpi {}"
    raise NeedsChoice(render.several_found(name, choices, command))


def matching(session: Session, name: str) -> kpis.KpiMatch:
    """The KPIs that a name means. Raises `NothingNamed` with the nearest where there are none."""
    match = kpis.find_kpis(session, name)
    if not match.ids:
        raise NothingNamed(render.none_found(name, match.suggestions))
    return match


def board_channel(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Mark this channel as a board's or not; without a word, say which it is."""
    which = arguments.get("which")
    if which is None:
        state = "shown" if request.shows_small_counts else "hidden"
        return text_answer(f"Small numbers are {state} in this channel.")
    coordinators_only(request, "mark a channel as a board's")
    if request.channel is None or request.channel.startswith("D"):
        raise Refused("A direct message can't be a board channel. Use the command in the channel.")
    if which == "here" and not request.services.channels.is_internal_now(request.channel):
        raise Refused("People from outside read this channel, so small numbers stay hidden here.")
    with request.writing() as session:
        changed = disclosure.mark_board_channel(
            session, request.author, request.channel, board=which == "here"
        )
    state = "shown" if which == "here" else "hidden"
    return text_answer(f"Small numbers are {'now' if changed else 'already'} {state} in this channel.")
