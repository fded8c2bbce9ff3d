"""Drafts are numbered and completed: drafts in, drafts out, no database."""

import pytest

from documents.draft import DocumentError, Draft, DraftAction, DraftSection
from documents.numbering import (
    number_and_link,
    number_sections_by_refs,
    refuse_duplicates,
    take_recommendations,
)


def _actions(*pairs: tuple[str, str | None]) -> list[DraftAction]:
    """Actions of these sections and refs, in rows from 2."""
    return [
        DraftAction(row, section, ref, f"Do thing {row}") for row, (section, ref) in enumerate(pairs, start=2)
    ]


@pytest.mark.parametrize(
    ("pairs", "taken", "refs"),
    [
        pytest.param([("1", None), ("1", None)], set(), ["1.1", "1.2"], id="in the order of the file"),
        pytest.param(
            [("1", None), ("2", None), ("1", None)], set(), ["1.1", "2.1", "1.2"], id="each section"
        ),
        pytest.param([("2.1", None), ("2.1", None)], set(), ["2.1.1", "2.1.2"], id="in a sub-section"),
        pytest.param([("1", None), ("1", None)], {"1.1"}, ["1.2", "1.3"], id="passing over a stored ref"),
        pytest.param([("1", None), ("1", None)], {"1.2"}, ["1.1", "1.3"], id="passing over one between"),
        pytest.param([("1", None), ("1", "1.1")], set(), ["1.2", "1.1"], id="passing over a later row's ref"),
        pytest.param([("1", "A7"), ("1", None)], set(), ["A7", "1.1"], id="beside refs of another form"),
        pytest.param([("A", None)], set(), ["A.1"], id="in a section with a letter"),
        pytest.param([], {"1.1"}, [], id="without actions"),
    ],
)
def test_an_action_without_a_ref_gets_the_next_free_number_of_its_section(
    pairs: list[tuple[str, str | None]], taken: set[str], refs: list[str]
) -> None:
    draft = Draft(actions=_actions(*pairs))
    number_and_link(draft, taken)

    assert [action.ref for action in draft.actions] == refs


@pytest.mark.parametrize(
    ("sections", "pairs", "expected"),
    [
        pytest.param(["7"], [("7", "1.1"), ("7", "1.2")], ["1"], id="the number that its refs share"),
        pytest.param(["7"], [("7", "2.3.1")], ["2.3"], id="all but the last number of a longer ref"),
        pytest.param(["7"], [("7", "1.1"), ("7", "2.1")], ["7"], id="unchanged where refs differ"),
        pytest.param(["7"], [("7", "1.1"), ("7", None)], ["7"], id="unchanged where an action has no ref"),
        pytest.param(["7"], [("7", "1"), ("7", "2")], ["7"], id="unchanged where refs have one number"),
        pytest.param(["7"], [], ["7"], id="unchanged without actions"),
        pytest.param(["7", "8"], [("7", "1.1"), ("8", "1.2")], ["1", "8"], id="each number once"),
        pytest.param(["7", "8"], [("7", "8.1"), ("8", "2.1")], ["7", "2"], id="not another section's number"),
    ],
)
def test_a_section_without_a_number_takes_the_one_of_its_refs(
    sections: list[str], pairs: list[tuple[str, str | None]], expected: list[str]
) -> None:
    draft = Draft([DraftSection(ref, "Title") for ref in sections], _actions(*pairs))
    was_in = {id(action): action.section for action in draft.actions}
    number_sections_by_refs(draft, sections)

    assert [section.ref for section in draft.sections] == expected
    moved = dict(zip(sections, expected, strict=True))
    assert all(action.section == moved[was_in[id(action)]] for action in draft.actions)


def test_a_section_numbered_in_the_file_keeps_its_number() -> None:
    draft = Draft([DraftSection("3", "Title")], _actions(("3", "1.1"), ("3", "1.2")))
    number_sections_by_refs(draft, [])

    assert draft.sections[0].ref == "3"


