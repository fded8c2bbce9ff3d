"""Load the sample plans, people, schools, term dates, KPIs and findings that come with the project."""

import tomllib
from datetime import date
from importlib.resources import as_file, files

from sqlmodel import Session

from db import plans, reminders
from db.audit_log import Author
from db.models import Plan
from db.reminders import ReminderTerms
from documents import samples
from documents.findings import apply_findings, read_findings
from documents.kpi_apply import apply_kpis
from documents.kpi_reader import read_kpis
from documents.people import apply_people, read_people
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from documents.schools import apply_schools, read_schools
from documents.terms import apply_terms, read_terms

_SCHOOL_DAY = 3


def load_sample(session: Session, author: Author, today: date) -> dict[str, int]:
    """Load the samples that are not stored yet, and return by name how many rows were new.

    A stored plan with a sample's code stays unchanged: the officer may have reworded it.
    """
    loaded = {}
    with as_file(files(samples)) as folder:
        for code, plan_fields in tomllib.loads((folder / "plans.toml").read_text("utf-8")).items():
            loaded[code] = 0
            if plans.plan_by_code(session, code) is None:
                draft = read_plan_file(folder / f"{code}.csv")
                # Who made the samples has looked at them.
                draft.doubts.clear()
                diff = diff_plan(session, Plan(code=code, **plan_fields), draft)
                apply_plan(session, diff, author, today)
                loaded[code] = len(diff.added)
        loaded["people"] = apply_people(session, read_people(folder / "people.csv"), author, today)
        loaded["term dates"] = apply_terms(session, read_terms(folder / "terms.csv").spans, author)
        loaded["schools"] = apply_schools(session, read_schools(folder / "schools.csv"), author)
        # Published later than the demo's first day: an answer tells them when their day has come.
        kpi_draft = read_kpis(folder / "kpis.csv")
        loaded["KPIs"] = len(apply_kpis(session, author, kpi_draft, None).added)
        rows = read_findings(folder / "findings.csv")
        loaded["findings"] = apply_findings(session, folder / "findings.csv", rows, author)
        loaded["reminders"] = _set_up_reminder(session, author, (folder / "reminder.txt").read_text("utf-8"))
    return loaded


def _terms(message: str) -> ReminderTerms:
    return ReminderTerms(
        _SCHOOL_DAY,
        message,
        sender="Oxfordshire Safeguarding Children Board",
        document_url="https://board.example.org/threshold-of-needs",
        document_date=date(2016, 11, 30),
        referral_url="https://board.example.org/mash-form",
    )


def _set_up_reminder(session: Session, author: Author, message: str) -> int:
    """Set up the reminder to schools that action 1.6 promises, unless it has one. Returns 1 or 0."""
    plan = plans.plan_by_code(session, "jtai2016")
    actions = plans.actions_of(session, plan) if plan else []
    action = next((action for action in actions if action.ref == "1.6"), None)
    if action is None or reminders.reminder_of_action(session, action) is not None:
        return 0
    reminders.set_up(session, author, action, _terms(message.strip()), author.at.date())
    return 1
