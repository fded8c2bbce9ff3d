"""What the bot says, rendered from sample rows: `make wordings` writes it to the file that a person approves.

Tests ask for facts. This is the one place where whole sentences are compared, so that a change of wording is
read once, in one file, and not found in forty tests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from db.errors import DisclosureFound, PersonalDataFound
from db.models import (
    Action,
    Comparator,
    Delivery,
    Disclosure,
    DoubtAbout,
    DueKind,
    DueRequest,
    Entry,
    Escalated,
    Frequency,
    Holding,
    Kpi,
    KpiKind,
    KpiLink,
    Lead,
    Ledger,
    LedgerLine,
    Measure,
    MeasureKind,
    Nudge,
    Observation,
    Outcome,
    Plan,
    Polarity,
    Progress,
    Receipt,
    Reference,
    Reminder,
    Role,
    School,
    SchoolQuestion,
    Section,
    Target,
    TargetType,
    Unit,
)
from db.rules.import_reports import ImportReport, OpenDoubt
from db.rules.plan_figures import PlanFigures, SectionFigures, Slippage
from db.rules.readings import Reading, read_kpi
from db.rules.waiting import Waiting
from db.rules.weekly_news import News, weekly_news
from handlers.core.access import ONLY_OWN_ACTIONS
from handlers.core.deadline import OutcomeUnknown, RecordedButUnanswered, TimedOut
from handlers.core.errors import error_reply
from handlers.core.people import CANNOT_IDENTIFY, denial
from messages import (
    actions,
    charts,
    doubts,
    extension_requests,
    figures,
    help,
    history,
    home,
    imports,
    kpi_board,
    kpis,
    nudges,
    plan_edits,
    plan_setup,
    plan_summary,
    plans,
    references,
    reminders,
    report_card,
    roles,
    school_questions,
    sign_offs,
    updates,
    waiting,
)
from messages.actions import RenderContext
from messages.blocks import Answer, text_answer
from messages.erasure import taken_down
from messages.updates import ChangeStamp
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, NOW, TODAY
from tests.cast import SCHOOL as SCHOOL_PERSON

FILE = Path(__file__).parent / "messages" / "wordings.md"
LONDON = ZoneInfo("Europe/London")
CONTEXT = RenderContext(TODAY, LONDON, line="/action status jtai2016:2.3", default_plan="jtai2016")
STAMP = ChangeStamp(LEAD, NOW, LONDON, "act", "jtai2016")


def plan() -> Plan:
    return Plan(code="jtai2016", title="JTAI 2016", source="Joint targeted area inspection action plan, 2016")


def role(
    name: str = "Principal Social Worker", holder: str | None = LEAD, deputy: str | None = DEPUTY
) -> Role:
    return Role(name=name, holdings=[Holding(slack_user=holder, deputy=deputy)] if holder else [])


def action(ref: str = "2.3.5", title: str = "Supervision templates revised", **values: Any) -> Action:
    due = values.get("due", date(2016, 9, 30))
    base: dict[str, Any] = {
        "title": title,
        "due": due,
        "due_kind": DueKind.BY,
        "due_as_written": "09/2016",
        "original_due": due,
        "leads": [Lead(role=role())],
        "measures": [Measure(kind=MeasureKind.MILESTONE, text="New templates in place")],
        "section": Section(ref="2.3", title="Supervision", plan=plan()),
    }
    return Action(ref=ref, **{**base, **values})


def entry(field: str, before: str | None, after: str | None, note: str = "", who: str = LEAD) -> Entry:
    return Entry(
        seq=1, at=NOW, who=who, act="a", subject="action", subject_id=1, ref="jtai2016:2.3.5",
        field=field, before=before, after=after, note=note, previous="", hash="",
    )  # fmt: skip


def kpi(**values: Any) -> Kpi:
    base: dict[str, Any] = {
        "code": "camhs-12-weeks",
        "name": "CAMHS seen within 12 weeks",
        "unit": Unit.PERCENT,
        "polarity": Polarity.HIGH,
        "frequency": Frequency.ANNUAL,
        "source": "PAQA annual report 2018/19",
        "targets": [Target(type=TargetType.AT_LEAST, value=75)],
    }
    return Kpi(**{**base, **values})


def figure(ends: date, value: float | None, **values: Any) -> Observation:
    base: dict[str, Any] = {"period_start": ends, "period_end": ends, "recorded_at": NOW, "recorded_by": LEAD}
    return Observation(kpi_id=1, value=value, **{**base, **values})


def reading(one: Kpi, *rows: Observation, board: bool = True) -> Reading:
    return read_kpi(one, rows, date(2019, 6, 1), board=board)


CAMHS = reading(
    kpi(
        comparators=[Comparator(name="national", year="2018", value=61)], links=[KpiLink(ref="jtai2016:1.5")]
    ),
    figure(date(2018, 3, 31), 40),
    figure(date(2019, 3, 31), 34),
)
LOOKED_AFTER = reading(
    kpi(name="Looked-after children", code="lac", unit=Unit.NUMBER, kind=KpiKind.CONTEXTUAL, targets=[]),
    figure(date(2018, 3, 31), 690),
    figure(date(2019, 3, 31), 780),
)
SMALL = reading(
    kpi(name="Children missing", code="missing", unit=Unit.NUMBER, disclosure=Disclosure.SMALL_COUNTS),
    figure(date(2019, 3, 31), 4),
    board=False,
)
SCHOOL = School(
    id=1, name="Riverside School", channel="C0005", contact="Sam Hill, 01234", calendar="Oxfordshire"
)
FAR_SCHOOL = School(id=2, name="Hilltop School", channel=None, calendar="Oxfordshire")


def question(**answered: Any) -> SchoolQuestion:
    asked = SchoolQuestion(
        id=1, school_id=1, text="Which form do we use?", asked_by=CHAIR, asked_at=NOW, **answered
    )
    asked.school = SCHOOL
    return asked


REMINDER_LINKS: Mapping[str, Any] = {
    "sender": "Safeguarding Board",
    "document_url": "https://example.org/thresholds",
    "document_date": date(2016, 11, 30),
    "referral_url": "https://example.org/form",
}


def reminder() -> Reminder:
    promised = action("1.6", "Remind schools of thresholds each term", leads=[])
    text = "The threshold document says who can help.\nTo talk it over, call your contact."
    return Reminder(
        id=1, action=promised, action_id=1, day=3, message=text, since=date(2016, 9, 1), **REMINDER_LINKS
    )


def receipt(school: School = SCHOOL, **values: Any) -> Receipt:
    base: dict[str, Any] = {"reminder_id": 1, "school_id": school.id, "term": "Autumn 2016"}
    made = Receipt(id=1, due_on=date(2016, 9, 7), **{**base, **values})
    made.reminder, made.school = reminder(), school
    return made


def sent_receipt() -> Receipt:
    made = receipt(seen_by=CHAIR, seen_at=NOW)
    made.delivery = Delivery(id="d", kind="reminder", occurrence="o", recipient="C0005", ts="1.0")
    return made


def ledger() -> Ledger:
    lines = (
        LedgerLine(SCHOOL, sent_receipt(), date(2016, 9, 7)),
        LedgerLine(FAR_SCHOOL, receipt(FAR_SCHOOL, reason="no channel"), date(2016, 9, 7)),
    )
    return Ledger(reminder(), "Autumn 2016", 3, lines)


def request(**values: Any) -> DueRequest:
    base: dict[str, Any] = {"asked_due": date(2017, 3, 31), "asked_as_written": "03/2017", "asked_by": LEAD}
    return DueRequest(id=1, current_due=date(2016, 11, 30), asked_at=NOW, reason="cohort starts in January",
                      **{**base, **values})  # fmt: skip


def import_report() -> ImportReport:
    doubts = [
        OpenDoubt(
            'the column "Cost" is not used: its words are kept as notes',
            "row 1",
            about="option",
            choices=[("Keep as notes", "map:Cost=notes"), ("Leave it out", "map:Cost=ignore")],
        ),
        OpenDoubt(
            '"31 March" has no year: give the year',
            "row 2, 1.1",
            "1.1",
            DoubtAbout.DUE,
            "31 March",
            [("31 Mar 2017", "2017-03-31"), ("No date (as read)", "")],
        ),
    ]
    return ImportReport(
        "a new plan, neglect-2017",
        "1 added, 0 changed, 0 removed, 0 unchanged",
        ["+ 1.1  Train every new starter  (Head of Training; 31 March)"],
        [("Action", "action"), ("By when", "due"), ("Cost", None)],
        doubts,
        plan="neglect-2017",
    )


NUDGE_STATE = nudges.NudgeState({}, TODAY, LONDON, 3)


SUMMARY_FIGURES = plan_summary.SummaryFigures(
    PlanFigures(3, 5, 2, 1, 10, 0),
    PlanFigures(2, 3, 2, 2, 10, 0),
    date(2016, 11, 15),
    Slippage(2, 45.4),
    [action()],
    [SectionFigures("1", "Front door", 9, 2, 1), SectionFigures("2.3", "Supervision", 5, 1, 4)],
    [("Chair of MASH Steering Group", 3), ("Head of Service", 1)],
    30,
)


def nudge(**values: Any) -> Nudge:
    one = Nudge(id=1, action_id=1, person=LEAD, day=TODAY, delivery_id="d", **values)
    one.action = action()
    return one


def coming_nudge() -> Nudge:
    one = nudge(days_ahead=7)
    one.action = action("1.2", "Audit of cases", due=date(2016, 12, 22))
    return one


def survey() -> Action:
    return action("1.9", "Survey of practitioners", due=date(2017, 11, 30))


def blocked() -> Action:
    made = action("2.2.4", "Guidance issued", progress=Progress.BLOCKED)
    made.references = [
        Reference(as_written="the survey in 1", target_ref="1.9", target=survey(), evidence=True)
    ]
    return made


def complete(**values: Any) -> Action:
    return action(progress=Progress.COMPLETE, completed_on=TODAY, **values)


SAMPLES: Mapping[str, Callable[[], Answer]] = {
    "An action": lambda: actions.one_action(action(), CONTEXT),
    "An action that is complete with an exception": lambda: actions.one_action(
        action(
            progress=Progress.COMPLETE_WITH_EXCEPTION,
            exception="the leaflet",
            outcome=Outcome.ON_TRACK,
            evidence="https://example.org/t",
            completed_on=TODAY,
        ),
        CONTEXT,
    ),
    "An action as it was": lambda: actions.one_action(
        action(), RenderContext(TODAY, LONDON, at=date(2016, 10, 1))
    ),
    "An action whose measure comes later": lambda: actions.one_action(blocked(), CONTEXT),
    "A section": lambda: actions.of_section(
        [Section(ref="2.3", title="Supervision", findings="Supervision is uneven", plan=plan())],
        [action(), action("2.3.2", "Knowledge and skills", due=date(2017, 6, 30))],
        CONTEXT,
    ),
    "Your actions": lambda: actions.mine(["Principal Social Worker"], [action(), survey()], CONTEXT),
    "Your actions without a role": lambda: actions.mine([], [], CONTEXT),
    "A list": lambda: actions.listed("JTAI 2016, overdue", [action()], CONTEXT),
    "An empty list": lambda: actions.listed("JTAI 2016, blocked", [], CONTEXT),
    "An action's history": lambda: history.history(
        "2.3.5 Supervision templates",
        [entry("progress", "not started", "complete", "issued"), entry("due_decision", None, "granted")],
        LONDON,
    ),
    "A reference that is not there": lambda: references.not_found(
        "I can't find 2.9 in JTAI 2016. Section 2 has 2.1 to 2.3.",
        [("jtai2016:2.1", "Assessments")],
        "/action status {}",
    ),
    "An action that was removed": lambda: text_answer(references.removed_text("2.3.5", "JTAI 2016", TODAY)),
    "Progress recorded": lambda: updates.recorded(
        complete(evidence="https://example.org/t"),
        Progress.IN_PROGRESS,
        STAMP,
        updates.SignOffState((COORDINATOR,)),
        evidence=True,
    ),
    "Progress recorded again": lambda: updates.recorded(
        complete(), Progress.COMPLETE, STAMP, updates.SignOffState((), (CHAIR,)), evidence=False
    ),
    "A round complete": lambda: updates.round_recorded(
        action(recurrence="6-monthly", due=date(2017, 7, 31)),
        Progress.COMPLETE,
        date(2017, 1, 31),
        STAMP,
        evidence=False,
    ),
    "A blocked action": lambda: updates.blocked(
        updates.recorded(blocked(), Progress.IN_PROGRESS, STAMP, updates.SignOffState(), evidence=False),
        blocked(),
        survey(),
        STAMP,
    ),
    "A suggestion accepted": lambda: updates.suggestion_accepted(action(), "1.9", STAMP),
    "A suggestion declined": lambda: updates.suggestion_declined("2.2.4"),
    "A change kept as a comment": lambda: updates.commented(action(), TODAY, STAMP),
    "A change after somebody else's": lambda: updates.with_change_before(
        [entry("progress", "not started", "in progress", who=CHAIR)], text_answer("…"), LONDON
    ),
    "A note": lambda: updates.noted(action(), STAMP),
    "Evidence": lambda: updates.evidenced(action(), STAMP, again=False, noted=False),
    "Evidence that is there": lambda: updates.evidenced(action(), STAMP, again=True, noted=True),
    "A sign-off withdrawn": lambda: updates.with_sign_off_withdrawn(
        updates.recorded(blocked(), Progress.COMPLETE, STAMP, updates.SignOffState(), evidence=False),
        COORDINATOR,
    ),
    "An outcome": lambda: updates.outcome_recorded(action(outcome=Outcome.ACHIEVED), Outcome.ON_TRACK, STAMP),
    "A snooze": lambda: updates.snoozed(action(), date(2017, 1, 9), STAMP),
    "A sign-off": lambda: updates.signed_off(action(), STAMP),
    "An undo": lambda: updates.undone([entry("progress", "not started", "complete")]),
    "An action added": lambda: plan_edits.added(
        action(measures=[], leads=[Lead(role=role("Workforce Lead", None))]), ["Workforce Lead"], TODAY, STAMP
    ),
    "An action added without a lead": lambda: plan_edits.added(
        action(measures=[], leads=[], due=None), [], TODAY, STAMP
    ),
    "An action reworded": lambda: plan_edits.reworded(action(), {"title": "Templates"}, STAMP),
    "A wording that is there already": lambda: plan_edits.reworded(action(), {}, STAMP),
    "An action moved": lambda: plan_edits.moved(action(), Section(ref="2.2", title="Training"), STAMP),
    "An action given to another role": lambda: plan_edits.assigned(
        action(), ["CSC Area Managers"], [], TODAY, STAMP
    ),
    "An action closed": lambda: plan_edits.closed(action(progress=Progress.SUPERSEDED), STAMP),
    "An action opened again": lambda: plan_edits.reopened(action(progress=Progress.IN_PROGRESS), STAMP),
    "A plan begun": lambda: plan_setup.plan_begun(plan(), STAMP),
    "A plan archived": lambda: plan_setup.archived(
        Plan(code="ofsted2014", title="Ofsted 2014", archived_on=TODAY), STAMP
    ),
    "A plan back from the archive": lambda: plan_setup.archived(plan(), STAMP),
    "A section added": lambda: plan_setup.section_added(action().section, STAMP),
    "A new date requested": lambda: extension_requests.requested(
        request(), action(original_due=date(2016, 11, 30)), 0, [COORDINATOR], "a"
    ),
    "A new date requested without a coordinator": lambda: extension_requests.requested(
        request(), action(), 2, [], "a"
    ),
    "A new date to decide": lambda: extension_requests.to_decide(request(), action()),
    "A new date approved": lambda: extension_requests.decided(
        request(decision="approved", decided_by=COORDINATOR), action()
    ),
    "A decision taken back": lambda: extension_requests.reopened(request(), action()),
    "A nudge": lambda: nudges.nudge([nudge(), coming_nudge()], NUDGE_STATE),
    "A nudge to a deputy": lambda: nudges.nudge([nudge(asked_because="Head of MASH")], NUDGE_STATE),
    "A nudge to a coordinator": lambda: nudges.nudge(
        [nudge(asked_because="no lead can be reached")], NUDGE_STATE
    ),
    "A nudge answered": lambda: nudges.nudge(
        [nudge(), nudge(disowned=True)],
        replace(NUDGE_STATE, answers={1: [entry("progress", "not started", "blocked")]}),
    ),
    "Nudged, and nothing has changed": lambda: updates.unchanged_recorded([action()], STAMP),
    "Nudged, and it is not theirs": lambda: updates.not_mine_recorded(action(), STAMP),
    "A reply to record": lambda: nudges.confirm_reply([action()], "p", "complete: issued", status=True),
    "A reply about one of several": lambda: nudges.confirm_reply(
        [action(), survey()], "p", "on its way", status=False
    ),
    "Theirs after all": lambda: nudges.theirs_after_all(action(), LEAD),
    "Not stuck after all": lambda: nudges.not_stuck_after_all(action(progress=Progress.IN_PROGRESS), LEAD),
    "Not mine": lambda: nudges.not_mine(action(), LEAD, "it moved to the area managers"),
    "Exceptions": lambda: nudges.exceptions(
        "JTAI 2016",
        [
            Escalated(action(), "no reply after 3 reminders"),
            Escalated(action(), "says it is not theirs", None, LEAD, "it moved"),
        ],
        TODAY,
        "/plan exceptions",
    ),
    "No exceptions": lambda: nudges.exceptions("JTAI 2016", [], TODAY, "/plan exceptions"),
    "New exceptions": lambda: nudges.newly_listed([action()], 3),
    "Silent leads": lambda: nudges.silent(
        "JTAI 2016", [("CSC Area Managers", None, 2, date(2016, 10, 1))], 30, TODAY, "/plan silent 30"
    ),
    "No silent leads": lambda: nudges.silent("JTAI 2016", [], 30, TODAY, "/plan silent 30"),
    "A plan's summary": lambda: plans.summary(plan(), [action(), survey(), complete(ref="1.1")], CONTEXT),
    "Overdue": lambda: plans.overdue(plan(), [action(), survey()], CONTEXT),
    "Weak points": lambda: plans.checked(plan(), [("No own measure", ["1.5", "2.2.3"])], [], CONTEXT),
    "No weak points": lambda: plans.checked(plan(), [], [], CONTEXT),
    "Changes": lambda: plans.changes(
        plan(), date(2016, 9, 20), [entry("progress", "not started", "complete", "issued")], CONTEXT
    ),
    "No changes": lambda: plans.changes(plan(), date(2016, 9, 20), [], CONTEXT),
    "A week for the board": lambda: plans.digest(
        [
            (
                plan(),
                [action(), complete(ref="1.1")],
                weekly_news(
                    [action(), complete(ref="1.1")],
                    [
                        entry("progress", "not started", "complete"),
                        entry("outcome", "not assessed", "on track"),
                    ],
                    date(2016, 9, 26),
                    date(2016, 10, 3),
                ),
            ),
            (plan(), [action()], News()),
        ],
        "1 sign-off, 2 new dates",
        ["jtai2016:1.5", "jtai2016:1.7"],
        date(2016, 9, 26),
        CONTEXT,
    ),
    "A summary for the chair": lambda: plan_summary.with_figures(
        plans.summary(plan(), [action()], CONTEXT), plan(), SUMMARY_FIGURES, TODAY
    ),
    "A summary of a young plan": lambda: plan_summary.with_figures(
        plans.summary(plan(), [action()], CONTEXT),
        plan(),
        replace(SUMMARY_FIGURES, before=None, silent=None, pressing=[], slippage=Slippage(0, 0)),
        TODAY,
    ),
    "A plan by section": lambda: plan_summary.section_words(plan(), SUMMARY_FIGURES.sections, TODAY),
    "Plans": lambda: plans.listed(
        [(plan(), 1), (Plan(code="ofsted2014", title="Ofsted 2014"), 10)], None, CONTEXT
    ),
    "No plan": lambda: plans.listed([], None, CONTEXT),
    "A channel's plan": lambda: plans.default_plan_set(plan(), "ofsted2014"),
    "The Home tab of a lead": lambda: home.home(
        LEAD, ["Principal Social Worker"], [home.your_actions([action()], [], CONTEXT)]
    ),
    "The Home tab of a lead with nothing to do": lambda: home.home(
        LEAD, ["Principal Social Worker"], [home.your_actions([complete()], [], CONTEXT)]
    ),
    "The Home tab of a school": lambda: home.home(
        SCHOOL_PERSON,
        [],
        [home.of_school(home.SchoolNews(SCHOOL, [receipt()], [question()]), LONDON)],
        is_school=True,
    ),
    "The Home tab of the chair": lambda: home.home(
        CHAIR, [], [home.at_a_glance(plans.summary(plan(), [action()], CONTEXT))]
    ),
    "An answer on the Home tab": lambda: home.with_way_back(text_answer("4 actions are overdue.")),
    "A role given": lambda: roles.assigned(role(), TODAY, [action()], TODAY, "a"),
    "Roles": lambda: roles.listed([(role(), 1), (role("CSC Area Managers", None), 2)], TODAY, "/plan roles"),
    "A school's reminder": lambda: reminders.post(receipt(), date(2016, 9, 7)),
    "A school's reminder, late": lambda: reminders.post(receipt(late=True), date(2016, 9, 9)),
    "A school's reminder, seen": lambda: reminders.seen(sent_receipt(), LONDON),
    "A school asked again": lambda: reminders.chase(receipt()),
    "A school's contact": lambda: reminders.contact(SCHOOL),
    "A school without a contact": lambda: reminders.contact(FAR_SCHOOL),
    "A school's question sent": lambda: school_questions.asked(SCHOOL),
    "A school's question": lambda: school_questions.question(question(), LONDON),
    "A school's question with an answer to send": lambda: school_questions.answer_offer(
        question(), "The blue one."
    ),
    "A school's question again": lambda: school_questions.question(question(), LONDON, again=True),
    "A school's question answered": lambda: school_questions.question(
        question(answer="The blue one.", answered_by=COORDINATOR, answered_at=NOW), LONDON
    ),
    "A school's answer": lambda: school_questions.answer(
        question(answer="The blue one.", answered_by=COORDINATOR, answered_at=NOW), private=False
    ),
    "A school's answer that Slack refused": lambda: school_questions.question(
        question(answer="The blue one.", answered_by=COORDINATOR), LONDON
    ),
    "An action to sign off": lambda: sign_offs.to_sign_off(complete(evidence="https://example.org/t"), LEAD),
    "A signer named": lambda: sign_offs.signer_named(CHAIR, may_sign=True, changed=True),
    "A signer no longer": lambda: sign_offs.signer_named(CHAIR, may_sign=False, changed=True),
    "What waits": lambda: waiting.waiting(
        Waiting(
            [complete(evidence="https://example.org/t")],
            [],
            [],
            [question()],
            [],
            [(role("CSC Area Managers", None), 2)],
        ),
        None,
        waiting.Audience(may_decide=True, may_sign=frozenset(), today=TODAY),
        LONDON,
        "/plan waiting",
    ),
    "A file's preview": lambda: imports.preview("neglect-2017.docx", import_report(), "p"),
    "A file with nothing new": lambda: imports.preview(
        "jtai.docx", ImportReport("an update of JTAI 2016 (jtai2016)", "", nothing_changed=True), "p"
    ),
    "A doubt of a file": lambda: imports.one_doubt("neglect-2017.docx", import_report().doubts[1], 2, "p"),
    "A doubt of a stored plan": lambda: Answer(
        doubts.stored_doubt(import_report().doubts[1], 7, "/plan check")
    ),
    "A doubt settled": lambda: doubts.settled(action(due=date(2017, 3, 31)), DoubtAbout.DUE, "2017-03-31"),
    "A doubt settled after another date was agreed": lambda: doubts.settled(
        action(due=date(2017, 9, 30)), DoubtAbout.DUE, "2017-03-31"
    ),
    "A file imported": lambda: imports.imported("neglect-2017.docx", import_report()),
    "A file that changed": lambda: imports.changed_since(
        imports.preview("neglect-2017.docx", import_report(), "p")
    ),
    "A file cancelled": lambda: imports.cancelled("neglect-2017.docx"),
    "Nothing waits": lambda: waiting.waiting(
        Waiting([], [], [], [], [], []),
        "JTAI 2016",
        waiting.Audience(may_decide=True, may_sign=frozenset(), today=TODAY),
        LONDON,
        "/plan waiting",
    ),
    "Somebody is stuck": lambda: nudges.blocked(action(), LEAD, "the survey comes first"),
    "A term's ledger": lambda: reminders.status(ledger(), NOW, LONDON, "/reminder status 1.6"),
    "A term's preview": lambda: reminders.preview(ledger(), "/reminder preview 1.6", None),
    "Reminders": lambda: reminders.listed(
        [(reminder(), "Spring 2017", 1)], date(2017, 1, 20), TODAY, "/reminder list", "jtai2016"
    ),
    "Reminders being sent": lambda: reminders.sending(
        1, ledger(), "jtai2016", "/reminder status jtai2016:1.6 Autumn 2016"
    ),
    "A KPI": lambda: kpis.detail(CAMHS, "/kpi camhs", [LOOKED_AFTER], default_plan="jtai2016"),
    "A KPI for information": lambda: kpis.detail(LOOKED_AFTER, "/kpi lac"),
    "A KPI with a small count": lambda: kpis.detail(SMALL, "/kpi missing"),
    "A KPI without a figure": lambda: kpis.detail(reading(kpi()), "/kpi camhs"),
    "The KPI board": lambda: kpi_board.board([CAMHS, LOOKED_AFTER, SMALL], TODAY, "/kpi board"),
    "KPIs off target": lambda: kpis.listed([CAMHS], "off target", TODAY, "/kpi list off target"),
    "No such KPIs": lambda: kpis.listed([], "stale", TODAY, "/kpi list stale"),
    "A KPI's history": lambda: kpis.history(
        kpi(),
        [figure(date(2019, 3, 31), 34, replaced_at=datetime(2019, 7, 1, tzinfo=UTC))],
        [(COORDINATOR, date(2019, 6, 1), "two posts were empty since January", 12)],
        "/kpi history",
    ),
    "A KPI that is not found": lambda: kpis.none_found(
        "cahms", [("camhs-12-weeks", "CAMHS seen within 12 weeks")]
    ),
    "A KPI's chart in words": lambda: charts.in_words(CAMHS),
    "A figure recorded": lambda: figures.recorded(
        kpi(), figure(date(2019, 3, 31), 36), kpis.brief(CAMHS), "a"
    ),
    "A note on a figure": lambda: figures.explained(kpi(), "a"),
    "A theme's report card": lambda: report_card.offered(
        "Waits: report card",
        "As at 15 Dec 2016",
        ["This report card has 1 figure."],
        "v",
        board=False,
    ),
    "A figure asked about": lambda: figures.confirmation(kpi(), ["Is a digit missing?"], "p"),
    "Figures that are due": lambda: figures.overdue_figures([(date(2019, 3, 31), CAMHS)], [CAMHS]),
    "Help for one command": lambda: help.help_answer(
        "/action mine", "Shows the actions you lead.", [("mine", "Shows the actions you lead.", "mine")]
    ),
    "Somebody who may not use the bot": lambda: text_answer(denial("guests")),
    "A partner asks about something else": lambda: text_answer(ONLY_OWN_ACTIONS),
    "In place of a message that quoted an erased text": lambda: taken_down(TODAY),
    "Somebody whom Slack can't identify": lambda: text_answer(CANNOT_IDENTIFY),
}
# Errors carry a number, which is cut off here.
ERRORS: Mapping[str, Exception] = {
    "It took too long": TimedOut(),
    "Recorded without an answer": RecordedButUnanswered(),
    "Nobody knows whether it was recorded": OutcomeUnknown(),
    "Words of harm about a child": DisclosureFound(),
    "Personal data": PersonalDataFound(["an NHS number", "a date of birth"]),
    "Anything else": RuntimeError(),
}


def wordings() -> Iterator[tuple[str, str]]:
    """Each sample's name and its plain text."""
    for name, render in SAMPLES.items():
        yield name, str(render().body()["text"])
    for name, error in ERRORS.items():
        yield (
            name,
            str(error_reply(error, "the MASH on 01234 567890").body()["text"]).partition(" (Reference")[0],
        )


def as_page() -> str:
    parts = [
        "# Approved wordings\n\nWritten by `make wordings`. Read every change aloud before you approve it."
    ]
    parts += [f"## {name}\n\n```text\n{text}\n```" for name, text in wordings()]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_page(), "utf-8")
