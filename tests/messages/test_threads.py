"""In a thread Slack runs no commands: none is advised there, and what only asks is a button."""

from typing import Any

from handlers.core.commands import COMMANDS
from messages.blocks import Answer, button, buttons, section, text_answer
from messages.threads import _ASKING, for_thread


def _values(content: dict[str, Any]) -> list[str]:
    return [
        element["value"]
        for block in content["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_a_question_becomes_a_button_and_a_change_becomes_words() -> None:
    body = text_answer("See `/plan silent 30`, or `/action update 2.3.5 complete: issued`.").body()
    content = for_thread(body)

    assert content["text"] == "See “silent 30”, or “update 2.3.5 complete: issued”."
    assert content["blocks"][0]["text"]["text"] == content["text"]
    assert _values(content) == ["/plan silent 30"]


def test_a_form_of_words_is_no_button_and_a_button_is_not_made_twice() -> None:
    offered = buttons([button("Record", "ask_0", "/kpi camhs")])
    content = for_thread(
        Answer([section("`/kpi camhs`, `/action history REF`, `/kpi list …`")], offered).body()
    )

    assert _values(content) == ["/kpi camhs"]
    assert "`/" not in content["text"]


def test_what_may_be_a_button_never_changes_anything() -> None:
    changing = {
        "/action": (
            *("update", "note", "evidence", "outcome", "due", "snooze", "undo"),
            *("result", "covered", "add", "edit", "move", "assign", "close", "reopen", "split"),
        ),
        "/plan": (
            *("use", "terms", "board", "nudges", "role set", "allow", "disallow", "signer"),
            *(
                "new",
                "section add",
                "archive",
                "ladder",
                "meeting add",
                "decide",
                "recommend",
                "findings link",
                "request",
                "sign-up",
                "report",
            ),
        ),
        "/kpi": ("record",),
        "/reminder": ("send", "pause", "resume"),
    }
    for command in COMMANDS:
        for one in command.sub_commands:
            if one.name in changing[command.name]:
                assert not _ASKING.match(f"{command.name} {one.name} x"), one.name
            else:
                assert _ASKING.match(f"{command.name} {one.name} x"), one.name
