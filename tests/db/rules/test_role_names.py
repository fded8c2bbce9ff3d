"""Lead cells: the roles that they name, in every way people write them."""

import pytest

from db.models import Role
from db.rules.role_names import role_key, similar_roles, split_leads


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
    assert similar_roles(["AM Protection", "GM Protection"]) == []


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


def test_a_chair_of_a_group_with_an_ampersand_is_one_role() -> None:
    assert split_leads("Chair of Practice & Learning Group") == ("Chair of Practice & Learning Group",)


def test_groups_with_commas_between_them_are_several() -> None:
    assert split_leads("Learning & Improvement Subgroup, Policy & Procedures Subgroup") == (
        "Learning & Improvement Subgroup",
        "Policy & Procedures Subgroup",
    )
