"""Rows of a file are paired with the stored actions that they are: drafts and unsaved rows, no database."""

from dataclasses import dataclass
from datetime import date

import pytest

from db.models import Action, DueKind, Lead, Progress, Role, Section
from db.rules.due_days import Due
from documents.draft import Draft, DraftAction
from documents.pairing import pair_actions, same_words

GUIDE = "Publish the new guide for every team"
AUDIT = "Audit of 20 cases in Q1 2016"
POLICY = "Update the policy"
DUE = date(2016, 9, 30)


def _drafted(
    text: str,
    ref: str | None = None,
    section: str = "1",
    lead: str = "Head of Service",
    due: date = DUE,
) -> DraftAction:
    return DraftAction(2, section, ref, text, due=Due(due, DueKind.BY, ""), leads=[lead])


def _stored(
    ref: str,
    text: str,
    section: str = "1",
    lead: str = "Head of Service",
    due: date = DUE,
    progress: Progress = Progress.NOT_STARTED,
    evidence: str | None = None,
) -> Action:
    return Action(
        ref=ref,
        text=text,
        title=text,
        section=Section(ref=section, title="Title"),
        leads=[Lead(role=Role(name=lead))],
        due=due,
        progress=progress,
        evidence=evidence,
    )


@dataclass
class Case:
    """What a file and the store hold, and the ref that each row of the file is paired with."""

    file: list[DraftAction]
    store: list[Action]
    refs: list[str | None]


def _refs(case: Case) -> list[str | None]:
    pairs = pair_actions(Draft(actions=case.file), case.store, {action.ref: action for action in case.store})
    by_draft = {id(drafted): action.ref for drafted, action in pairs}
    return [by_draft.get(id(drafted)) for drafted in case.file]


CASES = {
    "a row's own ref counts more than its words": Case(
        [_drafted(GUIDE, "1.2"), _drafted(AUDIT, "1.1")],
        [_stored("1.1", GUIDE), _stored("1.2", AUDIT)],
        ["1.2", "1.1"],
    ),
    "a ref that the store does not have is a new action, even with known words": Case(
        [_drafted(GUIDE, "9.9")], [_stored("1.1", GUIDE)], [None]
    ),
    "capitals, punctuation and spacing do not count": Case(
        [_drafted("PUBLISH the new  guide – for every team.")], [_stored("1.1", GUIDE)], ["1.1"]
    ),
    "the same words in two sections pair within their own section": Case(
        [_drafted(POLICY, section="2"), _drafted(POLICY, section="1")],
        [_stored("1.1", POLICY, "1"), _stored("2.1", POLICY, "2")],
        ["2.1", "1.1"],
    ),
    "a row that moved to another section is still the same action": Case(
        [_drafted(GUIDE, section="2")], [_stored("1.1", GUIDE, "1")], ["1.1"]
    ),
    "of two stored actions with the same words the one with the same lead and date is meant": Case(
        [_drafted(POLICY, lead="Police", due=date(2016, 12, 31))],
        [_stored("1.1", POLICY), _stored("1.2", POLICY, lead="Police", due=date(2016, 12, 31))],
        ["1.2"],
    ),
    "the spelling of a lead's role does not count": Case(
        [_drafted(POLICY, lead="the head of service")],
        [_stored("1.1", POLICY, lead="Police"), _stored("1.2", POLICY)],
        ["1.2"],
    ),
    "of two rows with the same words only one pairs with one stored action": Case(
        [_drafted(POLICY), _drafted(POLICY)], [_stored("1.1", POLICY)], ["1.1", None]
    ),
    "two equal rows pair with two equal actions in their order": Case(
        [_drafted(POLICY), _drafted(POLICY)], [_stored("1.1", POLICY), _stored("1.2", POLICY)], ["1.1", "1.2"]
    ),
    "a small edit is the same action, whatever was done about it": Case(
        [_drafted("Publish the new guide for all the teams", lead="Other")],
        [_stored("1.1", GUIDE, progress=Progress.COMPLETE)],
        ["1.1"],
    ),
    "a small edit in another section is another action": Case(
        [_drafted("Publish the new guide for all teams", section="2")], [_stored("1.1", GUIDE)], [None]
    ),
    "a completed action does not become one with other numbers": Case(
        [_drafted("Audit of 20 cases in Q2 2016")],
        [_stored("1.1", AUDIT, progress=Progress.COMPLETE)],
        [None],
    ),
    "an action with evidence does not become one with other numbers": Case(
        [_drafted("Audit of 20 cases in Q2 2016")],
        [_stored("1.1", AUDIT, progress=Progress.IN_PROGRESS, evidence="https://example.org/audit")],
        [None],
    ),
    "an action with nothing done may get other numbers": Case(
        [_drafted("Audit of 20 cases in Q2 2016")], [_stored("1.1", AUDIT)], ["1.1"]
    ),
    "the only unpaired row of a section is a new wording of the only unpaired action": Case(
        [_drafted(POLICY), _drafted("Write to every school")],
        [_stored("1.1", POLICY), _stored("1.2", GUIDE)],
        ["1.1", "1.2"],
    ),
    "other words with another lead are another action": Case(
        [_drafted("Write to every school", lead="Police")], [_stored("1.1", GUIDE)], [None]
    ),
    "other words with another date are another action": Case(
        [_drafted("Write to every school", due=date(2017, 1, 31))], [_stored("1.1", GUIDE)], [None]
    ),
    "other words do not take over an action that was started": Case(
        [_drafted("Write to every school")], [_stored("1.1", GUIDE, progress=Progress.IN_PROGRESS)], [None]
    ),
    "rows are not paired by place where a section has more of them than the store": Case(
        [_drafted("Write to every school"), _drafted("Train the panel")],
        [_stored("1.1", GUIDE)],
        [None, None],
    ),
    "an empty store pairs nothing": Case([_drafted(GUIDE), _drafted(AUDIT, "1.1")], [], [None, None]),
}


