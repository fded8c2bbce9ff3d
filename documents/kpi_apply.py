"""Write the KPIs of a file to the store: definitions, targets, figures, comparators; and raise doubts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, select

from db import audit_log, kpis, references
from db.audit_log import Author, Change
from db.engine import in_batches
from db.kpis import Figure
from db.models import ERASED, Comparator, Kpi, KpiLink, Target, TargetType
from db.references import Missing
from db.rules import figure_checks, periods
from db.rules.dates import day_text
from db.rules.figure_checks import CheckedFigure
from db.rules.records import kpi_record, target_record
from documents.draft import DocumentError
from documents.kpi_draft import ComparatorValue, KpiDefinition, KpiDraft, KpiQuestion, KpiTerms

# How many faults one answer names.
_NAMED = 30


def known_terms(session: Session) -> dict[str, KpiTerms]:
    """What figures and targets of stored KPIs are read by, by the KPI's code."""
    # A file's target has no first day where the file gives none.
    query = select(Target.kpi_id, Target.type).where(col(Target.starts).is_(None))
    types = {kpi_id: TargetType(kind) for kpi_id, kind in session.exec(query)}
    return {
        kpi.code: KpiTerms(kpi.unit, kpi.period_type, kpi.polarity, types.get(kpi.id))
        for kpi in session.exec(select(Kpi))
    }


