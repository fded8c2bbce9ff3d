"""Alerts about closed periods: a KPI's figure is overdue, or it missed its target twice running."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, func

from db import deliveries, disclosure, kpis
from db.bulk_insert import insert_rows
from db.deliveries import DeliveryKind
from db.kpis import kpi_load_options
from db.models import Delivery, FigureRequest, Kpi, KpiKind, Nudge, Observation, TargetType
from db.nudges import NudgeSettings
from db.overdue import RoleOnDay, roles_on
from db.rules.disclosure import NOTHING, Hidden, disclosed
from db.rules.judging import Verdict, judge, next_due, next_end
from db.rules.known_figures import AsAt, known_figures
from db.rules.role_names import role_key

KIND = DeliveryKind.KPI
MISSING, BREACH = "missing", "breach"


@dataclass(frozen=True)
class PeriodAlert:
    """An alert about a KPI's period that ends on `ends`. `why` is `MISSING` or `BREACH`."""

    kpi_id: int
    ends: date
    why: str


@dataclass
class PersonalAlert:
    """One person's alerts of a day, in one message.

    A `silent` one is counted but not sent: the person turned nudges off.
    """

    person: str
    alerts: list[PeriodAlert] = field(default_factory=list)
    silent: bool = False


def plan_alerts(session: Session, at: AsAt, settings: NudgeSettings) -> list[PersonalAlert]:
    """The alerts to send today, by person. A person gets each alert once."""
    all_kpis, today = kpis.all_kpis(session), at.day
    latest_ends = _latest_ends(session, today)
    roles = {role_key(role.role): role for role in roles_on(session, today).values()}
    alerts: list[tuple[PeriodAlert, Sequence[str]]] = []
    for kpi in all_kpis:
        alert = missing_figure(kpi, latest_ends.get(kpi.id or 0), today)
        if alert is not None:
            alerts.append((alert, people_to_ask(roles.get(role_key(kpi.owner_role)), settings)))
    alerts += [(alert, settings.coordinators) for alert in _breaches(session, all_kpis, at)]
    planned = personal_alerts(alerts, _sent_alerts(session), settings)
    # One message a day: a person who is nudged today gets their alerts on another day.
    nudged = set(session.scalars(select(col(Nudge.person)).where(col(Nudge.day) == today)))
    return [personal for personal in planned if personal.person not in nudged]


def _sent_alerts(session: Session) -> set[tuple[PeriodAlert, str]]:
    """The alerts that people got, as (alert, person), without those that were not delivered."""
    query = select(FigureRequest).outerjoin(Delivery).where(col(Delivery.failed_at).is_(None))
    return {
        (PeriodAlert(request.kpi_id, request.period_end, request.why), request.person)
        for request in session.scalars(query)
    }


def personal_alerts(
    alerts: Iterable[tuple[PeriodAlert, Sequence[str]]],
    sent: Collection[tuple[PeriodAlert, str]],
    settings: NudgeSettings,
) -> list[PersonalAlert]:
    """Alerts with their recipients, grouped by person, without those that the person got before."""
    people: dict[str, PersonalAlert] = {}
    for alert, recipients in alerts:
        for person in recipients:
            if (alert, person) not in sent:
                silent = settings.every.get(person) == "off"
                people.setdefault(person, PersonalAlert(person, silent=silent)).alerts.append(alert)
    return list(people.values())


def _latest_ends(session: Session, today: date) -> Mapping[int, date]:
    """The end of the newest period that each KPI has a known figure for, by KPI."""
    query = select(col(Observation.kpi_id), func.max(col(Observation.period_end)))
    published = col(Observation.published_on)
    current = query.where(
        col(Observation.replaced_at).is_(None),
        col(Observation.period_end) <= today,
        published.is_(None) | (published <= today),
    ).group_by(col(Observation.kpi_id))
    rows: Any = session.connection().execute(current)
    return dict(rows.all())


