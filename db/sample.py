"""The sample plans and people that come with the project, in its own words."""

import tomllib
from datetime import date
from importlib.resources import as_file, files

from sqlmodel import Session

from db import plans, samples
from db.imports.apply import apply_merge
from db.imports.files import read_plan_file
from db.imports.merge import compare
from db.imports.people import apply_people, read_people
from db.models import Plan
from db.record import Said


def load_sample(session: Session, said: Said, today: date) -> dict[str, int]:
    """Load what is not there yet, and return how many actions and holdings that was, by name.

    A plan of a sample's code that is already held is left as it is: its wording may be the
    officer's own by now.
    """
    loaded = {}
    with as_file(files(samples)) as folder:
        for code, about in tomllib.loads((folder / "plans.toml").read_text("utf-8")).items():
            loaded[code] = 0
            if plans.by_code(session, code) is None:
                merge = compare(session, Plan(code=code, **about), read_plan_file(folder / f"{code}.csv"))
                apply_merge(session, merge, said, today)
                loaded[code] = len(merge.added)
        loaded["people"] = apply_people(session, read_people(folder / "people.csv"), said)
    return loaded