@dataclass
class KpiChanges:
    """What an import changed: codes of KPIs, and numbers of figures and comparators.

    `doubts` are sentences for a person to settle, `questions` those that an option of the import settles.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    figures: int = 0
    comparators: int = 0
    doubts: list[str] = field(default_factory=list)
    questions: list[KpiQuestion] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        return not (self.added or self.changed or self.figures or self.comparators)


def apply_kpis(session: Session, author: Author, draft: KpiDraft, today: date | None) -> KpiChanges:
    """Store everything in the draft; the same draft again changes nothing.

    The caller has taken the write lock. Raises `DocumentError` for a code that is not defined, for figures
    that cannot be, and for those of a period that has not ended by `today`; None takes these too.
    """
    changes = KpiChanges(doubts=list(draft.doubts), questions=draft.questions)
    by_code = {kpi.code: kpi for kpi in kpis.all_kpis(session)}
    _apply_definitions(session, author, draft.definitions, by_code, changes)
    _check_codes(draft, by_code)
    _refuse_impossible(draft, by_code, today)
    changes.figures = kpis.save_figures(
        session, author, [(by_code[code], figure) for code, figure in draft.figures]
    )
    changes.comparators = _apply_comparators(session, author, draft.comparators, by_code)
    changes.doubts += _figure_doubts(session, draft, by_code)
    if draft.hidden:
        changes.doubts.append(
            f"{draft.hidden} figures are hidden in the file: the stored ones stay unchanged"
        )
    return changes


def _check_codes(draft: KpiDraft, by_code: Mapping[str, Kpi]) -> None:
    codes = [code for code, _ in draft.figures] + [comparator.code for comparator in draft.comparators]
    unknown = next((code for code in codes if code not in by_code), None)
    if unknown is not None:
        raise DocumentError(
            f"no KPI has the code “{unknown}”: define it in the same file, or import its definition first"
        )


def _refuse_impossible(draft: KpiDraft, by_code: Mapping[str, Kpi], today: date | None) -> None:
    """Raise `DocumentError` naming every figure that cannot be."""
    lines = [*_given_twice(draft)]
    for code, figure in draft.figures:
        wrong = figure_checks.find_impossible(by_code[code], figure)
        if wrong is None and today is not None and not periods.has_ended(figure.period_end, today):
            wrong = periods.not_ended_text(figure.period_end, today)
        if wrong is not None:
            lines.append(f"{code}: {wrong}")
    if lines:
        more = [f"and {len(lines) - _NAMED} more"] if len(lines) > _NAMED else []
        raise DocumentError("\n".join([*lines[:_NAMED], *more]))


def _given_twice(draft: KpiDraft) -> Iterator[str]:
    """A sentence for each period for which a file has two different figures of one KPI and group."""
    held: dict[tuple[Any, ...], Figure] = {}
    for code, figure in draft.figures:
        earlier = held.setdefault((code, *figure.place), figure)
        if (earlier.value, earlier.symbol) != (figure.value, figure.symbol):
            group = f", {figure.breakdown}" if figure.breakdown else ""
            when = f"{day_text(figure.period_start)} to {day_text(figure.period_end)}{group}"
            yield f"{code}: two figures are given for {when}: keep one of them"


def _apply_definitions(
    session: Session,
    author: Author,
    definitions: Sequence[KpiDefinition],
    by_code: dict[str, Kpi],
    changes: KpiChanges,
) -> None:
    """Add the KPIs that are new and change the others. Everything is written and recorded in one go."""
    new: dict[str, KpiDefinition] = {}
    for one in definitions:
        if one.code not in by_code:
            new.setdefault(one.code, one)
    by_code |= {code: Kpi(code=code, **one.values, targets=[], links=[]) for code, one in new.items()}
    session.add_all(by_code[code] for code in new)
    # The record names each by its id.
    session.flush()
    recorded = []
    for one in definitions:
        kpi = by_code[one.code]
        if new.get(one.code) is one:
            changes.added.append(kpi.code)
            recorded += [_added(kpi, one), *_set_target(kpi, one)]
            changes.doubts += _link_actions(session, kpi, one.links or ())
        else:
            recorded += _change_definition(session, kpi, one, changes)
    session.flush()
    audit_log.append(session, author, recorded)


def _change_definition(
    session: Session, kpi: Kpi, definition: KpiDefinition, changes: KpiChanges
) -> list[Change]:
    found = [*_set_fields(kpi, definition.values), *_set_target(kpi, definition)]
    held = [link.ref for link in kpi.links]
    links = definition.links if definition.links is not None else tuple(held)
    links_changed = set(held) != set(links)
    if links_changed:
        before, after = "; ".join(held), "; ".join(links)
        found.append(Change("kpi", kpi.id, kpis.kpi_ref(kpi), "linked actions", before, after))
    # A plan may be imported after its KPIs, so refs that found no action are looked up again.
    if links_changed or any(link.action_id is None for link in kpi.links):
        changes.doubts += _link_actions(session, kpi, links)
    if found:
        changes.changed.append(kpi.code)
    return found


def _added(kpi: Kpi, definition: KpiDefinition) -> Change:
    record = {name: audit_log.encode(value) for name, value in kpi_record(kpi).items()}
    record["linked actions"] = "; ".join(definition.links or ())
    # The check for personal data reads a change's note, so the free text goes there.
    free_text = " ".join(filter(None, (kpi.definition, kpi.note)))
    return Change("kpi", kpi.id, kpis.kpi_ref(kpi), "added", None, record, free_text)


def _set_fields(kpi: Kpi, values: Mapping[str, Any]) -> list[Change]:
    changes = []
    for name, value in values.items():
        before = getattr(kpi, name)
        if before not in (value, ERASED) and value not in kpis.HIDDEN_TEXTS:
            note = value if isinstance(value, str) and name in ("definition", "note") else ""
            changes.append(Change("kpi", kpi.id, kpis.kpi_ref(kpi), name, before, value, note))
            setattr(kpi, name, value)
    return changes


def _set_target(kpi: Kpi, definition: KpiDefinition) -> list[Change]:
    """Set the target that the file gives, and return the change, if there is one.

    A target that starts on another day is kept.
    """
    kind, value, upper, starts, ends = definition.target
    if kind is TargetType.NONE:
        return []
    target = Target(type=kind, value=value, upper=upper, starts=starts, ends=ends)
    existing = next((other for other in kpi.targets if other.starts == starts), None)
    before = target_record(existing) if existing else None
    if before == target_record(target):
        return []
    if existing is not None:
        kpi.targets.remove(existing)
    kpi.targets.append(target)
    return [Change("kpi", kpi.id, kpis.kpi_ref(kpi), "target", before, target_record(target))]


def _link_actions(session: Session, kpi: Kpi, refs: Sequence[str]) -> list[str]:
    """Link a KPI to the actions of these refs, and return a doubt for each ref that is not one action.

    Such a ref is stored without an action, so that a later import can find it.
    """
    kpi.links.clear()
    doubts = []
    for ref in refs:
        found = references.resolve(session, ref, None)
        action_ids = [] if isinstance(found, Missing) else found.action_ids
        action_id = action_ids[0] if len(action_ids) == 1 else None
        if action_id is None:
            doubts.append(f"{kpi.code}: {ref} does not name one action of a stored plan")
        kpi.links.append(KpiLink(ref=ref[:80], action_id=action_id))
    return doubts


def _apply_comparators(
    session: Session, author: Author, values: Sequence[ComparatorValue], by_code: Mapping[str, Kpi]
) -> int:
    """Store the comparators that are new or changed, and return how many."""
    existing = {(row.kpi_id, row.name, row.year): row for row in session.exec(select(Comparator))}
    changes = []
    for value in values:
        kpi = by_code[value.code]
        row = existing.get((kpi.id, value.name, value.year))
        if row is not None and (row.value, row.source) == (value.value, value.source):
            continue
        label = f"{value.name} {value.year}"[:40]
        before = f"{row.value:g}" if row else None
        changes.append(Change("kpi", kpi.id, kpis.kpi_ref(kpi), label, before, f"{value.value:g}"))
        if row is None:
            row = Comparator(kpi_id=kpi.id, name=value.name, year=value.year, value=value.value)
            existing[kpi.id, value.name, value.year] = row
            session.add(row)
        row.value, row.source = value.value, value.source
    session.flush()
    audit_log.append(session, author, changes)
    return len(changes)


def _figure_doubts(session: Session, draft: KpiDraft, by_code: Mapping[str, Kpi]) -> list[str]:
    """The doubts that the figure checks raise about every KPI that the draft has figures for."""
    touched = [by_code[code] for code in dict.fromkeys(code for code, _ in draft.figures)]
    doubts: list[str] = []
    latest: dict[str, CheckedFigure] = {}
    for batch in in_batches(touched):
        stored = kpis.figure_rows(session, [kpi.id or 0 for kpi in batch])
        by_kpi = {kpi_id: list(rows) for kpi_id, rows in groupby(stored, key=lambda row: row.kpi_id)}
        for kpi in batch:
            rows = by_kpi.get(kpi.id or 0, [])
            doubts += figure_checks.find_doubts(kpi, rows)
            latest.update((kpi.code, row) for row in rows if not row.breakdown)
    return doubts + figure_checks.find_likely_duplicates(touched, latest)
