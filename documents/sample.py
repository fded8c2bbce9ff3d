"""The sample plans, people, schools and term dates that come with the project, in its own words."""

import tomllib
from datetime import date
from importlib.resources import as_file, files

from sqlmodel import Session

from db import plans, reminders
from db.audit_log import Author
from db.models import Plan
from documents import samples
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
    """Load what is not there yet, and return how many actions and holdings that was, by name.

    A plan of a sample's code that is already held is left as it is: its wording may be the
    officer's own by now.
    """
    loaded = {}
    with as_file(files(samples)) as folder:
        for code, about in tomllib.loads((folder / "plans.toml").read_text("utf-8")).items():
            loaded[code] = 0
            if plans.plan_by_code(session, code) is None:
                merge = diff_plan(session, Plan(code=code, **about), read_plan_file(folder / f"{code}.csv"))
                apply_plan(session, merge, author, today)
                loaded[code] = len(merge.added)
        loaded["people"] = apply_people(session, read_people(folder / "people.csv"), author)
        loaded["term dates"] = apply_terms(session, read_terms(folder / "terms.csv").spans, author)
        loaded["schools"] = apply_schools(session, read_schools(folder / "schools.csv"), author)
        loaded["KPIs"] = len(apply_kpis(session, author, read_kpis(folder / "kpis.csv")).added)
        loaded["reminders"] = _remind(session, author, (folder / "reminder.txt").read_text("utf-8"))
    return loaded


def _remind(session: Session, author: Author, message: str) -> int:
    """Have schools reminded as action 1.6 promises, unless somebody has set that up already."""
    plan = plans.plan_by_code(session, "jtai2016")
    action = (
        next((one for one in plans.actions_of(session, plan) if one.ref == "1.6"), None) if plan else None
    )
    if action is None or reminders.reminder_of_action(session, action) is not None:
        return 0
    reminders.set_up(session, author, action, _SCHOOL_DAY, message.strip(), author.at.date())
    return 1
