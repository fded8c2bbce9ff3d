"""The page as one reads and writes on it: unread marks, focus, what is read aloud, threads, charts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.demo import Demo
from sandbox.workspace import Workspace
from tests.cast import CHAIR, COORDINATOR, GUEST, JOINT_CHANNEL, LEAD, PLAN_CHANNEL
from tests.sandbox.pages import (
    become,
    button,
    menu,
    open_channel,
    post,
    row,
    send,
    update,
)


@pytest.fixture
def page(browser: Browser, running: Demo, space: Workspace) -> Iterator[Page]:
    with open_channel(browser, running.sandbox.url) as opened:
        yield opened


# Unread marks


def test_a_place_with_unread_messages_says_how_many_until_it_is_opened(page: Page, space: Workspace) -> None:
    joint = page.locator("#channels button", has_text="joint-work")
    for text in ("One", "Two"):
        post(space, JOINT_CHANNEL, text)
    post(space, space.direct(LEAD).id, "Good morning")
    expect(page.get_by_role("button", name="# joint-work (shared), 2 unread", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Partnership Bot, 1 unread")).to_be_visible()
    expect(joint).to_have_css("font-weight", "700")

    joint.click()
    expect(page.locator("article")).to_have_count(2)
    expect(joint).to_have_accessible_name("# joint-work (shared)")
    expect(joint).to_have_css("font-weight", "400")
    page.get_by_role("button", name="Partnership Bot, 1 unread").click()
    expect(page.locator("#directs button")).to_have_accessible_name("Partnership Bot")


def test_unread_marks_are_each_persons_own_and_outlast_a_change_of_person(
    page: Page, space: Workspace
) -> None:
    page.locator("#channels button", has_text="joint-work").click()
    send(page, "From Morgan")
    expect(page.locator("article")).to_have_count(1)
    page.locator("#channels button", has_text="action-plan").click()
    expect(page.locator("#name")).to_have_text("#action-plan")
    expect(page.get_by_role("button", name="unread")).to_have_count(0)
    become(page, COORDINATOR)
    mark = page.get_by_role("button", name="joint-work (shared), 1 unread")
    expect(mark).to_be_visible()
    become(page, LEAD)
    expect(page.get_by_role("button", name="unread")).to_have_count(0)
    become(page, COORDINATOR)
    mark.click()
    expect(mark).to_have_count(0)
    become(page, LEAD)
    become(page, COORDINATOR)
    expect(mark).to_have_count(0)


def test_the_channel_behind_the_home_tab_stays_unread_and_a_reply_in_a_thread_is_no_unread_message(
    page: Page, space: Workspace
) -> None:
    page.get_by_role("button", name="Partnership Bot: Home").click()
    expect(page.locator("#say-form")).to_be_hidden()
    first = post(space, PLAN_CHANNEL, "New")
    expect(page.get_by_role("button", name="action-plan, 1 unread")).to_be_visible()
    page.get_by_role("button", name="action-plan, 1 unread").click()
    page.get_by_role("button", name="Partnership Bot: Home").click()
    post(space, PLAN_CHANNEL, "A reply", thread_ts=first.ts)
    post(space, JOINT_CHANNEL, "Elsewhere")
    expect(page.get_by_role("button", name="joint-work (shared), 1 unread")).to_be_visible()
    expect(page.locator("#channels button", has_text="action-plan")).to_have_accessible_name("# action-plan")


# The message box


def test_the_message_box_names_its_place_and_suggests_a_first_question(page: Page, space: Workspace) -> None:
    box = page.locator("#say")
    expect(box).to_have_accessible_name("Message #action-plan")
    expect(box).to_have_attribute("placeholder", "Try /action status 2.3")
    post(space, PLAN_CHANNEL, "Hello")
    expect(box).to_have_attribute("placeholder", "Message #action-plan")
    page.locator("#directs button").click()
    expect(box).to_have_accessible_name("Message Partnership Bot")
    expect(box).to_have_attribute("placeholder", "Try: what is late in section 1?")
    page.get_by_role("button", name="Partnership Bot: Home").click()
    expect(box).to_be_hidden()


def test_a_guest_and_a_partner_are_named_as_such(page: Page, space: Workspace) -> None:
    space.post(JOINT_CHANNEL, GUEST, "I am here")
    page.locator("#channels button", has_text="joint-work").click()
    expect(page.locator("article")).to_contain_text("Nia Brooksguest · ")
    expect(page.locator("#me option", has_text="a guest: a school nurse, not yet allowed")).to_have_count(1)
    expect(page.locator("#me option", has_text="Slack Connect")).to_have_count(1)


# Focus


def test_focus_stays_on_a_button_whose_message_is_redrawn(page: Page, space: Workspace) -> None:
    message = post(space, PLAN_CHANNEL, "A", row(button("Seen", "seen"), button("Ask", "ask")))
    page.get_by_role("button", name="Ask").focus()
    update(space, message, "B", row(button("Ask", "ask"), button("Later", "later"), text="redrawn"))
    expect(page.locator("article")).to_contain_text("redrawn")
    expect(page.get_by_role("button", name="Ask")).to_be_focused()
    # In the same place, by another name.
    update(space, message, "C", row(button("Ask again", "again"), button("Later", "later"), text="once more"))
    expect(page.locator("article")).to_contain_text("once more")
    expect(page.get_by_role("button", name="Ask again")).to_be_focused()


def test_focus_goes_to_the_message_when_its_button_is_gone_and_never_to_the_next_rows(
    page: Page, space: Workspace
) -> None:
    rows = [row(button("Done", f"done_{at}", ref), text=ref) for at, ref in enumerate(("2.1", "2.2", "2.3"))]
    message = post(space, PLAN_CHANNEL, "A", [block for blocks in rows for block in blocks])
    page.get_by_role("button", name="Done").nth(1).focus()
    update(space, message, "B", [*rows[0], *row(button("Done", "done_1", "2.3"), text="2.2 is done")])
    expect(page.locator("article")).to_contain_text("2.2 is done")
    expect(page.locator("article")).to_be_focused()


def test_focus_goes_to_the_neighbour_of_a_message_that_is_gone(page: Page, space: Workspace) -> None:
    post(space, PLAN_CHANNEL, "First")
    message = post(space, PLAN_CHANNEL, "Second", row(button("Cancel", "cancel")))
    page.get_by_role("button", name="Cancel").focus()
    space.delete(PLAN_CHANNEL, message.ts)
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_be_focused()


def test_a_press_keeps_the_focus_in_its_message(page: Page, space: Workspace) -> None:
    send(page, "/action status 2.3")
    more = page.locator("article").first.get_by_role("button", name="History")
    more.press("Enter")
    expect(page.locator("article")).to_have_count(2)
    expect(more).to_be_focused()


def test_focus_stays_on_the_home_tab(page: Page, space: Workspace) -> None:
    page.get_by_role("button", name="Partnership Bot: Home").click()
    expect(page.locator("#messages")).to_contain_text("Late (8)")
    # As the bot's own, but not at a moment of its choosing.
    for text, buttons in (("One", ("a", "b")), ("Two", ("b",)), ("Three", ("c", "d"))):
        if text == "Two":
            page.get_by_role("button", name="Do b").focus()
        space.publish(
            LEAD, {"type": "home", "blocks": row(*(button(f"Do {b}", b) for b in buttons), text=text)}
        )
        expect(page.locator("#messages")).to_contain_text(text)
        if text == "Two":
            expect(page.get_by_role("button", name="Do b")).to_be_focused()
    expect(page.locator("#messages .home")).to_be_focused()


def test_a_new_message_steals_no_focus_closes_no_menu_and_loses_no_text(page: Page, space: Workspace) -> None:
    message = post(space, PLAN_CHANNEL, "A", row(menu("History", "New date"), text="*2.3.1* Training"))
    options = page.get_by_label("More options for 2.3.1 Training")
    options.click()
    page.get_by_role("button", name="New date").focus()
    post(space, PLAN_CHANNEL, "Something new")
    expect(page.locator("article")).to_have_count(2)
    expect(page.get_by_role("button", name="New date")).to_be_focused()
    # The message itself is redrawn, with its menu open.
    update(space, message, "B", row(menu("History", "New date"), text="*2.3.1* Training for all"))
    expect(page.locator("article").first).to_contain_text("for all")
    expect(page.get_by_role("button", name="New date")).to_be_visible()
    expect(page.get_by_role("button", name="New date")).to_be_focused()

    page.locator("#say").press_sequentially("half a sen")
    expect(page.get_by_role("button", name="New date")).to_be_hidden()
    post(space, PLAN_CHANNEL, "Something newer")
    expect(page.locator("article")).to_have_count(3)
    expect(page.locator("#say")).to_have_value("half a sen")
    expect(page.locator("#say")).to_be_focused()


def test_focus_returns_to_what_opened_a_form(page: Page, space: Workspace) -> None:
    send(page, "/action status 2.3")
    update_button = page.get_by_role("button", name="Update", exact=True)
    dialog = page.get_by_role("dialog")
    update_button.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(update_button).to_be_focused()
    # The message is redrawn when the form is sent.
    update_button.press("Enter")
    dialog.get_by_label("Action", exact=True).select_option(label="2.3.4 20 case audits")
    dialog.get_by_label("How far is it?").select_option(label="In progress")
    dialog.get_by_role("button", name="Record").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("article").first).to_contain_text("in progress")
    expect(update_button).to_be_focused()


def test_a_form_that_changes_while_it_is_open_keeps_what_is_typed(page: Page, space: Workspace) -> None:
    fields = [
        {
            "type": "input",
            "block_id": f"field_{at}",
            "label": {"type": "plain_text", "text": f"Field {at}"},
            "element": {"type": "plain_text_input", "action_id": "a"},
        }
        for at in range(3)
    ]
    choices = [{"text": {"type": "plain_text", "text": f"Box {at}"}, "value": str(at)} for at in range(2)]
    boxes = {"type": "checkboxes", "action_id": "a", "options": choices}
    fields.insert(0, {**fields[0], "block_id": "boxes", "element": boxes})
    form = {"type": "modal", "title": {"type": "plain_text", "text": "A form"}}
    form["submit"] = {"type": "plain_text", "text": "Send"}
    view = space.open_view(LEAD, {**form, "blocks": fields[:3]})
    page.get_by_label("Box 1").check()
    page.get_by_label("Field 1").fill("half a sen")
    space.update_view(view.id, {**form, "blocks": fields}, None)
    expect(page.get_by_label("Field 2")).to_be_visible()
    expect(page.get_by_label("Field 1")).to_have_value("half a sen")
    expect(page.get_by_label("Field 1")).to_be_focused()
    expect(page.get_by_label("Box 1")).to_be_checked()
    expect(page.get_by_label("Box 0")).not_to_be_checked()
    # Opened by nothing on the page, it leaves the focus where people type.
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#say")).to_be_focused()


# The list of commands


def test_a_command_is_chosen_with_the_arrow_keys(page: Page) -> None:
    box, shown = page.locator("#say"), page.get_by_role("listbox", name="Commands")
    box.press_sequentially("/")
    expect(shown.get_by_role("option")).to_have_count(4)
    expect(box).to_have_attribute("aria-expanded", "true")
    assert box.get_attribute("role") == "combobox"
    for key, chosen in (("ArrowDown", "/action"), ("ArrowDown", "/plan"), ("ArrowUp", "/action")):
        box.press(key)
        expect(shown.get_by_role("option", selected=True)).to_contain_text(chosen)
    box.press("ArrowUp")
    expect(shown.get_by_role("option", selected=True)).to_have_count(0)
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    active = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("/kpi")
    box.press("Enter")
    expect(box).to_have_value("/kpi ")
    expect(shown).to_be_hidden()
    expect(page.locator("article")).to_have_count(0)

    box.fill("/p")
    box.press("ArrowDown")
    box.press("Tab")
    expect(box).to_have_value("/plan ")
    expect(box).to_be_focused()
    box.fill("/")
    box.press("Escape")
    expect(shown).to_be_hidden()
    expect(box).to_have_value("/")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill("/r")
    shown.get_by_role("option", name="/reminder").click()
    expect(box).to_have_value("/reminder ")
    expect(box).to_be_focused()


def test_enter_sends_while_no_command_is_chosen(page: Page) -> None:
    send(page, "/nonsense")
    expect(page.locator("article")).to_contain_text("/nonsense is not a valid command.")
    send(page, "/action")
    expect(page.locator("article")).to_have_count(2)


# What is read aloud


def test_only_new_messages_of_the_open_place_are_read_aloud(page: Page, space: Workspace) -> None:
    log = page.get_by_role("log")
    post(space, JOINT_CHANNEL, "Before")
    page.locator("#channels button", has_text="joint-work").click()
    expect(page.locator("article")).to_have_count(1)
    expect(log).to_be_empty()
    message = post(space, JOINT_CHANNEL, f"For <@{CHAIR}>: *new*")
    expect(log.locator("p")).to_have_text(["Partnership Bot: For @Ruth Adeyemi: new"])
    update(space, message, "Changed", [])
    expect(page.locator("article").last).to_contain_text("Changed")
    post(space, PLAN_CHANNEL, "Elsewhere")
    expect(page.get_by_role("button", name="action-plan, 1 unread")).to_be_visible()
    expect(log.locator("p")).to_have_count(1)
    expect(log).to_have_attribute("aria-live", "polite")
    assert page.locator("#messages").get_attribute("aria-live") is None
    expect(page.get_by_role("region", name="Messages")).to_be_visible()


# Threads


def test_a_thread_opens_at_its_end_and_stays_there_unless_one_scrolled_up(
    page: Page, space: Workspace
) -> None:
    first = post(space, PLAN_CHANNEL, "The first")
    for number in range(30):
        post(space, PLAN_CHANNEL, f"Reply {number}", thread_ts=first.ts)
    opener = page.get_by_role("button", name="30 replies")
    opener.click()
    thread = page.locator("#thread-messages")
    expect(thread.locator("article").last).to_be_in_viewport()
    expect(page.locator("#thread-say")).to_be_focused()
    post(space, PLAN_CHANNEL, "Reply 30", thread_ts=first.ts)
    expect(thread.locator("article").last).to_contain_text("Reply 30")
    expect(thread.locator("article").last).to_be_in_viewport()

    thread.evaluate("(list) => { list.scrollTop = 0; }")
    post(space, PLAN_CHANNEL, "Reply 31", thread_ts=first.ts)
    expect(thread.locator("article")).to_have_count(33)
    expect(thread.locator("article").first).to_be_in_viewport()
    page.press("#thread-say", "Escape")
    expect(thread).to_be_hidden()
    expect(page.get_by_role("button", name="32 replies")).to_be_focused()

    page.get_by_role("button", name="32 replies").click()
    expect(thread.locator("article").last).to_be_in_viewport()
    space.clear()
    expect(thread).to_be_hidden()
    expect(page.locator("#say")).to_be_focused()


# Charts and colours


def _chart(kind: str, *names: str) -> dict[str, object]:
    points = [{"label": name, "value": 1000 * (at + 1)} for at, name in enumerate(names)]
    series = [{"name": name, "data": points} for name in ("Value", "Target")]
    drawn = {"type": kind, "series": series, "axis_config": {"categories": list(names)}}
    return {"type": "data_visualization", "title": "Waits", "chart": drawn}


def test_the_labels_of_a_chart_do_not_touch_and_the_newest_is_among_them(
    page: Page, space: Workspace
) -> None:
    months = [f"3{at % 2} Mar {2000 + at}" for at in range(20)]
    for kind in ("line", "bar"):
        post(space, PLAN_CHANNEL, "A chart", [_chart(kind, *months)])
        chart = page.get_by_role("img", name="Waits").last
        expect(chart.locator("rect")).to_have_count(20 if kind == "bar" else 0)
        boxes = chart.evaluate(
            """(svg) => [svg, ...svg.querySelectorAll("text")].map((one) => {
                const box = one.getBoundingClientRect();
                return [one.textContent, box.left, box.top, box.right, box.bottom];
            })"""
        )
        (_, left, top, right, bottom), *labels = boxes
        assert labels[-1][0].replace(" ", "") == months[-1].replace(" ", "")
        assert "20,000" in [label[0] for label in labels]
        for at, (name, x, y, x_end, y_end) in enumerate(labels):
            assert left <= x < x_end <= right, name
            assert top <= y < y_end <= bottom, name
            others = [other for other in labels[at + 1 :] if other[1] < x_end and other[3] > x]
            assert not any(other[2] < y_end and other[4] > y for other in others), name


def test_one_value_is_a_sentence_and_no_chart(page: Page, space: Workspace) -> None:
    post(space, PLAN_CHANNEL, "A chart", [_chart("line", "31 Mar 2019")])
    expect(page.locator("figure")).to_contain_text(
        "There is only one value. 31 Mar 2019: Value 1,000, Target 1,000."
    )
    expect(page.locator("figure svg")).to_have_count(0)


def test_every_colour_is_a_variable_and_dark_mode_sets_it(page: Page, space: Workspace) -> None:
    post(space, PLAN_CHANNEL, "A chart", [_chart("line", "2018", "2019")])
    line = page.locator("figure polyline").first
    colours = set()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        style = "(node) => getComputedStyle(node)"
        colours.add(
            (line.evaluate(f"{style}.stroke"), page.locator("body").evaluate(f"{style}.backgroundColor"))
        )
    assert len({stroke for stroke, _ in colours}) == len({paper for _, paper in colours}) == 2
    rules = page.evaluate(
        """() => [...document.styleSheets[0].cssRules]
            .filter((rule) => rule.selectorText && rule.selectorText !== ":root").map((rule) => rule.cssText)
            .filter((text) => /#[0-9a-f]{3,8}\\b(?![^{]*{)|rgba?\\(/i.test(text))"""
    )
    assert rules == []
