"""Words after "complete" that take it back, and words that do not."""

import pytest

from db.rules.completion import awaits_only_sign_off, takes_back


@pytest.mark.parametrize(
    "words",
    [
        "(two schools outstanding)",
        "two schools still to go",
        "(2 schools to follow)",
        "evidence awaited",
        "awaiting evidence",
        "but the north is not done",
        "except for the north",
        "by March",
        "80%",
        "3 of 5 schools",
        "partly",
        "phase 1",
        "apart from one team",
        "?",
        "(one left)",
        "not yet in the south",
        "for schools only",
    ],
)
def test_what_is_left_takes_complete_back(words: str) -> None:
    assert takes_back(words, after_colon=False)


@pytest.mark.parametrize(
    "words",
    [
        "two schools outstanding",
        "all but one trained",
        "evidence to follow",
        "waiting for evidence from HR",
        "still to be agreed by the board",
    ],
)
def test_after_a_colon_only_what_is_plainly_left_counts(words: str) -> None:
    assert takes_back(words, after_colon=True)


@pytest.mark.parametrize(
    ("words", "after_colon"),
    [
        ("", False),
        ("awaiting sign off", False),
        ("awaiting sign-off by the coordinator", False),
        ("– pending board approval", False),
        ("(subject to formal sign off)", False),
        ("100%", False),
        ("5 of 5 schools", False),
        ("all templates issued", False),
        ("templates issued 9 Dec", True),
        ("20 of 24 cases passed, above the 75% asked for", True),
        ("the school was rated outstanding", True),
        ("all outstanding cases reviewed", True),
        ("100% of teams, no teams outstanding", True),
        ("nothing is left to do", True),
        ("cleared the 12 outstanding cases", True),
        ("all 3 outstanding reviews done", True),
    ],
)
def test_a_sign_off_or_a_plain_note_does_not(words: str, after_colon: bool) -> None:
    assert not takes_back(words, after_colon=after_colon)


def test_a_file_may_say_that_only_the_sign_off_is_missing() -> None:
    assert awaits_only_sign_off(" - awaiting sign off")
    assert not awaits_only_sign_off(" - awaiting sign off and evidence")
    assert not awaits_only_sign_off("")
