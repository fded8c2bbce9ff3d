"""Periods that have closed: whose figure is due and not there, and what missed its target twice running."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, func

from db import deliveries, kpis
from db.kpis import kpi_load_options
from db.models import Delivery, FigureRequest, Kpi, KpiKind, Nudge, Observation, TargetType
from db.nudges import NudgeSettings
from db.overdue import RoleOnDay, roles_on
from db.rules.disclosure import disclosed
from db.rules.judging import Verdict, judge, next_due, next_end
from db.rules.role_names import role_key

KIND = "kpi"
MISSING, BREACH = "missing", "breach"


@dataclass(frozen=True)
class PeriodAlert:
    """A KPI and the end of a period: one whose figure is wanted, or one in which it missed again."""

    kpi: int
    ends: date
    why: str


@dataclass
class PersonalAlert:
    """What one person hears on a day, in one message. Who wants to hear nothing is still counted as asked."""

    person: str
    closed: list[PeriodAlert] = field(default_factory=list)
    silent: bool = False


def plan_alerts(session: Session, today: date, wishes: NudgeSettings) -> list[PersonalAlert]:
    """Who is to hear of which closed period today, each of each once."""
    held = kpis.all_kpis(session)
    latest = _latest(session)
    # A message that never got there asked nobody.
    arrived = select(FigureRequest).outerjoin(Delivery).where(col(Delivery.failed_at).is_(None))
    asked = {(one.kpi_id, one.period_end, one.person, one.why) for one in session.scalars(arrived)}
    posts = {role_key(post.role): post for post in roles_on(session, today).values()}
    people: dict[str, PersonalAlert] = {}
    missing = [one for one in (_missing_figure(kpi, latest, today) for kpi in held) if one is not None]
    by_id = {kpi.id: kpi for kpi in held}
    for one in missing:
        whom = _owners(posts.get(role_key(by_id[one.kpi].owner_role)), wishes)
        _add(people, whom, one, asked, wishes)
    for one in _breaches(session, held):
        _add(people, wishes.coordinators, one, asked, wishes)
    # One message a day: who is nudged today is asked for figures on another day.
    nudged = set(session.scalars(select(col(Nudge.person)).where(col(Nudge.day) == today)))
    return [one for one in people.values() if one.person not in nudged]


def _add(
    people: dict[str, PersonalAlert],
    whom: Sequence[str],
    one: PeriodAlert,
    asked: set[tuple[int, date, str, str]],
    wishes: NudgeSettings,
) -> None:
    for person in whom:
        if (one.kpi, one.ends, person, one.why) not in asked:
            silent = wishes.every.get(person) == "off"
            people.setdefault(person, PersonalAlert(person, silent=silent)).closed.append(one)


def _latest(session: Session) -> Mapping[int, date]:
    """The end of the newest period that each KPI has a figure of."""
    query = select(col(Observation.kpi_id), func.max(col(Observation.period_end)))
    standing = query.where(col(Observation.replaced_at).is_(None)).group_by(col(Observation.kpi_id))
    rows: Any = session.connection().execute(standing)
    return dict(rows.all())


def _missing_figure(kpi: Kpi, latest: Mapping[int, date], today: date) -> PeriodAlert | None:
    """The period after the newest, once it is over and its lag has passed; none without a rhythm."""
    ends = latest.get(kpi.id or 0)
    if ends is None:
        return None
    due, wanted = next_due(kpi, ends), next_end(kpi, ends)
    return PeriodAlert(kpi.id or 0, wanted, MISSING) if due is not None and wanted and due < today else None


def _owners(post: RoleOnDay | None, wishes: NudgeSettings) -> Sequence[str]:
    """The holder, else the deputy, else the coordinators; nobody while a school's owner is on holiday."""
    if post is not None and post.on_holiday:
        return ()
    for person in (post.holder, post.deputy) if post is not None else ():
        if person and person not in wishes.unreachable:
            return (person,)
    return wishes.coordinators


def _breaches(session: Session, held: Sequence[Kpi]) -> list[PeriodAlert]:
    """The KPIs that missed their target at the end of each of the last two periods.

    Judged as whoever is told may see them, in a direct message: that a small count misses is telling.
    """
    judged = {
        kpi.id or 0: kpi
        for kpi in held
        if kpi.kind is KpiKind.PERFORMANCE and [one for one in kpi.targets if one.type is not TargetType.NONE]
    }
    found = []
    for number, rows in kpis.figures(session, list(judged)).items():
        kpi = judged[number]
        whole = [row for row in disclosed(kpi, rows, board=False) if not row.breakdown]
        until = [row for row in whole if row.period_end < whole[-1].period_end] if whole else []
        if until and judge(kpi, whole).verdict is judge(kpi, until).verdict is Verdict.NOT_MET:
            found.append(PeriodAlert(number, whole[-1].period_end, BREACH))
    return found


def enqueue(session: Session, found: Sequence[PersonalAlert], now: datetime, today: date) -> None:
    """Owe each person their one message, and note what it is about. For a writer whose turn it is."""
    heard = [one.person for one in found if not one.silent]
    owed = deliveries.enqueue_each(session, KIND, today.isoformat(), heard, now)
    asked = [
        {
            "kpi_id": closed.kpi,
            "period_end": closed.ends,
            "why": closed.why,
            "person": one.person,
            "delivery_id": owed.get(one.person),
        }
        for one in found
        for closed in one.closed
    ]
    if asked:
        failed = select(col(Delivery.id)).where(col(Delivery.failed_at).is_not(None))
        session.connection().execute(delete(FigureRequest).where(col(FigureRequest.delivery_id).in_(failed)))
        session.connection().execute(insert(FigureRequest), asked)


def alerts_of_delivery(session: Session, delivery: str) -> list[FigureRequest]:
    """What one message is about; what was missing and is there by now is left out."""
    query = (
        select(FigureRequest)
        .where(col(FigureRequest.delivery_id) == delivery)
        .order_by(col(FigureRequest.id))
    )
    everything = joinedload(FigureRequest.kpi).options(*kpi_load_options())  # type: ignore[arg-type]
    latest = _latest(session)
    return [
        one
        for one in session.scalars(query.options(everything)).unique()
        if one.why != MISSING or latest.get(one.kpi_id, date.min) < one.period_end
    ]
