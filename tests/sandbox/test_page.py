"""The demo's page in a real browser: read, clicked through, and used with the keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, FilePayload, Page, expect

from bot.demo import demo
from sandbox import files
from tests.browser import open_page
from tests.files import word_table


@pytest.fixture
def page(demo_folder: Path, browser: Browser) -> Iterator[Page]:
    """The page of a demo of its own."""
    with demo(demo_folder) as running, open_page(browser, running.sandbox.url) as opened:
        expect(opened.locator("#me option")).to_have_count(7)
        yield opened


def _send(page: Page, text: str) -> None:
    page.fill("#say", text)
    page.press("#say", "Enter")


def _become(page: Page, who: str) -> None:
    value = page.locator("#me option", has_text=who).get_attribute("value")
    page.select_option("#me", value)
    # Wait until the page is redrawn: a click on the previous person's page would have no effect.
    expect(page.locator(f"body[data-me={value}]")).to_be_visible()


def test_a_lead_asks_updates_and_shares_and_others_may_only_comment_or_not_see(page: Page) -> None:
    private = page.locator("article[data-private=yes]")
    shared = page.locator("article[data-private=no]")
    expect(page.locator("#now")).to_contain_text("Thursday 15 December 2016, 09:0")
    _send(page, "/action status 2.3")
    expect(private).to_have_count(1)
    expect(private).to_contain_text("Only visible to you")
    expect(private).to_contain_text("2.3 Supervision (JTAI 2016): 5 actions, 4 overdue.")
    expect(private.get_by_role("img", name="red circle")).to_have_count(4)

    private.get_by_role("button", name="Update").click()
    dialog = page.get_by_role("dialog", name="Update an action")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog.get_by_text("Fill in this field.")).to_have_count(2)
    dialog.get_by_label("Action", exact=True).select_option(label="2.3.5 Supervision templates")
    dialog.get_by_label("How far is it?").select_option(label="Complete")
    dialog.get_by_label("What happened?").fill("templates issued <!channel>")
    dialog.get_by_label("Link to evidence").fill("example.org")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog.get_by_text("That link does not begin with https://.")).to_be_visible()
    dialog.get_by_label("Link to evidence").fill("https://example.org/t")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_be_hidden()

    expect(private).to_have_count(1)
    expect(private).to_contain_text("2.3.5 not started → complete")
    expect(private).to_contain_text("5 actions, 3 overdue.")
    expect(private).to_contain_text("templates issued <!channel>")
    expect(page.locator(".ring")).to_have_count(0)

    private.get_by_role("button", name="Share in channel").click()
    expect(shared).to_have_count(1)
    expect(shared).to_contain_text("Shared by @Morgan Hale")

    _become(page, "Ruth Adeyemi")
    expect(private).to_have_count(0)
    expect(shared).to_have_count(1)
    _send(page, "/action update 2.3.5 in progress: two are missing")
    expect(private).to_contain_text("Recorded as a comment; only @Morgan Hale")
    _become(page, "Sam Porter")
    expect(private).to_have_count(0)
    _send(page, "/action status 2.3")
    expect(private).to_contain_text("not open to people of another workspace")


def test_a_new_date_goes_to_the_coordinators_messages_and_is_approved_there(page: Page) -> None:
    _send(page, "/action due 2.3.1 03/2017: cohort starts in January")
    expect(page.locator("article")).to_contain_text("Sent to @Alex Reed for approval")
    _become(page, "Alex Reed")
    page.locator("#directs button").click()
    request = page.locator("article", has_text="asks for a new date")
    expect(request).to_be_visible()
    request.get_by_role("button", name="Approve").click()
    expect(page.locator("article", has_text="was approved by @Alex Reed")).to_be_visible()
    expect(request).to_have_count(0)


def test_the_page_works_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    page.focus("#say")
    page.keyboard.type("/act")
    expect(page.locator("#hints")).to_contain_text("Ask about actions")
    page.keyboard.press("Tab")
    expect(page.locator("#say")).to_have_value("/action ")
    page.keyboard.type("update 2.3.5")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("How far is it?")).to_be_focused()
    page.keyboard.type("In progress")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("begun today")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("article")).to_contain_text("not started → in progress")
    page.focus("#say")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#say")).to_have_value("/action update 2.3.5")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_clock_moves_and_an_overdue_action_gets_more_overdue(page: Page) -> None:
    page.get_by_role("button", name="Next Monday").click()
    expect(page.locator("#now")).to_contain_text("Monday 19 December 2016, 09:0")
    _send(page, "/action status 2.3.1")
    expect(page.locator("article")).to_contain_text("19 days overdue")
    page.get_by_label("Go to").fill("2017-03-01")
    expect(page.locator("#now")).to_contain_text("Wednesday 1 March 2017, 09:0")
    page.get_by_role("button", name="Next term").click()
    expect(page.locator("#now")).to_contain_text("April 2017")


def test_home_shows_a_persons_own_actions(page: Page) -> None:
    page.get_by_role("button", name="Partnership Bot: Home").click()
    expect(page.locator("#messages")).to_contain_text("Late (8)")
    _become(page, "Sam Porter")
    expect(page.locator("#messages")).to_contain_text("not open to people of another workspace")


def test_people_reply_in_threads_and_typed_markup_stays_text(page: Page) -> None:
    _send(page, "Look at <b>2.3</b> *today*, @chair")
    article = page.locator("article")
    expect(article).to_contain_text("Look at <b>2.3</b> today, @Ruth Adeyemi")
    expect(article.locator("b", has_text="today")).to_have_count(1)
    article.get_by_role("button", name="Reply in thread").click()
    page.fill("#thread-say", "I will")
    page.press("#thread-say", "Enter")
    expect(page.locator("#thread-messages article")).to_have_count(2)
    expect(page.locator("#messages article")).to_have_count(1)
    expect(article.first.get_by_role("button", name="1 reply")).to_be_visible()


def test_a_channel_shows_only_to_its_members(page: Page) -> None:
    expect(page.locator("#channels")).not_to_contain_text("board")
    _become(page, "Ruth Adeyemi")
    expect(page.locator("#channels")).to_contain_text("board")


def test_a_school_gets_its_reminder_and_pressing_seen_changes_the_ledger(page: Page) -> None:
    _become(page, "Dan Whitfield")
    page.locator("#channels button", has_text="school-riverside").click()
    page.get_by_label("Go to").fill("2017-01-06")
    reminder = page.locator("article", has_text="If a child is at immediate risk, call 999.")
    expect(reminder).to_be_visible(timeout=10_000)
    _send(page, "/reminder status 1.6")
    expect(page.locator("article[data-private=yes]")).to_contain_text("2 of 3 schools delivered, 0 seen")
    reminder.get_by_role("button", name="Seen").click()
    expect(reminder).to_contain_text("Seen by @Dan Whitfield, 6 Jan 2017")
    expect(reminder.get_by_role("button", name="Seen")).to_have_count(0)
    _send(page, "/reminder status 1.6")
    expect(page.locator("article[data-private=yes]").last).to_contain_text("2 of 3 schools delivered, 1 seen")
    reminder.get_by_role("button", name="Ask").click()
    dialog = page.get_by_role("dialog", name="Ask a question")
    expect(dialog).to_contain_text("Do not name or describe a child.")
    dialog.get_by_label("Your question").fill("Does the matrix cover neglect?")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("article[data-private=yes]").last).to_contain_text(
        "sent your question to the coordinators"
    )


def test_a_coordinator_drops_a_plan_settles_its_doubts_and_imports_it(page: Page, tmp_path: Path) -> None:
    document = Document()
    headings = ["Ref", "Action", "Lead", "By when", "Status"]
    rows = [
        ["1.1", "Train every new starter", "Head of Training", "31 March", "Under way"],
        ["1.2", "Publish the guide", "Head of Service", "30/06/2017", "Complete – evidence awaited"],
    ]
    word_table(document, headings, rows)
    document.save(str(tmp_path / "neglect.docx"))
    _become(page, "Alex Reed")
    page.locator("#directs button").click()
    expect(page.locator("#name")).to_have_text("Partnership Bot")
    _send_dropped(page, tmp_path / "neglect.docx")
    page.get_by_role("button", name="1 reply").click()
    thread = page.locator("#thread-messages")
    expect(thread).to_contain_text("neglect.docx is a new plan, neglect. Nothing is written yet.")
    expect(thread).to_contain_text("2 doubts: 1 about a date, 1 about a status.")

    thread.get_by_role("button", name="Settle doubts").click()
    expect(thread).to_contain_text("31 March")
    thread.get_by_role("button", name="31 Mar 2017").click()
    expect(thread).to_contain_text("evidence awaited")
    thread.get_by_role("button", name="Something else").click()
    dialog = page.get_by_role("dialog", name="Settle a doubt")
    dialog.get_by_label("How far is it?").select_option(label="Blocked")
    dialog.get_by_role("button", name="Settle").click()
    expect(dialog).to_be_hidden()
    expect(thread).not_to_contain_text("doubt")
    thread.get_by_role("button", name="Import").click()
    expect(thread).to_contain_text("neglect.docx is imported")

    _send(page, "/action status neglect:1.1")
    answer = page.locator("#messages article", has_text="31 Mar 2017")
    expect(answer).to_contain_text("in progress")


def test_a_nudge_is_answered_in_place(page: Page) -> None:
    page.get_by_role("button", name="Next Monday").click()
    page.locator("#directs button").click()
    nudge = page.locator("article", has_text="past their date").first
    expect(nudge).to_be_visible(timeout=10_000)
    done = nudge.get_by_role("button", name="Done: ")
    expect(done).to_have_count(3)
    nudge.get_by_role("button", name="Show 5 more").click()
    expect(done).to_have_count(8)
    done.last.click()
    expect(nudge).to_contain_text("progress: not started → complete")
    expect(done).to_have_count(7)
    nudge.get_by_label("More options for").first.click()
    nudge.get_by_role("button", name="New date").first.click()
    dialog = page.get_by_role("dialog", name="Ask for a new date")
    dialog.get_by_label("New date").fill("2017-03-31")
    dialog.get_by_label("Why?").fill("cohort starts in January")
    dialog.get_by_role("button", name="Ask").click()
    expect(dialog).to_be_hidden()
    expect(nudge).to_contain_text("new date 31 Mar 2017 requested")
    expect(done).to_have_count(6)


def test_a_chart_and_a_table_are_shown(page: Page) -> None:
    page.get_by_role("button", name="June 2019: the year's figures").click()
    expect(page.locator("#now")).to_contain_text("Friday 14 June 2019")
    _send(page, "/kpi looked after")
    answer = page.locator("article[data-private=yes]").last
    expect(answer).to_contain_text("Up 13% from 690")
    answer.get_by_role("button", name="Chart").click()
    chart = page.get_by_role("img", name="Looked-after children")
    expect(chart).to_be_visible()
    expect(chart.locator("rect")).to_have_count(11)
    drawn = page.locator("article", has=chart)
    expect(drawn).to_contain_text("31 Mar 2019: 780")
    drawn.get_by_role("button", name="Table").click()
    table = page.get_by_role("table", name="Looked-after children")
    expect(table.get_by_role("row")).to_have_count(12)
    expect(table.get_by_role("row").nth(1)).to_contain_text("780")


def test_a_figure_is_recorded_by_form(page: Page) -> None:
    _become(page, "Alex Reed")
    _send(page, "/kpi camhs 12 weeks")
    page.get_by_role("button", name="Record").click()
    dialog = page.get_by_role("dialog", name="Record a figure")
    dialog.get_by_label("Value (%)").fill("36")
    dialog.get_by_label("Period").fill("2015/16")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("article[data-private=yes]").last).to_contain_text("36%, at 31 Mar 2016, final")


def test_going_back_to_an_earlier_moment_starts_the_demo_over(page: Page) -> None:
    _become(page, "Alex Reed")
    _send(page, "/action note 2.3.5: first draft is out")
    expect(page.locator("article[data-private=yes]").last).to_contain_text("Noted")
    page.get_by_role("button", name="June 2019").click()
    _send(page, "/kpi camhs 12 weeks")
    expect(page.locator("article[data-private=yes]").last).to_contain_text("34%: CAMHS seen within 12 weeks")
    page.get_by_role("button", name="December 2016: the plan under way (starts over)").click()
    expect(page.locator("#now")).to_contain_text("Thursday 15 December 2016")
    expect(page.locator("article")).to_have_count(0)
    _send(page, "/action history 2.3.5")
    expect(page.locator("article[data-private=yes]").last).not_to_contain_text("first draft")
    _send(page, "/kpi camhs 12 weeks")
    expect(page.locator("article[data-private=yes]").last).to_contain_text("no figure recorded")


def _drag(page: Page, kind: str, target: str, *paths: Path) -> None:
    """One step of dragging files from outside of the browser, over the middle of an element."""
    box = page.locator(target).bounding_box()
    assert box is not None
    step = {
        "type": kind,
        "x": box["x"] + box["width"] / 2,
        "y": box["y"] + box["height"] / 2,
        "data": {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1},
    }
    page.context.new_cdp_session(page).send("Input.dispatchDragEvent", step)


def _drop(page: Page, target: str, *paths: Path) -> None:
    for kind in ("dragEnter", "dragOver", "drop"):
        _drag(page, kind, target, *paths)


def _send_dropped(page: Page, path: Path) -> None:
    """Drop a file into the conversation and send it."""
    attached = page.locator("#say-form .attached", has_text=path.name)
    # A busy browser refuses a drop that comes before it has taken in the drag. A person drops it again.
    for _ in range(5):
        _drop(page, "#messages", path)
        page.wait_for_timeout(500)
        if attached.is_visible():
            break
    expect(attached).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages article", has_text=path.name)).to_be_visible()


def test_a_file_is_attached_by_button_sent_and_downloaded(page: Page) -> None:
    plan: FilePayload = {"name": "Plan 2016.docx", "mimeType": "", "buffer": b"x" * 34_000}
    # Listened for from the start: the browser needs a moment before it hands its file choosers over.
    page.on("filechooser", lambda chooser: chooser.set_files(plan))
    page.locator("#directs button").click()
    expect(page.locator("#name")).to_have_text("Partnership Bot")
    attached = page.locator("#say-form .attached")
    page.get_by_role("button", name="Attach a file").focus()
    page.keyboard.press("Enter")
    expect(attached).to_contain_text("Plan 2016.docx34 KB")
    expect(page.locator("#say")).to_be_focused()
    attached.get_by_role("button", name="Remove").click()
    expect(attached).to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator("article .file")).to_have_count(0)

    page.set_input_files("#file", plan)
    expect(attached).to_contain_text("Plan 2016.docx")
    page.keyboard.type("the new plan")
    page.keyboard.press("Enter")
    message = page.locator("article", has_text="the new plan")
    expect(attached).to_be_empty()
    expect(message.get_by_role("link", name="Plan 2016.docx 34 KB")).to_be_visible()
    with page.expect_download() as download:
        message.get_by_role("link").click()
    assert download.value.suggested_filename == "Plan 2016.docx"
    assert download.value.path().read_bytes() == b"x" * 34_000


def test_a_file_is_dragged_onto_a_channel_and_into_a_thread(page: Page, tmp_path: Path) -> None:
    plan, notes = tmp_path / "plan.csv", tmp_path / "notes.txt"
    plan.write_text("a,b\n", "utf-8")
    notes.write_text("x", "utf-8")
    hint = page.locator("main .drop-hint")
    _drag(page, "dragEnter", "#messages", plan)
    _drag(page, "dragOver", "#messages", plan)
    expect(hint).to_be_visible()
    expect(hint).to_have_text("Drop the file to attach it")
    _drag(page, "dragOver", "nav", plan)
    expect(hint).to_be_hidden()
    # Beside the channel a file is not taken, and does not replace the page either.
    _drag(page, "drop", "nav", plan)
    expect(page.locator("#say-form .attached")).to_be_empty()

    _drop(page, "#messages", plan, notes)
    expect(hint).to_be_hidden()
    expect(page.locator("#say-form .attached")).to_contain_text("plan.csv4 bytes")
    expect(page.locator("#error")).to_have_text("You can send one file at a time. “plan.csv” is attached.")
    page.get_by_role("button", name="Send").click()
    message = page.locator("#messages article")
    expect(message.get_by_role("link", name="plan.csv 4 bytes")).to_be_visible()

    message.get_by_role("button", name="Reply in thread").click()
    _drop(page, "#thread", notes)
    expect(page.locator("#say-form .attached")).to_be_empty()
    expect(page.locator("#thread-form .attached")).to_contain_text("notes.txt")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("#thread-messages").get_by_role("link", name="notes.txt 1 byte")).to_be_visible()
    expect(message).to_have_count(1)


def test_a_file_that_was_not_sent_stays_attached_and_a_deleted_one_is_told(
    demo_folder: Path, browser: Browser
) -> None:
    with demo(demo_folder) as running, open_page(browser, running.sandbox.url) as page:
        space = running.sandbox.space
        # Before a channel is shown there is nowhere to send anything.
        expect(page.locator("#name")).not_to_be_empty()
        page.set_input_files("#file", {"name": "plan.docx", "mimeType": "", "buffer": b"x"})
        page.route("**/ui/upload", lambda route: route.fulfill(json={"error": "is_archived"}))
        page.press("#say", "Enter")
        expect(page.locator("#error")).to_have_text("is_archived")
        expect(page.locator("#say-form .attached")).to_contain_text("plan.docx")
        page.unroute("**/ui/upload")
        page.press("#say", "Enter")
        expect(page.locator("article .file")).to_contain_text("plan.docx")
        expect(page.locator("#error")).to_be_empty()
        [file] = space.files.values()
        files.delete(space, file.user, file.id)
        expect(page.locator("article .file")).to_have_text("This file was deleted.")


def test_words_are_answered_by_mention_and_in_a_direct_message_and_recorded_by_a_press(page: Page) -> None:
    _send(page, "@partnership what's late in section 1?")
    expect(page.locator("article", has_text="1.5 Locality and Community Support Teams")).to_be_visible()
    expect(page.locator("article", has_text="Only visible to you")).to_be_visible()

    page.locator("#directs button").first.click()
    expect(page.locator("#name")).to_have_text("Partnership Bot")
    _send(page, "2.3.5 is done, templates issued to all teams")
    offer = page.locator("article", has_text="Nothing is recorded yet")
    expect(offer).to_contain_text("update 2.3.5 complete: templates issued to all teams")
    offer.get_by_role("button", name="Record").click()
    expect(page.locator("article", has_text="not started → complete")).to_be_visible()

    _send(page, "what is overdue in Leeds")
    unread = page.locator("article", has_text="I don't understand “Leeds”")
    unread.get_by_role("button", name="My actions").click()
    expect(page.locator("article", has_text="7 overdue")).to_be_visible()


def test_a_round_is_recorded_by_form_and_an_action_is_split(page: Page) -> None:
    _become(page, "Alex Reed")
    _send(page, "/action rounds 1.3")
    answer = page.locator("article[data-private=yes]").last
    expect(answer).to_contain_text("No round is recorded yet")
    answer.get_by_role("button", name="Record a result").click()
    dialog = page.get_by_role("dialog", name="Result of a round")
    dialog.get_by_label("What was counted?").select_option(label="referrals")
    dialog.get_by_label("How many passed or answered").fill("49 of fifty")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_contain_text("Give a count, such as 16 of 20.")
    dialog.get_by_label("How many passed or answered").fill("49 of 50")
    dialog.get_by_label("What did you find?").fill("one had no outcome")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_be_hidden()
    expect(answer).to_contain_text("49 of 50 referrals, 98%: not met (100%)")

    _send(page, "/action split 2.3.5")
    dialog = page.get_by_role("dialog", name="Split an action")
    dialog.get_by_label("Action 1").fill("Rewrite the templates for supervising")
    dialog.get_by_label("Action 2").fill("Rewrite those for observing")
    dialog.get_by_role("button", name="Split").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("article[data-private=yes]").last).to_contain_text(
        "2.3.7 Rewrite those for observing"
    )


def test_a_register_is_dropped_and_its_members_confirm_by_button(page: Page, tmp_path: Path) -> None:
    register = tmp_path / "teams.csv"
    register.write_text("name,agency,contact\nNorth Team,CSC,U0004CHAIR\nSouth Team,CSC,\n", "utf-8")
    _become(page, "Alex Reed")
    page.locator("#directs button").click()
    expect(page.locator("#name")).to_have_text("Partnership Bot")
    _send_dropped(page, register)
    page.get_by_role("button", name="1 reply").click()
    thread = page.locator("#thread-messages")
    expect(thread).to_contain_text("teams.csv is the register of teams. Nothing is written yet.")
    expect(thread).to_contain_text("South Team has no contact")
    thread.get_by_role("button", name="Import").click()
    expect(thread).to_contain_text("teams.csv is imported")

    # By its text, not the last: the clock may send reminders of its own into this conversation.
    _send(page, "/action coverage 2.2.6")
    answer = page.locator("article", has_text="2.2.6").filter(has=page.get_by_role("button", name="Ask each"))
    expect(answer).to_contain_text("none of 2 teams is recorded as covered yet")
    answer.get_by_role("button", name="Ask each of them").click()
    expect(page.locator("article", has_text="I'm asking 1")).to_be_visible()
    _become(page, "Ruth")
    page.locator("#directs button").click()
    question = page.locator("#messages article", has_text="North Team: has this reached you?")
    expect(question).to_be_visible(timeout=15_000)
    question.get_by_role("button", name="Yes, it has").click()
    expect(page.locator("article", has_text="Confirmed on 15 Dec 2016")).to_be_visible()
    _send(page, "/action coverage 2.2.6")
    expect(page.locator("article", has_text="1 of 2 teams covered, 50%: not met")).to_be_visible()


def test_a_report_card_is_offered_and_its_word_file_downloaded(page: Page) -> None:
    _become(page, "Ruth")
    _send(page, "/kpi report Increase in child protection activity: cp-plans; cin-plans")
    offer = page.locator("article[data-private=yes]").last
    expect(offer).to_contain_text("from 2,451 (at 31 Jul 2013) to 1,801 (at 31 Jul 2015), down 26.5%")
    offer.get_by_role("button", name="Send me the Word file").click()
    expect(offer).to_contain_text("I've sent you the paper", timeout=15_000)
    page.locator("#directs button").click()
    with page.expect_download() as download:
        page.locator("#messages article").get_by_role("link", name="report-card-2016-12-15.docx").click()
    document = Document(str(download.value.path()))
    assert document.paragraphs[0].text == "Increase in child protection activity: report card"