@pytest.mark.parametrize("name", CASES)
def test_each_row_is_paired_with_the_action_that_it_is(name: str) -> None:
    case = CASES[name]

    assert _refs(case) == case.refs


def test_a_removed_action_comes_back_by_its_ref_but_not_by_its_words() -> None:
    removed = _stored("1.1", GUIDE)
    by_ref, by_words = _drafted("Quite other words", "1.1"), _drafted(GUIDE)

    assert pair_actions(Draft(actions=[by_ref]), [], {"1.1": removed}) == [(by_ref, removed)]
    assert pair_actions(Draft(actions=[by_words]), [], {"1.1": removed}) == []


def test_pairs_come_in_the_order_of_the_file_however_they_were_found() -> None:
    like, same, own_ref = (
        _drafted("Publish the new guide for all teams"),
        _drafted(POLICY),
        _drafted("X", "1.3"),
    )
    store = [_stored("1.1", GUIDE), _stored("1.2", POLICY), _stored("1.3", AUDIT)]
    pairs = pair_actions(
        Draft(actions=[like, same, own_ref]), store, {action.ref: action for action in store}
    )

    assert [action.ref for _, action in pairs] == ["1.1", "1.2", "1.3"]


def test_only_a_pair_found_by_place_is_a_doubt_that_names_the_old_title() -> None:
    reworded, edited = (
        _drafted("Write to every school"),
        _drafted("Publish the guide for every team", section="2"),
    )
    store = [_stored("1.1", "Train the panel"), _stored("2.1", GUIDE, "2")]
    pairs = pair_actions(Draft(actions=[reworded, edited]), store, {action.ref: action for action in store})

    assert len(pairs) == 2
    assert reworded.reworded
    assert ['1.1, which was "Train the panel"' in doubt.text for doubt in reworded.doubts] == [True]
    assert not edited.reworded
    assert not edited.doubts


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Update the policy.", "update  the\npolicy"),
        ("“Signs of Safety”: train", "Signs of Safety – train"),
        ("", "…"),
    ],
)
def test_texts_of_the_same_words_are_the_same(text: str, other: str) -> None:
    assert same_words(text) == same_words(other)
