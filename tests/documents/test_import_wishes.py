"""What people write with a file that they send in chat."""

from pathlib import Path

import pytest

from documents.file_kinds import FileKind
from documents.import_wishes import read_wish
from tests.files import excel_rows

_CODES = {"neglect", "jtai2016"}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return excel_rows(
        tmp_path / "a.xlsx", [["Action", "Lead", "By when"], ["Train starters", "Head", "May 2017"]]
    )


@pytest.mark.parametrize(
    ("text", "code", "title", "is_new"),
    [
        ("", "", "", False),
        ("new plan", "", "", True),
        ("This is the new plan for neglect", "", "", True),
        ("new plan send: Inclusion in schools", "send", "Inclusion in schools", True),
        ("New action plan neglect2: Neglect", "neglect2", "Neglect", True),
        ("new plan: Inclusion in schools", "", "Inclusion in schools", True),
        ("update of neglect", "neglect", "", False),
        ("An update of the plan other.", "other", "", False),
        ("The updated version for JTAI2016, thanks", "jtai2016", "", False),
        ("Please update the plan with this", "", "", False),
        ("An update on the schools and their term dates", "", "", False),
    ],
)
def test_what_is_said_of_a_plan(plan: Path, text: str, code: str, title: str, *, is_new: bool) -> None:
    wish = read_wish(text, plan, _CODES)

    assert (wish.kind, wish.plan, wish.title, wish.is_new) == (FileKind.PLAN, code, title, is_new)


def test_headings_tell_the_kind_before_the_words(tmp_path: Path) -> None:
    roles = tmp_path / "roles.csv"
    roles.write_text("role,agency,slack_user\nHead,Council,U0002DEPUTY\n")

    assert read_wish("the figures and the terms of our people", roles, _CODES).kind is FileKind.PEOPLE


def test_words_tell_the_kind_where_headings_do_not(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Thing,Value\nVisits,8\n")

    assert read_wish("the July scorecard", path, _CODES).kind is FileKind.KPIS
    assert read_wish("term dates for Hill", path, _CODES).option("calendar") == ["Hill"]


def test_pairs_are_the_columns_that_a_person_names(plan: Path) -> None:
    wish = read_wish("new plan send, Thing=action; Who=lead", plan, _CODES)

    assert wish.option("map") == ["Thing=action", "Who=lead"]
