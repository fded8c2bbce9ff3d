"""Lead cells: the roles that they name, in every way people write them."""

import pytest

from db.models import Role
from db.rules.role_names import read_leads, role_key, similar_roles, split_leads


@pytest.mark.parametrize(
    ("cell", "roles"),
    [
        (
            "Principal Social Worker/ Best Practice Educators.",
            ["Principal Social Worker", "Best Practice Educators"],
        ),
        ("Head of Service & Team Manager", ["Head of Service", "Team Manager"]),
        ("Named Nurse, Designated Doctor", ["Named Nurse", "Designated Doctor"]),
        ("Head of Service\nPartnership Manager", ["Head of Service", "Partnership Manager"]),
        ("Police, Health & CSC", ["Police", "Health", "CSC"]),
        ("Team Manager; Team Manager", ["Team Manager"]),
        ("Deputy  Director\xa0CSC ", ["Deputy Director CSC"]),
        ("Principal\nSocial\nWorker", ["Principal Social Worker"]),
        (
            "Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB.",
            ["Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB"],
        ),
        ("Chair of Quality & Assurance Sub-Group", ["Chair of Quality & Assurance Sub-Group"]),
        ("Director of Children's Services, Police", ["Director of Children's Services", "Police"]),
        ("Service Manager (MASH/Early Help)", ["Service Manager (MASH/Early Help)"]),
        ("24/7 Crisis team", ["24/7 Crisis team"]),
        ("Health & Safety Manager", ["Health & Safety Manager"]),
        ("AD Education\nService Manager MASH", ["AD Education", "Service Manager MASH"]),
        ("HoS (EH), DSL, SENCO", ["HoS (EH)", "DSL", "SENCO"]),
        ("", []),
        ("N/A", []),
    ],
)
def test_joint_leads_are_split_and_a_single_role_is_not(cell: str, roles: list[str]) -> None:
    assert list(split_leads(cell)) == roles


def test_names_that_differ_by_a_letter_are_probably_one_role() -> None:
    assert similar_roles(["Principal Social Worker", "Principal Social Workr"]) == [
        ("Principal Social Worker", "Principal Social Workr")
    ]
    assert similar_roles(["CSC Area Managers", "CSC Area Manager"])


def test_names_with_different_numbers_are_different_roles() -> None:
    assert similar_roles(["Head of Service 1", "Head of Service 2"]) == []


def test_names_that_differ_in_case_small_words_or_punctuation_are_one_role() -> None:
    assert role_key("Deputy Director of the CSC.") == role_key("deputy director CSC")


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("CSC Area Managers", True),
        ("Independent Reviewing Officers", True),
        ("Best Practice Educators", True),
        ("Principal Social Worker", False),
        ("Chair of MASH Steering Group", False),
        ("Director of Children's Services", False),
    ],
)
def test_a_role_that_names_a_group_is_collective(name: str, group: bool) -> None:
    assert Role(name=name).collective is group


@pytest.mark.parametrize(
    ("cell", "leads", "supporters", "doubt"),
    [
        ("Housing Manager (support: Commissioner)", ["Housing Manager"], ["Commissioner"], "kept as support"),
        ("DCS (with Director of Public Health)", ["DCS"], ["Director of Public Health"], "kept as support"),
        ("A Manager (support: B Manager), C Manager", ["A Manager", "C Manager"], ["B Manager"], "B Manager"),
        (
            "Head of Service (with responsibility for QA)",
            ["Head of Service (with responsibility for QA)"],
            [],
            "",
        ),
        ("Police Analyst;#12;#Safety Manager", ["Police Analyst", "Safety Manager"], [], ""),
        ("1. Head of MASH 2. QA Manager", ["Head of MASH", "QA Manager"], [], ""),
        ("To be confirmed (interim: Business Manager)", [], [], "is nobody"),
        ("n/a", [], [], "is nobody"),
        ("TBC / Head of Service", ["Head of Service"], [], "it is left out"),
        ("Multi-agency", ["Multi-agency"], [], "everybody leads it"),
    ],
)
def test_a_cell_tells_who_leads_and_who_supports(
    cell: str, leads: list[str], supporters: list[str], doubt: str
) -> None:
    found = read_leads(cell)

    assert (list(found.leads), list(found.supporters)) == (leads, supporters)
    assert doubt in (found.doubt or "")


def test_who_leads_later_is_a_doubt_and_no_part_of_the_role() -> None:
    found = read_leads("Business Manager (from Sept 2025: Partnership Manager)")
    assert found.leads == ("Business Manager",)
    assert found.doubt is not None
    assert "Partnership Manager" in found.doubt
