"""The result of a round as the figure of a KPI that is linked to its action."""

from dataclasses import replace

from sqlmodel import Session

from db import kpis
from db.audit_log import Author
from db.kpis import Figure
from db.models import Action, Kpi, KpiKind, Round, TargetType, Unit
from db.rules import figure_checks, periods
from db.rules.rounds import Counted, counted_measures, measures_meant

_TYPES = {">=": TargetType.AT_LEAST, "<=": TargetType.AT_MOST}


def take_result(session: Session, author: Author, action: Action, counted: Counted | None, row: Round) -> str:
    """Record a round's result as a figure of the linked KPI with the same target. Returns what was done.

    Nothing is recorded, and the sentence says why, where the figure does not fit the KPI's others. Empty
    where no KPI, or more than one, has that target.
    """
    linked = [one for one in kpis.kpis_of_action(session, action) if counted and _is_of(one, counted, action)]
    if len(linked) != 1 or row.share is None:
        return ""
    kpi = linked[0]
    figure = Figure(
        row.period_start,
        row.period_end,
        float(row.share),
        numerator=row.numerator,
        denominator=row.denominator,
        source=f"result of a round of {action.qualified_ref}",
    )
    held = kpis.figures_of_kpi(session, kpi)
    others = [one.place[1:] for one in held if not one.breakdown]
    wrong = figure_checks.find_impossible(kpi, figure)
    wrong = wrong or next(iter(periods.find_period_doubts(kpi, figure.place[1:], others)), None)
    if wrong is not None:
        how = f"`/kpi record {kpi.code} {float(row.share):.4g}% PERIOD`"
        return f"Its KPI does not have this figure yet: {wrong}. {how} records it."
    kpis.save_figures(session, author, [(kpi, figure)])
    return f"It is now the latest figure of “{kpi.name}” too: `/kpi {kpi.code}`."


def _is_of(kpi: Kpi, counted: Counted, action: Action) -> bool:
    """Whether a KPI is that of a measure: by its target, and by its words where another measure has that."""
    if not _has_target(kpi, counted):
        return False
    alike = [one for one in counted_measures(action.measures) if one.pass_mark == counted.pass_mark]
    about = replace(counted, of=f"{kpi.denominator} {kpi.name}", text=kpi.definition)
    return len(alike) == 1 or bool(measures_meant([about], counted.of))


def _has_target(kpi: Kpi, counted: Counted) -> bool:
    """Whether a KPI is a percentage with the pass mark of the measure as its target, or rises as it does."""
    if kpi.unit is not Unit.PERCENT or kpi.kind is not KpiKind.PERFORMANCE:
        return False
    if counted.is_trend:
        return any(one.type is TargetType.RISE_EACH_PERIOD for one in kpi.targets)
    wanted = {_TYPES.get(counted.operator or "", TargetType.EQUAL), TargetType.AT_LEAST}
    return any(one.value == counted.pass_mark and one.type in wanted for one in kpi.targets)
