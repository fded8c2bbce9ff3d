"""What the bot says, from rows that were never saved: no engine, no clock, no Slack."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.models import (
    Action,
    DueKind,
    DueRequest,
    Entry,
    Holding,
    Lead,
    Measure,
    MeasureKind,
    Outcome,
    Plan,
    Progress,
    Reference,
    Role,
    Section,
)
from messages import actions, extension_requests, history, measures, plans, roles, times, update_form, updates
from messages.actions import RenderContext
from messages.blocks import Answer
from messages.references import not_found
from sandbox.blocks import check_blocks, check_view
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, NOW, TODAY

LONDON = ZoneInfo("Europe/London")
KNOWN = RenderContext(TODAY, LONDON, line="/action status p:1.1")


def _role(name: str, holder: str | None = None, deputy: str | None = None) -> Role:
    holdings = [Holding(slack_user=holder, deputy=deputy)] if holder else []
    return Role(name=name, holdings=holdings)


def _action(ref: str = "1.1", **values: Any) -> Action:
    plan = Plan(code="p", title="Plan & Co", source="The plan of 2016")
    section = Section(ref="1", title="Front door", plan=plan)
    base: dict[str, Any] = {
        "title": f"Title of {ref}",
        "due": date(2016, 11, 30),
        "due_kind": DueKind.BY,
        "due_as_written": "11/2016",
        "original_due": date(2016, 11, 30),
        "leads": [Lead(role=_role("Head", LEAD, DEPUTY))],
        "section": section,
    }
    return Action(ref=ref, **{**base, **values})


def _text(answer: Answer) -> str:
    body = answer.body()
    check_blocks(body["blocks"])
    return str(body["text"])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "due 30 Nov 2016, 15 days overdue"),
        ({"due": date(2016, 12, 15)}, "due 15 Dec 2016, today"),
        ({"due": date(2016, 12, 16)}, "due 16 Dec 2016, 1 day left"),
        ({"due": date(2016, 12, 14)}, "1 day overdue"),
        ({"due_kind": DueKind.FROM, "recurrence": "termly"}, "runs since Nov 2016, termly; never overdue"),
        ({"due_kind": DueKind.FROM, "due": date(2017, 9, 1)}, "runs from Sep 2017, ongoing"),
        ({"due_kind": DueKind.ONGOING, "due": None}, "runs, ongoing"),
        ({"due_kind": DueKind.UNCLEAR, "due": None, "due_as_written": "ASAP"}, "no clear date (ASAP)"),
        ({"original_due": date(2016, 9, 30)}, "originally 30 Sep 2016"),
        ({"snoozed_until": date(2017, 1, 9)}, "nudges snoozed until 9 Jan 2017"),
        ({"progress": Progress.COMPLETE}, "Actions: complete"),
        ({"outcome": Outcome.ON_TRACK, "outcome_due": "end of 2015"}, "Outcome: on track (end of 2015)"),
        (
            {"exception": "the leaflet", "outstanding_due": "May"},
            ": the leaflet (May)",
        ),
        ({"evidence": "https://example.org"}, "evidence linked"),
        ({"evidence": "javascript:x", "progress": Progress.COMPLETE}, "javascript:x"),
        ({"leads": []}, "Lead: none in the plan"),
        ({"leads": [Lead(role=_role("Board"))]}, "Board (no person set)"),
        ({"recommendation": "9"}, "recommendation 9"),
    ],
)
def test_an_action_says_where_it_stands(values: dict[str, Any], told: str) -> None:
    assert told in _text(actions.one_action(_action(**values), KNOWN))


def test_a_request_for_a_new_date_is_shown_until_it_is_decided() -> None:
    asked = DueRequest(
        current_due=date(2016, 11, 30),
        asked_due=date(2017, 3, 31),
        asked_as_written="03/2017",
        asked_by=LEAD,
        asked_at=NOW,
    )
    action = _action(due_requests=[asked])
    assert "31 Mar 2017 requested, waiting for a coordinator" in _text(actions.one_action(action, KNOWN))
    asked.decision = "refused"
    assert "asked for" not in _text(actions.one_action(action, KNOWN))


_FIGURES = [
    (MeasureKind.THRESHOLD, ">=", 70, "%", "managers", "at least 70% of managers"),
    (MeasureKind.THRESHOLD, "=", 100, "%", "schools", "100% of schools"),
    (MeasureKind.THRESHOLD, "<=", 5, "working days", None, "at most 5 working days"),
    (MeasureKind.THRESHOLD, "=", 1, "per area", None, "1 per area"),
    (MeasureKind.SAMPLE, None, 50, "cases", "cases", "a sample of 50 cases"),
    (MeasureKind.TREND, "rise", None, None, "timeliness", "rise in timeliness (the plan gives no baseline)"),
    (MeasureKind.TREND, "fall", None, None, None, "fall (the plan gives no baseline)"),
    (MeasureKind.MILESTONE, None, None, None, None, ""),
]


@pytest.mark.parametrize(("kind", "operator", "value", "unit", "of", "figure"), _FIGURES)
def test_a_measures_figure_in_words(
    kind: MeasureKind, operator: str, value: float, unit: str, of: str, figure: str
) -> None:
    measure = Measure(kind=kind, operator=operator, value=value, unit=unit, of=of)

    assert measures.figure_text(measure) == figure


def test_what_an_action_relies_on_and_what_needs_it_is_said() -> None:
    survey = _action("1.9", due=date(2017, 11, 30))
    link = Reference(as_written="survey in 1", target_ref="1.9", evidence=True, target=survey)
    action = _action("2.4", references=[link])
    link.action = action
    text = _text(actions.one_action(action, KNOWN))
    assert "Relies on 1.9 Title of 1.9 (“survey in 1”): due Nov 2017, 365 days after this action" in text
    assert "Relies on 1.9, due later (Nov 2017)" in _text(
        actions.of_section([action.section], [action, survey], KNOWN)
    )
    assert "Needed by 2.4" in _text(actions.one_action(survey, KNOWN))
    link.ambiguous = True
    assert "May rely on 1.9" in _text(actions.one_action(action, KNOWN))


def test_an_answer_about_the_past_offers_no_update() -> None:
    def labels(context: RenderContext) -> list[str]:
        body = actions.one_action(_action(), context).body()
        return [e["text"]["text"] for b in body["blocks"] if b["type"] == "actions" for e in b["elements"]]

    assert labels(KNOWN) == ["Update", "History", "Share in channel"]
    past = RenderContext(TODAY, LONDON, at=date(2016, 12, 1), line="/action status p:1.1 at 2016-12-01")
    assert labels(past) == ["History", "Share in channel"]
    assert "as it was on 1 Dec 2016" in _text(actions.one_action(_action(), past))


def test_a_huge_section_is_shortened_and_says_how_to_see_the_rest() -> None:
    many = [_action(f"1.{n}", title="x" * 500) for n in range(200)]
    text = _text(actions.of_section([many[0].section], many, KNOWN))

    assert "200 actions, 200 overdue" in text
    assert "more: `/action status` with one reference" in text


def test_a_huge_list_has_pages_with_buttons_to_the_others() -> None:
    many = [_action(f"1.{n}") for n in range(250)]
    answer = actions.listed("Plan, all", many, KNOWN)

    assert "and 210 more" in _text(answer)
    line = "/action list all"
    for number, first, turning in (
        (1, "1.0", ["Next"]),
        (3, "1.80", ["Earlier", "Next"]),
        (7, "1.240", ["Earlier"]),
    ):
        body = replace(answer, page=number, line=line).body()
        assert f"\n{first} Title" in body["text"]
        elements = next(one for one in body["blocks"] if one["type"] == "actions")["elements"]
        pages = {
            one["text"]["text"]: one["value"] for one in elements if one["action_id"].startswith("page_")
        }
        assert list(pages) == turning
        assert all(value.startswith(f"{line} page ") for value in pages.values())
    # A page that there is not is the last one.
    assert "1.249" in replace(answer, page=99, line=line).body()["text"]


def test_what_the_plan_or_people_wrote_is_escaped_everywhere() -> None:
    nasty = "<!channel> <@U1> & *b*"
    action = _action(
        title=nasty,
        text=nasty,
        outcome_text=nasty,
        progress_text=nasty,
        exception=nasty,
        measures=[Measure(kind=MeasureKind.MILESTONE, text=nasty)],
        due_as_written=nasty,
    )
    entry = _entry("note", note=nasty)
    asked = DueRequest(asked_due=TODAY, asked_as_written="x", asked_by=LEAD, asked_at=NOW, reason=nasty)
    asked.action = action
    answers = [
        actions.one_action(action, KNOWN),
        actions.of_section([action.section], [action], KNOWN),
        actions.mine(["Head"], [action], KNOWN),
        actions.listed(nasty, [action], KNOWN),
        history.history(nasty, [entry], LONDON, [], refs=True),
        extension_requests.to_decide(asked, action),
        plans.summary(action.section.plan, [action], KNOWN),
        plans.changes(action.section.plan, TODAY, [entry], KNOWN),
        updates.undone([entry]),
        not_found(nasty, [(nasty, nasty)], "/action status {}"),
        roles.listed([(_role(nasty), 1)], TODAY, "/plan roles"),
    ]  # fmt: skip
    for answer in answers:
        text = _text(answer)
        assert "<!channel>" not in text, text
        assert "<@U1>" not in text, text


def _entry(field: str, before: str | None = None, after: str | None = None, **values: Any) -> Entry:
    base: dict[str, Any] = {
        "seq": 1, "at": NOW, "who": LEAD, "act": "a", "subject": "action", "ref": "p:1.1", "note": "",
        "previous": "", "hash": "",
    }  # fmt: skip
    return Entry(field=field, before=before, after=after, **{**base, **values})


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (_entry("progress", "not started", "complete"), "progress: not started → *complete*"),
        (_entry("due", "2016-11-30", "2017-03-31"), "due: 30 Nov 2016 → *31 Mar 2017*"),
        (_entry("evidence", None, "https://example.org"), "evidence <https://example.org|linked>"),
        (_entry("evidence", "https://example.org", None), "evidence withdrawn"),
        (_entry("note"), "note"),
        (_entry("note", undoes="b"), "note withdrawn"),
        (_entry("signed_off_by", None, COORDINATOR), "signed off"),
        (_entry("signed_off_by", COORDINATOR, None), "sign-off withdrawn"),
        (_entry("removed_on", None, "2016-12-15"), "removed from the plan: nothing → *15 Dec 2016*"),
        (_entry("completed_on", None, "2016-12-15"), ""),
    ],
)
def test_an_entry_of_the_record_in_words(entry: Entry, told: str) -> None:
    assert history.change_text(entry) == told


def test_an_act_is_one_line_with_all_that_it_changed() -> None:
    act = [
        _entry("progress", "not started", "complete", note="issued"),
        _entry("completed_on", None, "2016-12-15"),
        _entry("evidence", None, "https://example.org"),
    ]

    told = history.act_text(act, LONDON)
    assert told.startswith(f"15 Dec 2016 09:00 <@{LEAD}>: progress: not started → *complete*, evidence")
    assert told.endswith(" — issued (entry 1)")


def test_times_are_told_in_the_plans_zone() -> None:
    assert times.moment_text(NOW.replace(month=7), LONDON) == "15 Jul 2016 10:00"
    assert times.moment_text(NOW, LONDON) == "15 Dec 2016 09:00"


def test_a_plan_with_a_bit_of_everything_is_summed_up() -> None:
    section = _action().section
    some = [
        _action("1.1", section=section),
        _action("1.2", section=section, progress=Progress.BLOCKED),
        _action("1.3", section=section, progress=Progress.SUPERSEDED),
        _action("1.4", section=section, due_kind=DueKind.UNCLEAR, due=None),
        _action("1.5", section=section, due=date(2017, 1, 31)),
        _action("1.6", section=section, progress=Progress.COMPLETE, outcome=Outcome.NOT_ACHIEVED),
    ]
    text = _text(plans.summary(section.plan, some, KNOWN))

    assert "6 actions: 1 complete, 2 overdue, 1 not yet due, 1 without a clear date, 1 superseded." in text
    assert "1 blocked (1.2)" in text
    assert "Outcomes: 1 not achieved without a date (1.6), 5 not assessed" in text
    assert "Next due: 1.5 (Jan 2017)." in text
    late = _text(plans.overdue(section.plan, some, KNOWN))
    assert "2 of 6 overdue" in late
    assert "Not counted: 1.4 (no clear date)." in late


def test_a_plan_without_a_weak_place_says_so() -> None:
    assert "no weak points" in _text(plans.checked(_action().section.plan, [], [], KNOWN))


def test_nothing_held_is_said_plainly() -> None:
    assert "There is no plan yet" in _text(plans.listed([], None, KNOWN))
    assert "There are no roles yet" in _text(roles.listed([], TODAY, "/plan roles"))
    assert "You don't hold a role" in _text(actions.mine([], [], KNOWN))


def test_a_decision_is_told_with_the_original_date() -> None:
    action = _action()
    asked = DueRequest(
        asked_due=date(2017, 3, 31), asked_as_written="03/2017", asked_by=LEAD, asked_at=NOW,
        current_due=action.due, decision="approved", decided_by=COORDINATOR,
    )  # fmt: skip
    text = _text(extension_requests.decided(asked, action))
    assert f"Nov 2016 → Mar 2017 (31 Mar 2017) was approved by <@{COORDINATOR}>" in text
    assert "The original date, 30 Nov 2016, is kept." in text
    asked.decision = None
    assert "No reason given." in _text(extension_requests.to_decide(asked, action))
    assert "nobody can approve it yet" in _text(extension_requests.requested(asked, action, 0, [], "a"))
    assert "change number 3" in _text(extension_requests.requested(asked, action, 2, [COORDINATOR], "a"))


def test_a_role_given_for_later_says_from_when() -> None:
    role = Role(name="Head", holdings=[Holding(slack_user=CHAIR, deputy=DEPUTY, starts=date(2017, 1, 1))])
    text = _text(roles.assigned(role, date(2017, 1, 1), [], TODAY, "a"))

    assert f"0 actions from 1 Jan 2017 nudge <@{CHAIR}> as Head, deputy <@{DEPUTY}>" in text


@pytest.mark.parametrize("number", [1, 5, 150])
def test_a_form_fits_whatever_it_is_for(number: int) -> None:
    some = [_action(f"1.{n}", title="x" * 300) for n in range(number)]
    view = update_form.update_form(some, "{}")._resolve()

    check_view(view, "modal")
    ids = [block.get("block_id") for block in view["blocks"] if block["type"] == "input"]
    assert ids == (["action"] if number > 1 else []) + ["progress", "outcome", "note", "evidence"]
