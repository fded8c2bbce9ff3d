"""A coordinator sends a file in a direct message: preview, doubts one by one, import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlmodel import select

from db import plans
from db.engine import reading
from db.models import Action, Entry, PendingChange, SettledDoubt
from db.rules.import_reports import ImportReport, OpenDoubt, letters_digest
from sandbox.faults import Fault
from sandbox.workspace import Message
from tests.cast import COORDINATOR, LEAD, OUTSIDER
from tests.conftest import Running
from tests.files import excel_rows, word_table

_HEADINGS = ["Ref", "Action", "Lead", "By when", "Status", "Cost"]
_ROWS = [
    ["1.1", "Train every new starter", "Head of Training", "31 March", "Under way", "£200"],
    ["1.2", "Publish the threshold guide", "TBC", "30/06/2017", "Complete – evidence awaited", ""],
    ["1.3", "Review the front door", "Head of Service", "31/07/2017", "Not started", ""],
]


def _plan(path: Path) -> bytes:
    document = Document()
    word_table(document, _HEADINGS, _ROWS)
    document.save(str(path))
    return path.read_bytes()


@pytest.fixture
def send(slack: Running) -> Callable[..., Message]:
    """Call it to send a file to the bot as a person. Returns the bot's answer."""

    def share(name: str, content: bytes, text: str = "", person: str = COORDINATOR) -> Message:
        space = slack.sandbox.space
        channel = space.direct(person).id

        def act() -> None:
            version = space.version
            slack.sandbox.users.share_file(person, channel, name, content, text)
            # The message itself, and then the answer.
            assert space.wait_past(version + 1)

        return slack.messages_after(act)[-1]

    return share


def shown(slack: Running, message: Message) -> Message:
    return slack.sandbox.space.message(message.channel, message.ts)


def _wait_for_change(slack: Running, message: Message, before: list[dict[str, Any]]) -> None:
    """Wait until a message is redrawn or a form has opened."""
    space = slack.sandbox.space
    for _ in range(50):
        version = space.version
        if shown(slack, message).blocks is not before or list(space.views_of(COORDINATOR)):
            return
        space.wait_past(version, 0.2)
    raise AssertionError("nothing changed")


def press(slack: Running, message: Message, label: str) -> Message:
    """Press the button with that label, and return the message as it is then."""
    for block in message.blocks:
        for element in block.get("elements") or []:
            if element.get("type") == "button" and element["text"]["text"] == label:
                before = message.blocks
                slack.press_button(COORDINATOR, message, block["block_id"], element)
                _wait_for_change(slack, message, before)
                return shown(slack, message)
    labels = [e["text"]["text"] for b in message.blocks for e in b.get("elements") or [] if "value" in e]
    raise AssertionError(f"no button {label}: {labels}")