def missing_figure(kpi: Kpi, latest_end: date | None, today: date) -> PeriodAlert | None:
    """The alert that the figure after the latest one is overdue, once its period and lag have passed.

    `latest_end` is the end of the newest period with a figure. None without one, or where the KPI has no
    regular frequency.
    """
    if latest_end is None:
        return None
    due, ends = next_due(kpi, latest_end), next_end(kpi, latest_end)
    return PeriodAlert(kpi.id or 0, ends, MISSING) if due is not None and ends and due < today else None


def people_to_ask(owner: RoleOnDay | None, settings: NudgeSettings) -> Sequence[str]:
    """The role's holder, else its deputy, else the coordinators. Empty while a school is on holiday."""
    if owner is not None and owner.on_holiday:
        return ()
    for person in (owner.holder, owner.deputy) if owner is not None else ():
        if person and person not in settings.unreachable:
            return (person,)
    return settings.coordinators


def _breaches(session: Session, all_kpis: Sequence[Kpi], at: AsAt) -> list[PeriodAlert]:
    """An alert for each KPI that missed its target at the end of each of the last two periods.

    Judged on what a direct message may show: that a hidden small number misses its target would reveal it.
    """
    judged = {
        kpi.id or 0: kpi
        for kpi in all_kpis
        if kpi.kind is KpiKind.PERFORMANCE and any(one.type is not TargetType.NONE for one in kpi.targets)
    }
    rows_by_kpi = kpis.figures(session, list(judged))
    hidden = disclosure.find_hidden(session, list(judged.values()), rows_by_kpi)
    alerts = (
        breach(judged[kpi_id], known_figures(rows, at), hidden[kpi_id])
        for kpi_id, rows in rows_by_kpi.items()
    )
    return [alert for alert in alerts if alert is not None]


def breach(kpi: Kpi, rows: Sequence[Observation], hidden: Hidden = NOTHING) -> PeriodAlert | None:
    """The alert that a KPI missed its target at the end of both of its last two periods, or None.

    `rows` are its current figures, the oldest period first. Breakdowns do not count.
    """
    totals = [row for row in disclosed(kpi, rows, board=False, hidden=hidden) if not row.breakdown]
    earlier = [row for row in totals if row.period_end < totals[-1].period_end]
    if earlier and judge(kpi, totals).verdict is judge(kpi, earlier).verdict is Verdict.NOT_MET:
        return PeriodAlert(kpi.id or 0, totals[-1].period_end, BREACH)
    return None


def enqueue(session: Session, planned: Sequence[PersonalAlert], now: datetime, today: date) -> None:
    """Add one message for each person, and a `FigureRequest` row for each alert in it.

    For a transaction that holds the write lock.
    """
    recipients = [personal.person for personal in planned if not personal.silent]
    delivery_ids = deliveries.enqueue_each(session, KIND, today.isoformat(), recipients, now)
    rows = [
        {
            "kpi_id": alert.kpi_id,
            "period_end": alert.ends,
            "why": alert.why,
            "person": personal.person,
            "delivery_id": delivery_ids.get(personal.person),
        }
        for personal in planned
        for alert in personal.alerts
    ]
    if rows:
        failed = select(col(Delivery.id)).where(col(Delivery.failed_at).is_not(None))
        session.connection().execute(delete(FigureRequest).where(col(FigureRequest.delivery_id).in_(failed)))
        insert_rows(session.connection(), FigureRequest, rows)


def alerts_of_delivery(session: Session, delivery: str, today: date) -> list[FigureRequest]:
    """The alerts in one message, without the missing figures that were recorded meanwhile."""
    query = (
        select(FigureRequest)
        .where(col(FigureRequest.delivery_id) == delivery)
        .order_by(col(FigureRequest.id))
    )
    with_kpi = joinedload(FigureRequest.kpi).options(*kpi_load_options())  # type: ignore[arg-type]
    latest_ends = _latest_ends(session, today)
    return [
        request
        for request in session.scalars(query.options(with_kpi)).unique()
        if request.why != MISSING or latest_ends.get(request.kpi_id, date.min) < request.period_end
    ]
