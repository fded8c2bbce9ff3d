"""The agencies that do an action, by its own words."""

import pytest

from db.rules.parties import is_party, parties_in


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("CSC, Police and Health redesign the MASH together", ("CSC", "Police", "Health")),
        (
            "Children’s Social Care, Police and Health to lead a redesign of the MASH",
            ("Children's Social Care", "Police", "Health"),
        ),
        ("Police and NPS to look at how information is shared", ("Police", "NPS")),
        ("Thames Valley Police & Probation will review it", ("Thames Valley Police", "Probation")),
        ("Review thresholds jointly with Health and Education", ("Health", "Education")),
        ("OSCB reviews its dataset", ("OSCB",)),
        # Of these it is done to them, or they are no agency.
        ("Schools to be reminded each term", ()),
        ("Police officers to be trained", ()),
        ("Survey schools, health partners and community groups", ()),
        ("MASH to publish its response times", ()),
        ("TON matrix relaunched", ()),
        ("Launch the matrix with local planning days", ()),
    ],
)
def test_who_does_it_stands_before_the_verb(text: str, parties: tuple[str, ...]) -> None:
    assert parties_in(text) == parties


@pytest.mark.parametrize(
    ("asked", "party", "is_it"),
    [
        ("CSC", "Children's Social Care", True),
        ("social care", "CSC", True),
        ("police", "Thames Valley Police", True),
        ("TVP", "Thames Valley Police", True),
        ("probation", "NPS", True),
        ("fire", "Police", False),
        ("Thames Valley Police", "Police", False),
    ],
)
def test_an_agency_is_known_by_its_name_or_its_letters(asked: str, party: str, is_it: bool) -> None:
    assert is_party(asked, [party]) is is_it
