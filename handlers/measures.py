"""What is known of an action's measures: rounds, coverage, reminders and the KPIs that are linked to it."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from db import coverage, disclosure, kpis, reminder_ledgers, rounds
from db.actions import end_of_day
from db.models import Action, Outcome
from db.rules.judging import Verdict
from db.rules.measure_verdicts import MeasureVerdict, combine_verdicts, judge_measures
from handlers.core.requests import Request
from messages.coverage import coverage_line
from messages.kpis import brief
from messages.measures import combined_text, ledger_text
from messages.rounds import series_line


def missed_kpis(session: Session, request: Request, rows: Sequence[Action]) -> dict[int, list[str]]:
    """By action, what its linked KPIs say against an outcome that is recorded as achieved.

    As anybody may see it: that a hidden number misses its target would tell it.
    """
    achieved = [action.id or 0 for action in rows if action.outcome is Outcome.ACHIEVED]
    if not achieved or request.is_partner:
        return {}
    linked = kpis.kpis_of_actions(session, achieved)
    by_id = {kpi.id: kpi for of_action in linked.values() for kpi in of_action}
    readings = disclosure.read_kpis(session, list(by_id.values()), request.as_at, board=False)
    missed = {one.kpi.id: brief(one) for one in readings if one.judgement.verdict is Verdict.NOT_MET}
    found = {
        action: [missed[kpi.id] for kpi in of_action if kpi.id in missed]
        for action, of_action in linked.items()
    }
    return {action: lines for action, lines in found.items() if lines}


def measure_lines(
    session: Session, request: Request, action: Action, at: date | None, *, board: bool
) -> tuple[str, ...] | None:
    """What is known of an action's measures: its rounds, its reminder's ledger, the KPIs linked to it.

    For a past day only the rounds are known. Where there are none, this is None if something is known today,
    so that the answer does not say "no values".
    """
    ledger = reminder_ledgers.last_ledger(session, action, request.today)
    linked = kpis.kpis_of_action(session, action)
    zone = request.services.zone
    series = rounds.load_series(session, action, at or request.today, zone)
    held = tuple(line for one in series if (line := series_line(action, one)))
    until = None if at is None else end_of_day(at, zone)
    found = coverage.load_coverage(session, action, at or request.today, zone, until)
    by_name = found is not None and not found.term and bool(found.covered)
    held += (coverage_line(action, found),) if found is not None and by_name else ()
    if at is not None:
        return held or (None if ledger or linked else ())
    if request.is_partner:
        # A KPI says more than how their own action stands.
        linked = []
    readings = disclosure.read_kpis(session, linked, request.as_at, board=board)
    lines = [f"KPI: {brief(one)}. `/kpi {one.kpi.code}`" for one in readings if one.has_number]
    lines = [*held, *lines]
    if lines and action.measures:
        signed_off = action.signed_off_by is not None
        by_rounds = {
            one.counted.of: MeasureVerdict(verdict.verdict, verdict.reason)
            for one in series
            if one.counted is not None and (verdict := one.latest_verdict) is not None
        }
        if found is not None and found.counted is not None and found.verdict is not None:
            by_rounds[found.counted.of] = MeasureVerdict(found.verdict.verdict, found.verdict.reason)
        verdicts = judge_measures(action.measures, readings, signed_off=signed_off, by_rounds=by_rounds)
        lines.append(combined_text(combine_verdicts(verdicts)))
    return (*((ledger_text(ledger, request.today),) if ledger else ()), *lines)
