"""The nightly check of the record: its chain, and that what is stored is what it says."""

from datetime import datetime
from itertools import islice

from sqlmodel import Session

from db import audit_chain, replay
from db.models import AuditCheck

KIND = "audit check"
# A fault names so many values; `audit verify` names all.
_NAMED = 3


def find_fault(session: Session) -> tuple[int, str | None]:
    """How many entries are intact, and what is wrong in one line without the values; None if nothing is."""
    report = audit_chain.verify(session)
    if report.fault is not None:
        return report.intact, f"the record is broken: {report.fault}"
    differences = list(islice(replay.find_differences(session), _NAMED + 1))
    if not differences:
        return report.intact, None
    # Without the values: this line stands in places that more people see.
    named = "; ".join(f"{one.ref} {one.field.replace('_', ' ')}" for one in differences[:_NAMED])
    more = " and more" if len(differences) > _NAMED else ""
    return report.intact, f"differs from the record: {named}{more}"[:300]


def save_result(session: Session, at: datetime, entries: int, fault: str | None) -> None:
    check = session.get(AuditCheck, 1)
    if check is None:
        session.add(AuditCheck(id=1, at=at, entries=entries, fault=fault))
    else:
        check.at, check.entries, check.fault = at, entries, fault


def last_result(session: Session) -> AuditCheck | None:
    return session.get(AuditCheck, 1)