def test_a_plan_is_previewed_settled_and_imported(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    message = send("neglect-2017.docx", _plan(tmp_path / "plan.docx"))
    assert "neglect-2017.docx is a new plan, neglect-2017." in message.text
    assert "3 added" in message.text
    assert "Nothing is written yet" in message.text
    assert "Cost → not used" in message.text
    with reading(slack.engine) as session:
        assert plans.plan_by_code(session, "neglect-2017") is None

    message = press(slack, message, "Settle doubts")
    assert 'the column "Cost" is not used' in message.text
    message = press(slack, message, "Leave it out")
    assert "1.1" in message.text
    assert '"31 March" has no year' in message.text
    message = press(slack, message, "31 Mar 2017")
    assert "1.2" in message.text
    message = press(slack, message, "Nobody yet (as read)")
    assert "evidence awaited" in message.text
    message = press(slack, message, "In progress (as read)")
    assert "3 added" in message.text
    assert "doubt" not in message.text

    message = press(slack, message, "Import")
    assert "neglect-2017.docx is imported" in message.text
    status = slack.ask(COORDINATOR, "/action status neglect-2017:1.1")
    assert "31 Mar 2017" in status.text
    assert "in progress" in status.text
    with reading(slack.engine) as session:
        assert session.exec(select(PendingChange)).all() == []
        [entry] = session.exec(select(Entry).where(Entry.subject == "import"))
        assert (entry.who, entry.after) == (COORDINATOR, "neglect-2017.docx")
    assert slack.store is not None

    # The same file again changes nothing, and nobody is asked again.
    again = send("neglect-2017.docx", _plan(tmp_path / "plan.docx"))
    assert "Nothing would change" in again.text
    assert "doubt" not in again.text


def test_doubts_that_say_the_same_are_settled_with_one_press(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    rows = [["Ref", "Action", "Lead", "By when", "Status"]]
    rows += [
        ["1", "Write the guide", "Head of MASH / Named Nurse", "May 2017", "In progress"],
        ["2", "Train the staff", "Police Lead / Head of MASH", "31 March", "In progress"],
        ["3", "Audit the cases", "Named Nurse / Police Lead", "30 April", "Done, evidence awaited"],
        ["4", "Tell the schools", "Named Nurse", "May 2017", "Complete but still to be checked"],
    ]
    message = send("same.xlsx", excel_rows(tmp_path / "same.xlsx", rows).read_bytes())
    message = press(slack, message, "Settle doubts")
    assert "joint leads" in message.text
    assert "2 more doubts are like it" in message.text
    assert "→ Named Nurse / Police Lead (as read)" in message.text
    message = press(slack, message, "All 3 are right as read")
    assert '"31 March" has no year' in message.text
    # What the import would leave open is no answer to be given unseen.
    assert '"30 April" has no year: give the year' in message.text
    assert "→ No date (as read)" in message.text
    message = press(slack, message, "Leave it for later")
    message = press(slack, message, "Leave it for later")
    assert "evidence awaited" in message.text
    message = press(slack, message, "All 2 are right as read")
    assert "2 doubts: 2 about a date" in message.text
    message = press(slack, message, "Import")
    assert "same.xlsx is imported" in message.text
    assert "2 doubts are left" in message.text
    assert "Doubts of imports (2)" in slack.ask(COORDINATOR, "/plan waiting same").text
    assert "led by Police Lead and Head of MASH" in slack.ask(COORDINATOR, "/action history same:2").text


def test_nothing_is_written_when_it_is_cancelled(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    message = send("neglect.docx", _plan(tmp_path / "plan.docx"))
    message = press(slack, message, "Cancel")

    assert "cancelled" in message.text
    with reading(slack.engine) as session:
        assert plans.plan_by_code(session, "neglect") is None
        assert session.exec(select(PendingChange)).all() == []


def test_doubts_that_are_left_wait_with_the_same_buttons(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    message = send("neglect.docx", _plan(tmp_path / "plan.docx"), "new plan neglect: Neglect 2017")
    assert "a new plan, neglect" in message.text
    press(slack, message, "Import")

    waiting = slack.ask(COORDINATOR, "/plan waiting neglect")
    assert "Doubts of imports (4)" in waiting.text
    assert "1.1 Train every new starter" in waiting.text
    waiting = press(slack, waiting, "31 Mar 2017")
    assert "1.1 Train every new starter: settled, due 31 Mar 2017." in waiting.text
    assert "Doubts of imports (3)" in waiting.text
    check = slack.ask(COORDINATOR, "/plan check neglect")
    check = press(slack, check, "Complete")
    assert "1.2 Publish the threshold guide: settled, complete." in check.text
    assert "Doubts of imports" in slack.ask(LEAD, "/plan check neglect").text
    assert "settle_" not in str(slack.ask(LEAD, "/plan check neglect").blocks)
    assert "complete" in slack.ask(COORDINATOR, "/action status neglect:1.2").text

    # An import of the same file keeps what was settled.
    again = send("neglect.docx", _plan(tmp_path / "plan.docx"))
    assert "Nothing would change" in again.text
    with reading(slack.engine) as session:
        [action] = session.exec(select(Action).where(Action.text == "Train every new starter"))
        assert str(action.due) == str(action.original_due) == "2017-03-31"
        assert len(session.exec(select(SettledDoubt)).all()) == 2


def test_doubts_about_the_file_wait_too(slack: Running, send: Callable[..., Message], tmp_path: Path) -> None:
    message = send("neglect.docx", _plan(tmp_path / "plan.docx"))
    press(slack, message, "Import")

    place = "neglect, row 1"
    check = slack.ask(COORDINATOR, "/plan check neglect")
    assert f'{place}: the column "Cost" is not used' in check.text
    assert f'{place}: the column "Cost" is not used' in slack.ask(LEAD, "/plan check neglect").text
    check = press(slack, check, "It is right")
    assert f"{place}: settled, it is right." in check.text
    assert "Cost" not in slack.ask(COORDINATOR, "/plan waiting neglect").text
    assert "Cost" not in send("neglect.docx", _plan(tmp_path / "plan.docx")).text.partition("doubt")[2]


def test_another_answer_is_given_in_a_form(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    message = send("neglect.docx", _plan(tmp_path / "plan.docx"))
    message = press(slack, message, "Settle doubts")
    message = press(slack, message, "Leave it for later")
    message = press(slack, message, "Leave it for later")
    assert "TBC" in message.text
    [form] = [_form(slack, message, "Something else")]
    version = slack.sandbox.space.version
    values = {"note": {"note": {"type": "plain_text_input", "value": "Head of Quality / Police lead"}}}
    assert slack.sandbox.users.submit(COORDINATOR, form, values) == {}
    slack.sandbox.space.wait_past(version + 1)
    message = press(slack, shown(slack, message), "Back to the preview")
    press(slack, message, "Import")

    text = slack.ask(COORDINATOR, "/action status neglect:1.2").text
    assert "Head of Quality" in text
    assert "Police lead" in text


def _form(slack: Running, message: Message, label: str) -> str:
    press(slack, message, label)
    [view] = slack.sandbox.space.views_of(COORDINATOR)
    return view.id


def test_a_file_is_taken_for_the_plan_that_has_most_of_its_actions(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    content = _plan(tmp_path / "plan.docx")
    press(slack, send("neglect.docx", content), "Import")
    message = send("Copy of neglect (2) FINAL.docx", content)
    assert "is an update of neglect (neglect)" in message.text
    message = send("Copy of neglect (2) FINAL.docx", content, "new plan other")
    assert "is a new plan, other" in message.text
    assert "no plan has the code nothing: the plans are" in send("x.docx", content, "update of nothing").text


def test_only_a_coordinator_imports(slack: Running, send: Callable[..., Message], tmp_path: Path) -> None:
    content = _plan(tmp_path / "plan.docx")
    assert "Only a coordinator can import a file." in send("neglect.docx", content, person=LEAD).text
    answer = send("neglect.docx", content, "2.3.5 is done, see the file", person=LEAD)
    assert "Nothing is recorded yet" in answer.text
    answer = send("neglect.docx", content, person=OUTSIDER)
    assert "not open to people of another workspace" in answer.text


def test_figures_people_schools_and_terms_come_the_same_way(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    files = {
        "roles.csv": "role,agency,slack_user\nPrincipal Social Worker,Council,U0002DEPUTY\n",
        "schools.csv": "name,channel,calendar\nHill School,C0003SCHOOL,Oxfordshire\n",
        "terms.csv": "calendar,term,starts,ends,kind\nElsewhere,Autumn 2016,2016-09-05,2016-12-16,term\n",
        "board.csv": "Indicator,Target,Good is,Oct 2016,Nov 2016\nVisits in time,90%,high,81%,85%\n",
    }
    contents = {name: content.encode() for name, content in files.items()}
    rows = [["Name", "Slack channel", "LA"], ["Vale School", "C0003SCHOOL", "Oxfordshire"]]
    contents["register.xlsx"] = excel_rows(tmp_path / "register.xlsx", rows).read_bytes()
    for name, content in contents.items():
        message = send(name, content)
        assert f"{name} is" in message.text, message.text
        assert "Nothing is written yet" in message.text
        with reading(slack.engine) as session:
            assert not session.exec(select(Entry).where(Entry.who == f"import:{name}")).all()
        assert "is imported" in press(slack, message, "Import").text
        with reading(slack.engine) as session:
            assert session.exec(select(Entry).where(Entry.who == f"import:{name}")).all()


def test_what_a_scorecard_does_not_say_is_settled_with_a_button(
    slack: Running, send: Callable[..., Message]
) -> None:
    card = b"Indicator,Unit,Target,Oct 2016,Nov 2016\nCases waiting,furlongs,30,40,35\n"
    message = send("card.csv", card)
    assert "KPIs: 1 added" in message.text
    assert "2 doubts: 1 about a unit, 1 about which way is good" in message.text
    message = press(slack, message, "Settle doubts")
    assert "the unit “furlongs” is not a known one" in message.text
    message = press(slack, message, "weeks")
    assert "the target 30 is left out" in message.text
    message = press(slack, message, "Low is good")
    assert "doubt" not in message.text
    message = press(slack, message, "Import")
    assert "card.csv is imported" in message.text
    answer = slack.ask(COORDINATOR, "/kpi cases-waiting").text
    assert "35 weeks" in answer
    assert "at most 30 weeks" in answer


def test_a_doubt_that_quotes_a_detail_is_shown_without_it_and_has_no_buttons(
    slack: Running, send: Callable[..., Message]
) -> None:
    plan = (
        b"Ref,Action,Lead,By when,Contact jane.doe@example.org\n1,Train staff,Head of Training,30/06/2017,\n"
    )
    message = send("plan.csv", plan)
    assert "1 added" in message.text
    assert "1 about the file" in message.text
    assert "jane.doe" not in str(message.blocks)


def test_what_cannot_be_read_gets_one_sentence(slack: Running, send: Callable[..., Message]) -> None:
    assert "is not a kind of file that I read" in send("photo.png", b"x").text
    assert "is not really a Word document" in send("plan.docx", b"not a zip").text
    text = send("tasks.csv", b"Thing,Colour\nPaint,blue\n").text
    assert "by sending the file again and writing `Thing=action` with it" in text
    assert "--map" not in text
    assert "write `calendar NAME` with it" in send("t.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n").text


def test_a_child_is_not_repeated(slack: Running, send: Callable[..., Message]) -> None:
    content = b"Action,Lead,When\nAsk about NHS 943 476 5919,Head of Service,31/03/2017\n"
    text = send("plan.csv", content).text

    assert "Take it out of the file" in text
    assert "5919" not in text


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=500), "Slack did not give me that file"),
        (Fault(cut=True), "Slack did not give me that file"),
        (Fault(redirect="http://127.0.0.1:9/x"), "Slack did not give me that file"),
    ],
)
def test_a_file_that_slack_does_not_give_is_a_sentence(
    slack: Running, send: Callable[..., Message], fault: Fault, expected: str
) -> None:
    slack.sandbox.space.faults.order("files-pri", fault)

    assert expected in send("plan.csv", b"Action,Lead,When\n").text


def test_what_changed_since_the_preview_is_shown_again(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    content = _plan(tmp_path / "plan.docx")
    first, second = send("neglect.docx", content), send("neglect.docx", content)
    press(slack, first, "Import")
    message = press(slack, second, "Import")

    assert "Not imported" in message.text
    assert "Nothing would change" in message.text


def test_a_digest_never_looks_like_a_number_of_a_person() -> None:
    assert letters_digest(b"x").isalpha()
    assert OpenDoubt("a doubt").id.isalpha()
    assert ImportReport("figures", "none").fingerprint.isalpha()


def test_who_settled_a_doubt_stands_in_the_history(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    message = send("neglect.docx", _plan(tmp_path / "plan.docx"), "new plan neglect: Neglect 2017")
    message = press(slack, press(slack, message, "Settle doubts"), "Leave it for later")
    message = press(slack, message, "31 Mar 2017")
    message = press(slack, message, "Back to the preview")
    press(slack, message, "Import")
    press(slack, slack.ask(COORDINATOR, "/plan waiting neglect"), "Complete")

    by = f"<@{COORDINATOR}>: settled a doubt of the file"
    text = slack.ask(COORDINATOR, "/action history neglect:1.1").text
    assert f"{by}: “31 March” means due 31 Mar 2017" in text
    assert "import of neglect.docx: added to the plan" in text
    text = slack.ask(COORDINATOR, "/action history neglect:1.2").text
    assert f"{by}: “Complete – evidence awaited” means complete" in text


def test_a_worry_sent_with_a_file_is_answered_first(
    slack: Running, send: Callable[..., Message], tmp_path: Path
) -> None:
    content = _plan(tmp_path / "plan.docx")
    text = send("neglect.docx", content, "A child is being hurt by her father, please add").text

    assert "999" in text
    assert "Import" not in text


def test_a_newer_file_does_not_take_back_what_somebody_confirmed(
    slack: Running, send: Callable[..., Message]
) -> None:
    head = b"Ref,Action,Lead,By when,Status\n"
    row = b"1.1,Train every new starter,Head of Training,31/03/2017,"
    press(slack, send("neglect.csv", head + row + b"Complete\n"), "Import")
    assert "still" in slack.ask(COORDINATOR, "/action update neglect:1.1 complete").text

    newer = head + row + b"Not started\n"
    message = send("neglect.csv", newer, "update of neglect")
    assert 'but "complete" is recorded: the recorded progress stays' in message.text
    history = slack.ask(COORDINATOR, "/action history neglect:1.1").text
    assert f"<@{COORDINATOR}>: still complete" in history

    # What was taken back holds nothing up.
    slack.ask(COORDINATOR, "/action undo")
    text = send("neglect.csv", newer, "update of neglect").text
    assert 'progress: "complete" → "not started"' in text


def test_an_update_shows_first_what_goes_and_each_change_once(
    slack: Running, send: Callable[..., Message]
) -> None:
    head = b"Ref,Action,Lead,By when\n"
    rows = [b"1.%d,Do the work of part %d,Head of Training,31/03/2017\n" % (n, n) for n in range(1, 21)]
    press(slack, send("neglect.csv", head + b"".join(rows)), "Import")
    newer = [row.replace(b"31/03/2017", b"30/06/2017") for row in rows[:18]]

    text = send("neglect.csv", head + b"".join(newer), "update of neglect").text

    assert "1.20 Do the work of part 20 (no longer in the file" in " ".join(text.split())
    assert "due: 31 Mar 2017 → 30 Jun 2017" in text
    assert "due as written" not in text


def test_a_file_of_another_plan_has_a_doubt(slack: Running, send: Callable[..., Message]) -> None:
    head = b"Ref,Action,Lead,By when\n"
    words = ("Train", "Publish", "Audit", "Review", "Recruit")
    rows = [b"1.%d,%s the part,Head,31/03/2017\n" % (n, w.encode()) for n, w in enumerate(words, 1)]
    press(slack, send("neglect.csv", head + b"".join(rows)), "Import")
    other = [b"1.%d,Open hub number %d in town,Head,31/03/2017\n" % (n, n) for n in range(1, 6)]

    text = send("hubs.csv", head + b"".join(other), "update of neglect").text

    assert "only 0 of the file's 5 actions have the words of an action of neglect" in text


def test_registers_come_by_the_names_that_exports_give_their_columns(
    slack: Running, send: Callable[..., Message]
) -> None:
    people = b"Role,Agency,Slack ID,Deputy,From,To\nPrincipal Social Worker,Council,U0002DEPUTY,,,\n"
    assert "people2.csv is who holds which role" in send("people2.csv", people).text.replace("*", "")
    schools = b"EstablishmentName,URN,Channel,Calendar\nHill School,123456,C0003SCHOOL,Oxfordshire\n"
    assert "school" in send("gias.csv", schools).text


def test_what_a_column_is_may_follow_the_title_of_a_new_plan(
    slack: Running, send: Callable[..., Message]
) -> None:
    plan = b"Action,Lead,When,Sponsor board\nTrain staff,Head of Training,31/03/2017,Quality\n"
    text = send("x.csv", plan, "new plan WV: Westvale Neglect, Sponsor board=notes").text

    assert "a new plan, wv: Westvale Neglect." in text
    assert "Sponsor board → notes" in text


def test_a_file_with_a_password_is_told_so(slack: Running, send: Callable[..., Message]) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "is protected with a password" in send("plan.xlsx", content).text