@pytest.mark.parametrize(
    ("texts", "numbers", "left"),
    [
        pytest.param(["Do (1)", "Go (9)."], ["1", "9"], ["Do", "Go"], id="taken where all have one"),
        pytest.param(
            ["Do (1)", "Go (2)", "Stop"], ["1", "2", None], ["Do", "Go", "Stop"], id="where most have"
        ),
        pytest.param(["Do (1)", "Go (2)", "A", "B"], [None] * 4, None, id="left where only half have one"),
        pytest.param(["Do (2)"], [None], None, id="left where there is one action"),
        pytest.param(["Do (1)", "Go (1)"], [None] * 2, None, id="left where two are the same"),
        pytest.param(["Do (1) it", "Go (2) there"], [None] * 2, None, id="left inside a sentence"),
        pytest.param(["Do (2016)", "Go (2017)"], [None] * 2, None, id="left where it is a year"),
    ],
)
@pytest.mark.parametrize("field", ["text", "title"])
def test_recommendation_numbers_are_taken_off_where_most_actions_have_their_own(
    field: str, texts: list[str], numbers: list[str | None], left: list[str] | None
) -> None:
    actions = [DraftAction(row, "1", None, "Plain text") for row in range(len(texts))]
    for action, text in zip(actions, texts, strict=True):
        setattr(action, field, text)
    take_recommendations(actions)

    assert [action.recommendation for action in actions] == numbers
    assert [getattr(action, field) for action in actions] == (left or texts)


def test_a_recommendation_in_a_column_of_its_own_is_kept() -> None:
    actions = [DraftAction(2, "1", None, "Do (1)", recommendation="7"), DraftAction(3, "1", None, "Go (2)")]
    take_recommendations(actions)

    assert [(action.recommendation, action.text) for action in actions] == [("7", "Do (1)"), ("2", "Go")]


def test_the_same_ref_twice_is_an_error_that_names_both_rows() -> None:
    with pytest.raises(DocumentError, match=r"1\.1 is there twice, in row 2 and row 4"):
        refuse_duplicates(_actions(("1", "1.1"), ("1", "1.2"), ("2", "1.1")))


def test_actions_without_refs_are_not_duplicates() -> None:
    actions = _actions(("1", None), ("1", None), ("1", "1.1"), ("1", "1.10"))
    refuse_duplicates(actions)

    assert [action.ref for action in actions] == [None, None, "1.1", "1.10"]


@pytest.mark.parametrize(
    ("measure", "doubts"),
    [
        ("See above.", ['"See above." is read as 1.2, right above']),
        ("See evidence above.", ['"See evidence above." may mean any of 1.2, 1.1']),
        ("Shown by the survey in 1", ['"survey in 1" is read as 1.1, but may mean 1.2']),
        ("Shown by the audit in 1", []),
        ("See 1.1", []),
        ("A report to the board", []),
    ],
)
def test_a_cross_reference_that_may_mean_something_else_is_a_doubt(measure: str, doubts: list[str]) -> None:
    actions = [
        DraftAction(2, "1", None, "Survey of schools about thresholds", measure_text="60% answer"),
        DraftAction(3, "1", None, "Survey of parents", measure_text="50% answer"),
        DraftAction(4, "1", None, "Publish the threshold guide", measure_text=measure),
    ]
    number_and_link(Draft([DraftSection("1", "Title")], actions), set())

    assert [doubt.text for doubt in actions[2].doubts] == doubts


@pytest.mark.parametrize(
    ("leads", "roles", "expected"),
    [
        pytest.param(["Principal Social Workr"], ["Principal Social Worker"], [2], id="a stored role"),
        pytest.param(["Team Manager", "Team Manger"], [], [3], id="an earlier row"),
        pytest.param(["Team Manger", "Team Manger"], ["Team Manager"], [2], id="the first row that has it"),
        pytest.param(["the TEAM manager"], ["Team Manager"], [], id="not the same name in capitals"),
        pytest.param(["Head of Health"], ["Head of Policing"], [], id="not another role"),
        pytest.param(["Head"], ["Team Manager", "Team Manger"], [], id="not stored roles alone"),
    ],
)
def test_a_lead_that_looks_like_another_role_is_a_doubt_at_its_row(
    leads: list[str], roles: list[str], expected: list[int]
) -> None:
    draft = Draft(
        actions=[DraftAction(row, "1", None, "Do", leads=[lead]) for row, lead in enumerate(leads, start=2)]
    )
    number_and_link(draft, set(), roles)

    assert [doubt.row for doubt in draft.doubts] == expected


def test_a_doubt_about_a_role_gives_the_option_that_settles_it() -> None:
    draft = Draft(actions=[DraftAction(2, "1", None, "Do", leads=["Team Manger"])])
    number_and_link(draft, set(), ["Team Manager"])

    assert '--same-role "Team Manger=Team Manager"' in draft.doubts[0].with_option
