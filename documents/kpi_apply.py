"""What a file says of KPIs, put into the store: definitions, targets, figures, comparators, doubts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlmodel import Session, select

from db import audit_log, kpis, references
from db.audit_log import Author, Change
from db.engine import in_batches
from db.models import Comparator, Kpi, KpiLink, Target, TargetType
from db.references import Missing
from db.rules import figure_checks
from db.rules.figure_checks import DatedFigure
from documents.draft import DocumentError
from documents.kpi_reader import ComparatorValue, KpiDefinition, KpiDraft


@dataclass
class KpiChanges:
    """What an import did; `doubts` are sentences for a person to settle."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    figures: int = 0
    comparators: int = 0
    doubts: list[str] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        return not (self.added or self.changed or self.figures or self.comparators)


def apply_kpis(session: Session, author: Author, draft: KpiDraft) -> KpiChanges:
    """Hold all that a draft says; the same draft again changes nothing.

    For a writer whose turn it is. Raises `DocumentError` for a code that is defined nowhere.
    """
    done = KpiChanges()
    known = {one.code: one for one in kpis.all_kpis(session)}
    for defined in draft.definitions:
        _define(session, author, defined, known, done)
    session.flush()
    _check_codes(draft, known)
    done.figures = kpis.save_figures(
        session, author, [(known[code], figure) for code, figure in draft.figures]
    )
    done.comparators = _compare(session, author, draft.comparators, known)
    done.doubts += _doubts(session, draft, known)
    if draft.kept_back:
        done.doubts.append(
            f"{draft.kept_back} figures were kept back when the file was written: held as they were"
        )
    return done


def _check_codes(draft: KpiDraft, known: Mapping[str, Kpi]) -> None:
    told = [code for code, _ in draft.figures] + [one.code for one in draft.comparators]
    unknown = next((code for code in told if code not in known), None)
    if unknown is not None:
        raise DocumentError(
            f"no KPI has the code “{unknown}”: give its definition in the same file, or before it"
        )


def _define(
    session: Session, author: Author, defined: KpiDefinition, known: dict[str, Kpi], done: KpiChanges
) -> None:
    kpi = known.get(defined.code)
    if kpi is None:
        kpi = Kpi(code=defined.code, **defined.values)
        session.add(kpi)
        session.flush()
        known[defined.code] = kpi
        audit_log.append(
            session,
            author,
            [Change("kpi", kpi.id, kpis.kpi_ref(kpi), "added", None, kpi.name, _free_text(kpi))],
        )
        done.added.append(kpi.code)
        _set_target(session, author, kpi, defined)
        done.doubts += _link(session, kpi, defined.links)
        return
    changes = _changed(kpi, defined.values)
    audit_log.append(session, author, changes)
    aimed = _set_target(session, author, kpi, defined)
    linked = {one.ref for one in kpi.links} != set(defined.links)
    if linked:
        before = "; ".join(one.ref for one in kpi.links)
        change = Change("kpi", kpi.id, kpis.kpi_ref(kpi), "linked actions", before, "; ".join(defined.links))
        audit_log.append(session, author, [change])
    # A plan that came after its figures: what was found nowhere is looked for again.
    if linked or any(one.action_id is None for one in kpi.links):
        done.doubts += _link(session, kpi, defined.links)
    if changes or aimed or linked:
        done.changed.append(kpi.code)


def _free_text(kpi: Kpi) -> str:
    """Somebody's words of a definition, which the guard looks at."""
    return " ".join(filter(None, (kpi.definition, kpi.note)))


def _changed(kpi: Kpi, values: Mapping[str, Any]) -> list[Change]:
    changes = []
    for name, value in values.items():
        before = getattr(kpi, name)
        if before != value:
            note = value if isinstance(value, str) and name in ("definition", "note") else ""
            changes.append(Change("kpi", kpi.id, kpis.kpi_ref(kpi), name, before, value, note))
            setattr(kpi, name, value)
    return changes


def _set_target(session: Session, author: Author, kpi: Kpi, defined: KpiDefinition) -> bool:
    """Set the target that a file gives. One that held before, from another day, is kept beside it."""
    kind, value, upper, starts, ends = defined.target
    if kind is TargetType.NONE:
        return False
    wanted = Target(type=kind, value=value, upper=upper, starts=starts, ends=ends)
    same_day = next((one for one in kpi.targets if one.starts == starts), None)
    before = _target_text(same_day) if same_day else None
    if before == _target_text(wanted):
        return False
    if same_day is not None:
        kpi.targets.remove(same_day)
    kpi.targets.append(wanted)
    session.flush()
    audit_log.append(
        session, author, [Change("kpi", kpi.id, kpis.kpi_ref(kpi), "target", before, _target_text(wanted))]
    )
    return True


def _target_text(target: Target) -> str:
    figure = f"{target.value:g}" if target.value is not None else ""
    figure += f"-{target.upper:g}" if target.upper is not None else ""
    days = [f"from {target.starts}" if target.starts else "", f"to {target.ends}" if target.ends else ""]
    return " ".join(filter(None, (str(target.type), figure, *days)))


def _link(session: Session, kpi: Kpi, links: Sequence[str]) -> list[str]:
    """Link the actions that a definition names; what is not in any plan is kept as written, and told."""
    kpi.links.clear()
    doubts = []
    for ref in links:
        found = references.resolve(session, ref, None)
        whole = None if isinstance(found, Missing) else found
        action = whole.action_ids[0] if whole is not None and len(whole.action_ids) == 1 else None
        if action is None:
            doubts.append(f"{kpi.code}: {ref} is no one action of a plan that is held")
        kpi.links.append(KpiLink(ref=ref[:80], action_id=action))
    session.flush()
    return doubts


def _compare(
    session: Session, author: Author, given: Sequence[ComparatorValue], known: Mapping[str, Kpi]
) -> int:
    held = {(one.kpi_id, one.name, one.year): one for one in session.exec(select(Comparator))}
    changes = []
    for one in given:
        kpi = known[one.code]
        before = held.get((kpi.id, one.name, one.year))
        if before is not None and (before.value, before.source) == (one.value, one.source):
            continue
        text = f"{one.name} {one.year}"[:40]
        was = f"{before.value:g}" if before else None
        changes.append(Change("kpi", kpi.id, kpis.kpi_ref(kpi), text, was, f"{one.value:g}"))
        if before is None:
            before = Comparator(kpi_id=kpi.id, name=one.name, year=one.year, value=one.value)
            held[kpi.id, one.name, one.year] = before
            session.add(before)
        before.value, before.source = one.value, one.source
    session.flush()
    audit_log.append(session, author, changes)
    return len(changes)


def _doubts(session: Session, draft: KpiDraft, known: Mapping[str, Kpi]) -> list[str]:
    """What arithmetic asks of every KPI that the draft has figures of."""
    touched = [known[code] for code in dict.fromkeys(code for code, _ in draft.figures)]
    doubts: list[str] = []
    latest: dict[str, DatedFigure] = {}
    for some in in_batches(touched):
        held = kpis.figure_rows(session, [kpi.id or 0 for kpi in some])
        by_kpi = {number: list(rows) for number, rows in groupby(held, key=lambda row: row.kpi_id)}
        for kpi in some:
            rows = [(row.period_end, row) for row in by_kpi.get(kpi.id or 0, [])]
            doubts += figure_checks.find_doubts(kpi, rows)
            latest.update((kpi.code, placed) for placed in rows if not placed[1].breakdown)
    return doubts + figure_checks.find_restated(touched, latest)
