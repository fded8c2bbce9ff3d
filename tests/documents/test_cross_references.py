"""What an action's words refer to: drafts in, references out, no database."""

import pytest

from db.models import MeasureKind
from db.rules.measures import DraftMeasure
from documents.cross_references import ReferenceFinder, is_pointer
from documents.draft import DraftAction, DraftReference

SECTIONS = ["1", "2", "2.1", "2.2"]


def _others() -> list[DraftAction]:
    """A plan around the action that a test adds to section 2.2."""
    return [
        DraftAction(2, "1", "1.1", "Survey of schools about the threshold guide", measure_text="60% answer"),
        DraftAction(3, "1", "1.2", "Survey of parents", measure_text="See above."),
        DraftAction(4, "2.1", "2.1.1", "Train managers in supervision", measure_text="90% trained"),
        DraftAction(5, "2.1", "2.1.2", "Audits of case files", measure_text="20 audits"),
        DraftAction(6, "2.2", "2.2.1", "Publish the form", measure_text="Form published"),
        DraftAction(7, "2.2", "2.2.2", "Publish the leaflet", measure_text="see above"),
    ]


def _references(
    text: str = "Do it", measure: str = "", measures: list[DraftMeasure] | None = None
) -> list[DraftReference]:
    action = DraftAction(8, "2.2", "2.2.3", text, measure_text=measure, measures=measures or [])
    return ReferenceFinder([*_others(), action], SECTIONS).references(action)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        pytest.param("Part of the training in 2.1.1", ["2.1.1"], id="an action by its ref"),
        pytest.param("As part of 2.1.2", ["2.1.2"], id="an action after a preposition"),
        pytest.param("Share findings from section 1", ["1"], id="a section by its name"),
        pytest.param("All learning under action 2.1.1 is shared", ["2.1.1"], id="the word action"),
        pytest.param("Report the audits in 2.1", ["2.1.2"], id="the action in a section with the word"),
        pytest.param("Report the audit in 2", ["2.1.2"], id="the same in a sub-section"),
        pytest.param("Use the toolkit in 2.1", ["2.1"], id="the section where no action has the word"),
        pytest.param("Audit in 2.1, then training under 2.1.1", ["2.1.2", "2.1.1"], id="two as written"),
        pytest.param("As part of 2.1.2, and again under 2.1.2", ["2.1.2"], id="each target once"),
        pytest.param("As part of 2.2.3", [], id="not the action itself"),
        pytest.param("The form in 2.2.3", [], id="not the action itself after a word"),
        pytest.param("As part of 7.1", [], id="not a ref that does not exist"),
        pytest.param("The survey in 7", [], id="not a section that does not exist"),
        pytest.param("An audit of 20 cases", [], id="not a number of things"),
        pytest.param("A fall of 2% in 2016", [], id="not a percentage or a year"),
        pytest.param("See above", [], id="not the text's own above"),
        pytest.param("Publish it", [], id="no number"),
        pytest.param("", [], id="empty"),
    ],
)
def test_the_words_of_an_action_refer_to(text: str, targets: list[str]) -> None:
    references = _references(text)

    assert [reference.targets for reference in references] == [(target,) for target in targets]
    assert not any(reference.evidence for reference in references)


def test_of_several_actions_with_the_word_the_one_that_shares_most_is_the_target() -> None:
    [about_schools] = _references("Send schools the threshold guide after the survey in 1")
    [about_parents] = _references("Write to parents after the survey in 1")

    assert (about_schools.targets, about_schools.alternatives) == (("1.1",), ("1.2",))
    assert (about_parents.targets, about_parents.alternatives) == (("1.2",), ("1.1",))


@pytest.mark.parametrize(
    ("measure", "targets"),
    [
        pytest.param("See above.", ("2.2.1",), id="the nearest with a measure of its own"),
        pytest.param("as above, with fewer errors", ("2.2.1",), id="more words after it"),
        pytest.param("See evidence above.", ("2.2.1",), id="the evidence above"),
        pytest.param("The form above is used", None, id="not above alone"),
        pytest.param("See below", None, id="not below"),
    ],
)
def test_above_in_a_measure_is_evidence_from_the_same_section(
    measure: str, targets: tuple[str, ...] | None
) -> None:
    references = _references(measure=measure)

    assert [reference.targets for reference in references] == ([targets] if targets else [])
    assert all(reference.evidence for reference in references)


def test_evidence_above_may_mean_any_action_of_the_section_the_nearest_first() -> None:
    actions = [
        DraftAction(2, "1", "1.1", "Redesign the hub", measure_text="A rise each quarter"),
        DraftAction(3, "1", "1.2", "Audit the referrals", measure_text="50 audits"),
        DraftAction(4, "1", "1.3", "Set up the teams", measure_text="See evidence above."),
    ]

    assert ReferenceFinder(actions, ["1"]).references(actions[2]) == [
        DraftReference("See evidence above.", ("1.2", "1.1"), evidence=True)
    ]


@pytest.mark.parametrize("measure", ["See above.", "See evidence above."])
def test_above_refers_to_nothing_in_the_first_action_of_a_section(measure: str) -> None:
    first = DraftAction(2, "1", "1.1", "Do", measure_text=measure)
    elsewhere = DraftAction(1, "2", "2.1", "Go", measure_text="Done")

    assert ReferenceFinder([elsewhere, first], ["1", "2"]).references(first) == []


@pytest.mark.parametrize(
    ("kind", "is_evidence"), [(MeasureKind.BY_REFERENCE, True), (MeasureKind.MILESTONE, False)]
)
def test_a_reference_is_evidence_only_in_a_measure_that_rests_on_it(
    kind: MeasureKind, is_evidence: bool
) -> None:
    measure = "Confirmed through the audits in 2.1"
    [reference] = _references(measure=measure, measures=[DraftMeasure(kind, measure)])

    assert (reference.targets, reference.evidence) == (("2.1.2",), is_evidence)


def test_the_same_target_in_text_and_measure_is_one_reference_and_evidence() -> None:
    measure = "Shown by the audits in 2.1"
    [reference] = _references("As part of 2.1.2", measure, [DraftMeasure(MeasureKind.BY_REFERENCE, measure)])

    assert (reference.as_written, reference.evidence) == ("audits in 2.1", True)


@pytest.mark.parametrize(
    ("text", "other_cells", "expected"),
    [
        ("See 2.3 for audit work and observations.", ["", " "], True),
        ("Please refer to section 2.3", [], True),
        ("cf. 4", [""], True),
        ("See above.", [""], True),
        ("as below", [""], True),
        ("See 2.3 for audit work.", ["", "Head of Service"], False),
        ("See above for the form, then publish it", [""], False),
        ("See that every school is told", [""], False),
        ("Review 2.3", [""], False),
        ("", [""], False),
    ],
)
def test_a_row_that_only_points_elsewhere_is_a_pointer(
    text: str, other_cells: list[str], expected: bool
) -> None:
    assert is_pointer(text, other_cells) is expected
