"""Read inspections' findings, with what later documents say of each, from a CSV, and store them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, delete, select

from db import audit_log, plans
from db.audit_log import Author, Change
from db.findings import linked_ids, set_links
from db.models import Action, Finding, FindingKpi, Kpi, Plan, Statement, StatementKind
from db.rules.records import statement_record
from db.text_checks import fault_of
from documents.draft import DocumentError
from documents.registers import Faults, did_you_mean, read_columns, read_days

_COLUMNS = (
    "ref",
    "title",
    "plan",
    "actions",
    "kpis",
    "kind",
    "document",
    "published",
    "paragraph",
    "text",
)
_NEEDED = ("ref", "kind", "document", "published", "paragraph", "text")
_LONGEST = {"ref": 20, "title": 200, "document": 200, "paragraph": 120, "text": 1_000}


@dataclass(frozen=True)
class StatementRow:
    """What a document says of a finding, as a file gives it. The fields are the columns of `Statement`."""

    kind: StatementKind
    document: str
    day: date
    paragraph: str
    text: str

    @property
    def place(self) -> tuple[str, str]:
        return self.document, self.paragraph


@dataclass
class FindingRow:
    """A finding as a file gives it: `plan` is a code or empty, `row` the row of the file that begins it."""

    ref: str
    title: str
    plan: str
    actions: list[str]
    kpis: list[str]
    row: int
    statements: list[StatementRow] = field(default_factory=list)


def read_findings(path: Path) -> list[FindingRow]:
    """Read the whole file, before anything is written. Raises `DocumentError` naming every faulty row.

    A finding's first row gives its title, plan, actions and KPIs; each row is what a document says of it.
    """
    found: dict[str, FindingRow] = {}
    faults = Faults(path)
    for number, row in read_columns(path, _COLUMNS, _NEEDED, faults):
        _check_texts(number, row, faults)
        finding = found.setdefault(row["ref"].lower(), _begin(number, row))
        if not finding.title:
            faults.add(number, f"{row['ref']} begins here without a title")
        statement = _read_statement(number, row, faults)
        if statement is None:
            continue
        if any(one.place == statement.place for one in finding.statements):
            faults.add(number, f"{finding.ref} has {statement.paragraph} of that document twice")
        finding.statements.append(statement)
    for finding in found.values():
        if not any(one.kind is StatementKind.FOUND for one in finding.statements):
            faults.add(finding.row, f"nothing says how {finding.ref} was found: give it a row of kind found")
    faults.report()
    if not found:
        raise DocumentError(f"{path.name} has no finding in it: give each a row of kind found")
    return list(found.values())


def _check_texts(number: int, row: Mapping[str, str], faults: Faults) -> None:
    for name, longest in _LONGEST.items():
        text = row.get(name, "")
        unfit = fault_of(text, frozenset)
        if unfit:
            faults.add(number, f"{name} {unfit}")
        elif len(text) > longest:
            faults.add(number, f"{name} has {len(text)} characters; at most {longest} are kept")


def _begin(number: int, row: Mapping[str, str]) -> FindingRow:
    """The finding that a file's row begins."""
    actions, figures = _split(row.get("actions", "")), _split(row.get("kpis", "").lower())
    return FindingRow(row["ref"], row.get("title", ""), row.get("plan", "").lower(), actions, figures, number)


def _read_statement(number: int, row: dict[str, str], faults: Faults) -> StatementRow | None:
    """What a row says of its finding, or None where a fault is noted."""
    kind = row["kind"].lower()
    kinds = [kind.value for kind in StatementKind]
    if kind not in kinds:
        faults.add(number, f'kind "{kind}" is not known: write {", ".join(kinds)}{did_you_mean(kind, kinds)}')
    # A month is over before anybody can rely on what was published in it.
    _, day = read_days(number, row, "", "published", faults)
    if day is None or kind not in kinds:
        return None
    return StatementRow(StatementKind(kind), row["document"], day, row["paragraph"], row["text"])


