"""What waits for a coordinator: as a list with buttons, and in one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import Action, Doubt, DueRequest, EditRequest, Role, SchoolQuestion
from db.rules.dates import day_text
from db.rules.import_reports import file_place, open_doubt
from db.rules.waiting import Waiting
from messages.blocks import (
    Answer,
    button,
    buttons,
    context_block,
    escape,
    link,
    mention,
    section,
    text_sections,
    words,
)
from messages.doubts import stored_doubt
from messages.edit_requests import changes_lines, decisions
from messages.times import moment_text
from messages.wording import count_text

# Of each kind so many are shown; a message has fifty blocks.
_SHOWN = 5
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Audience:
    """What the asker may do: decide on dates, doubts and schools' questions, and sign off these actions.

    `may_sign` are ids; `today` is the day in the plan's zone.
    """

    may_decide: bool
    may_sign: frozenset[int]
    today: date


def waiting(found: Waiting, title: str | None, audience: Audience, zone: ZoneInfo, line: str) -> Answer:
    """Everything that waits, each thing with its button, the most pressing kind first."""
    where = f" in {escape(title)}" if title else ""
    if not found.total:
        return Answer([section(f"Nothing waits for a decision{where}.")])
    blocks: list[Block] = [section(f"*{count_text(found.total, 'thing waits', 'things wait')}*{where}.")]
    if audience.may_decide:
        blocks += _group("Schools' questions", found.questions, lambda one: _question(one, zone, line))
    elif found.questions:
        # What a school asks is for the coordinators, and for no other school.
        blocks.append(section(f"*Schools' questions* ({len(found.questions)}): the coordinators read them."))
    blocks += _group("New dates", found.requests, lambda one: _request(one, audience, line))
    blocks += _group("Edits", found.edits, lambda one: _edit(one, audience, line))
    blocks += _group("Sign-offs", found.sign_offs, lambda one: _sign_off(one, audience, line))
    return Answer([*blocks, *_roles(found.vacant), *doubts_of_import(found.doubts, audience, line)])


def summary_line(found: Waiting) -> str:
    """`3 things wait: 1 sign-off, 2 new dates`, or nothing."""
    parts = counts(found)
    return f"*{count_text(found.total, 'thing waits', 'things wait')}*: {parts}." if parts else ""


def counts(found: Waiting) -> str:
    """`1 sign-off, 2 new dates`, or nothing."""
    kinds = (
        (found.questions, "school's question", "schools' questions"),
        (found.requests, "new date", "new dates"),
        (found.edits, "edit", "edits"),
        (found.sign_offs, "sign-off", "sign-offs"),
        (found.vacant, "role that nobody holds", "roles that nobody holds"),
        (found.doubts, "doubt of an import", "doubts of imports"),
    )
    return ", ".join(count_text(len(rows), one, many) for rows, one, many in kinds if rows)


def _group(title: str, rows: Sequence[_Row], draw: Callable[[_Row], list[Block]]) -> list[Block]:
    if not rows:
        return []
    blocks: list[Block] = [section(f"*{title}* ({len(rows)})")]
    for one in rows[:_SHOWN]:
        blocks += draw(one)
    return [*blocks, *_more(rows)]


def _value(line: str, what: object) -> str:
    return f"{line}\n{what}"


def _question(one: SchoolQuestion, zone: ZoneInfo, line: str) -> list[Block]:
    text = f"{mention(one.asked_by)} of {escape(one.school.name)}, {moment_text(one.asked_at, zone)}: "
    if one.answer:
        text = f"*The answer did not reach* {text}"
    offered: list[Element] = [
        button("Answer", "question_answer", _value(line, one.id)),
        button("No answer needed", "question_close", _value(line, one.id)),
    ]
    return [section(f"{text}{words(one.text, 300)}"), *buttons(offered)]


def _request(one: DueRequest, audience: Audience, line: str) -> list[Block]:
    reason = f": {words(one.reason, 200)}" if one.reason else ", no reason given"
    text = (
        f"*{one.action.ref}* {words(one.action.title, 80)}: {mention(one.asked_by)} asks for "
        f"{day_text(one.asked_due)}{reason}"
    )
    offered: list[Element] = [
        button("Approve", "due_grant", _value(line, one.id)),
        button("Refuse", "due_refuse", _value(line, one.id)),
    ]
    return [section(text), *buttons(offered if audience.may_decide else [])]


def _edit(one: EditRequest, audience: Audience, line: str) -> list[Block]:
    head = f"*{one.action.ref}* {words(one.action.title, 80)}: {mention(one.asked_by)} asks for other words"
    offered = decisions(line, one) if audience.may_decide else []
    return [*text_sections([head, *changes_lines(one)]), *buttons(offered)]


def _sign_off(action: Action, audience: Audience, line: str) -> list[Block]:
    text = (
        f"*{action.ref}* {words(action.title, 80)}: {action.progress}, "
        f"{link(action.evidence or '', 'evidence')}"
    )
    offered: list[Element] = [button("Sign off", "sign_off", _value(line, action.qualified_ref))]
    return [section(text), *buttons(offered if action.id in audience.may_sign else [])]


def _roles(vacant: Sequence[tuple[Role, int]]) -> list[Block]:
    if not vacant:
        return []
    lines = [f"• {escape(role.name)}: {count_text(led, 'action')}" for role, led in vacant]
    head = f'*Roles that nobody holds* ({len(vacant)}): `/plan role set "ROLE" @user`'
    return text_sections([head, *lines])


def doubts_of_import(doubts: Sequence[Doubt], audience: Audience, line: str) -> list[Block]:
    """Doubts of imports, each with its answers as buttons for those who may settle it."""
    if not doubts:
        return []
    head = section(f"*Doubts of imports* ({len(doubts)})")
    if not audience.may_decide:
        lines = [f"• *{escape(_where(one))}*: {words(one.text, 160)}" for one in doubts[:_SHOWN]]
        return [head, *text_sections(lines), *_more(doubts)]
    blocks: list[Block] = [head]
    for one in doubts[:_SHOWN]:
        blocks += stored_doubt(open_doubt(one, audience.today), one.id or 0, line)
    return [*blocks, *_more(doubts)]


def _where(doubt: Doubt) -> str:
    return doubt.action.ref if doubt.action is not None else file_place(doubt)


def _more(rows: Sequence[object]) -> list[Block]:
    rest = len(rows) - _SHOWN
    return [context_block(f"… and {rest} more, when these are done.")] if rest > 0 else []