def _split(cell: str) -> list[str]:
    return [one.strip() for one in cell.replace(";", ",").split(",") if one.strip()]


def apply_findings(session: Session, path: Path, rows: Iterable[FindingRow], author: Author) -> int:
    """Write the findings and statements that are new or changed, and return of how many findings.

    What the file leaves out stays, and so do links that were made here, where the file's row names no
    action. Raises `DocumentError` for a plan, an action or a KPI that is not stored; nothing is written then.
    """
    faults = Faults(path)
    known = {one.code: one for one in plans.all_plans(session)}
    refs = {plan.code: {one.ref: one for one in plans.actions_of(session, plan)} for plan in known.values()}
    figures = {one.code: one for one in session.exec(select(Kpi))}
    resolved = []
    for row in rows:
        plan = known.get(row.plan)
        if row.plan and plan is None:
            faults.add(row.row, f'no plan has the code "{row.plan}"{did_you_mean(row.plan, known)}')
        if row.actions and not row.plan:
            faults.add(row.row, f"{row.ref} has actions and no plan: give it the plan's code")
        within = refs[plan.code] if plan else {}
        for ref in row.actions:
            if plan and ref not in within:
                faults.add(row.row, f'{plan.code} has no action "{ref}"{did_you_mean(ref, within)}')
        for code in row.kpis:
            if code not in figures:
                faults.add(row.row, f'no KPI has the code "{code}"{did_you_mean(code, figures)}')
        actions = [within[ref] for ref in row.actions if ref in within]
        resolved.append((row, plan, actions, [figures[code] for code in row.kpis if code in figures]))
    faults.report()
    changed = 0
    for row, plan, actions, kpis in resolved:
        changes = _write(session, row, plan, actions, kpis)
        audit_log.append(session, author, changes)
        changed += bool(changes)
    return changed


def _write(
    session: Session, row: FindingRow, plan: Plan | None, actions: Sequence[Action], kpis: Sequence[Kpi]
) -> list[Change]:
    finding = session.exec(select(Finding).where(Finding.ref == row.ref)).first()
    changes: list[Change] = []
    if finding is None:
        finding = Finding(ref=row.ref, title=row.title)
        session.add(finding)
        session.flush()
        changes.append(Change("finding", finding.id, row.ref, "added", note=row.title))
    elif finding.title != row.title:
        changes.append(Change("finding", finding.id, row.ref, "title", note=row.title))
        finding.title = row.title
    # A row without an action takes back none that a person linked, nor the plan that it is of.
    if actions or not linked_ids(session, finding):
        changes += set_links(session, finding, plan, [one.id or 0 for one in actions])
    changes += _set_kpis(session, finding, kpis)
    held = {one.place: one for one in finding.statements}
    for statement in row.statements:
        changes += _write_statement(session, finding, held.get(statement.place), statement)
    return changes


def _set_kpis(session: Session, finding: Finding, kpis: Sequence[Kpi]) -> list[Change]:
    linked = select(FindingKpi.kpi_id).where(FindingKpi.finding_id == finding.id)
    before, after = sorted(session.exec(linked)), sorted(one.id or 0 for one in kpis)
    if before == after:
        return []
    session.exec(delete(FindingKpi).where(col(FindingKpi.finding_id) == finding.id))
    session.add_all(FindingKpi(finding_id=finding.id or 0, kpi_id=one) for one in after)
    session.flush()
    return [Change("finding", finding.id, finding.ref, "kpis", json.dumps(before), json.dumps(after))]


def _write_statement(
    session: Session, finding: Finding, held: Statement | None, statement: StatementRow
) -> list[Change]:
    before = (statement_record(held), held.text) if held else (None, "")
    if held is None:
        held = Statement(finding_id=finding.id or 0, **asdict(statement))
        session.add(held)
    held.kind, held.day, held.text = statement.kind, statement.day, statement.text
    session.flush()
    after = (statement_record(held), held.text)
    if after == before:
        return []
    return [Change("statement", held.id, finding.ref, "said", before[0], after[0], held.text)]
