"""What schools are told each term, and what coordinators are told about it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import Block, Element, InputBlock, ModalView, PlainText, PlainTextInput

from db.models import MISSED, NO_CHANNEL, NO_DATES, Ledger, LedgerLine, Receipt, Reminder, School
from messages.limits import (
    INPUT_TEXT,
    Answer,
    button,
    buttons,
    context_block,
    escape,
    mention,
    section,
    text_sections,
    words,
)
from messages.times import day_text, moment_text

ASK = "school_ask"
EMERGENCY = "*If a child is at immediate risk, call 999.*"
NOBODY = "Do not name or describe a child. If a child is at immediate risk call 999; to refer, use the MASH."

# What the outbox and the noticing record, in words for whoever has to put it right.
_REASONS: Mapping[str, str] = {
    NO_CHANNEL: "no channel is known: add it to the register of schools",
    MISSED: "its time had passed before the bot could send it",
    NO_DATES: "its calendar has no dates for this term",
    "not_in_channel": "the bot is not in its channel: anybody there can type /invite @partnership",
    "channel_not_found": "its channel is private or gone: a member has to type /invite @partnership there",
    "is_archived": "its channel is archived",
    "user_not_found": "the person it goes to is not in the workspace",
    "account_inactive": "the account it goes to is deactivated",
    "restricted_action": "its channel does not let the bot post",
}


def reason(gap: str) -> str:
    return _REASONS.get(gap, f"Slack refused it ({escape(gap)})")


def _said(reminder: Reminder) -> list[Block]:
    """The emergency line first, whatever the rest says."""
    return [section(EMERGENCY), section(words_of(reminder.message))]


def words_of(message: str) -> str:
    """An officer's lines, as they are."""
    return escape("\n".join(line.strip() for line in message.strip().splitlines() if line.strip()))


def post(receipt: Receipt, today: date) -> Answer:
    """The reminder as a school's channel gets it: three short lines and three buttons."""
    blocks = _said(receipt.reminder)
    if receipt.late or today > receipt.due_on:
        blocks.append(context_block(f"This comes late: it was due on {day_text(receipt.due_on)}."))
    return Answer(blocks, buttons(_answers(receipt)))


def _answers(receipt: Receipt) -> list[Element]:
    value = str(receipt.id)
    seen: list[Element] = [] if receipt.seen_at else [button("Seen", "reminder_seen", value, style="primary")]
    return [
        *seen,
        button("Who is our contact?", "reminder_contact", value),
        button("Ask", "reminder_ask", value),
    ]


def chase(receipt: Receipt) -> Answer:
    """To a school that has not answered, once."""
    link = receipt.delivery.permalink if receipt.delivery else None
    where = f" <{link}|It is here.>" if link else ""
    said = (
        f"This term's reminder about thresholds has no answer from {escape(receipt.school.name)} yet.{where}"
    )
    return Answer([section(f"{said} One tap on *Seen* is enough.")], buttons(_answers(receipt)))


def seen(receipt: Receipt, zone: ZoneInfo) -> Answer:
    """The same message once a school has answered it."""
    assert receipt.seen_at is not None
    by = f"Seen by {mention(receipt.seen_by or '')}, {moment_text(receipt.seen_at, zone)}"
    return Answer([*_said(receipt.reminder), context_block(by)], buttons(_answers(receipt)))


def contact(school: School) -> Answer:
    if school.contact is None:
        return Answer(
            [section(f"No contact is held for {escape(school.name)}. *Ask* reaches the coordinators.")]
        )
    return Answer(
        [section(f"{escape(school.name)}: your contact about thresholds is {words(school.contact)}.")]
    )


def ask(school: School, metadata: str) -> ModalView:
    """A question to the coordinators; the field's id is `note`."""
    field = PlainTextInput("note", multiline=True, max_length=INPUT_TEXT)
    return ModalView(
        title=PlainText("Ask a question"),
        blocks=[
            section(f"*{NOBODY}*"),
            InputBlock(PlainText("Your question"), field, block_id="note"),
            context_block(f"It goes to the partnership's coordinators, from {escape(school.name)}."),
        ],
        submit=PlainText("Send"),
        close=PlainText("Cancel"),
        private_metadata=metadata,
        callback_id=ASK,
    )


def asked(school: School) -> Answer:
    return Answer([section(f"Your question is on its way to the coordinators, from {escape(school.name)}.")])


def question(school: str, who: str, text: str) -> Answer:
    """What a school asked, to a coordinator."""
    return Answer(
        [
            section(f"{mention(who)} of {escape(school)} asks about thresholds:"),
            section(f">{words(text, 2500)}"),
        ]
    )


def _per_year(number: int) -> str:
    return f"terms per year: {number}"


def status(ledger: Ledger, now: datetime, zone: ZoneInfo, line: str) -> Answer:
    """A term's ledger: how many, what became of them, and every gap by name and reason."""
    many = len(ledger.lines)
    action = ledger.reminder.action
    head = f"*{escape(ledger.term)}* ({_per_year(ledger.per_year)}), {action.ref} {words(action.title, 80)}: "
    if not many:
        return Answer([section(f"{head}no school is on the register. `partnership-bot schools import FILE`")])
    told = [
        f"{head}{ledger.delivered} of {many} schools delivered, {ledger.seen} seen, {ledger.chased} chased."
    ]
    share = ledger.share
    if share is not None:
        told.append(
            f"Measure “100% of schools”: *{share:.0f}%* at {moment_text(now, zone)}, "
            f"{many} on the register that term."
        )
    late = sum(one.receipt.late for one in ledger.lines if one.receipt is not None and one.delivered)
    if late:
        told.append(f"{late} went out late.")
    blocks: list[Block] = text_sections(told)
    blocks += _listed("Not reached", [_gap(one) for one in ledger.gaps])
    today = now.astimezone(zone).date()
    passed = [one for one in ledger.to_come if one.receipt is None and one.due_on and one.due_on < today]
    blocks += _listed("Still to come", [_to_come(one) for one in ledger.to_come if one not in passed])
    # Nobody will send these: the reminder was set up after that day, or was paused on it.
    blocks += _listed("Not sent, and its day has passed", [_to_come(one) for one in passed])
    blocks += _listed(
        "Not answered yet", [_name(one) for one in ledger.lines if one.delivered and not one.seen]
    )
    return Answer(
        blocks, buttons([button("Share in channel", "share", line)]), "export it for the whole list"
    )


def _listed(title: str, many: Sequence[str]) -> list[Block]:
    return text_sections([f"*{title}* ({len(many)})", *(f"• {one}" for one in many)]) if many else []


def _name(line: LedgerLine) -> str:
    return escape(line.school.name)


def _gap(line: LedgerLine) -> str:
    return f"{_name(line)}: {reason(line.gap or '')}"


def _to_come(line: LedgerLine) -> str:
    return f"{_name(line)}: {day_text(line.due_on)}" if line.due_on else _name(line)


def preview(ledger: Ledger, line: str, sends: str | None) -> Answer:
    """What a term's reminder says and where it goes; `sends` is the value of a button that sends it now."""
    reminder = ledger.reminder
    head = f"*{escape(ledger.term)}* ({_per_year(ledger.per_year)}), on school day {reminder.day} of each "
    blocks: list[Block] = [section(f"{head}school's own term, at 09:00:"), *_said(reminder)]
    waiting = [one for one in ledger.to_come if one.receipt is None]
    reached = [one for one in waiting if one.school.channel is not None]
    blocks += _listed("Goes to", [f"{_to_come(one)} in <#{one.school.channel}>" for one in reached])
    unreached = [f"{_name(one)}: {reason(NO_CHANNEL)}" for one in waiting if one.school.channel is None]
    blocks += _listed("Cannot be reached", [*unreached, *(_gap(one) for one in ledger.gaps)])
    blocks += _listed("Has it already", [_name(one) for one in ledger.lines if one.delivered])
    foot: list[Element] = [button("Share in channel", "share", line)]
    if sends is not None and reached:
        foot.insert(0, button(f"Send now to {len(reached)}", "reminder_send", sends, style="danger"))
    return Answer(blocks, buttons(foot))


def listed(
    reminders: Sequence[tuple[Reminder, str | None, int]], known_until: date | None, today: date, line: str
) -> Answer:
    """Every reminder: of which action, on which day of term, its next term and how many schools."""
    if not reminders:
        return Answer([section("No reminder is set up. `partnership-bot reminder add --action REF …`")])
    told = []
    for reminder, term, schools in reminders:
        action = reminder.action
        state = "*paused*" if reminder.paused else f"next {escape(term)}" if term else "*no term dates held*"
        told.append(
            f"• *{action.section.plan.code}:{action.ref}* {words(action.title, 80)}: "
            f"school day {reminder.day} of each term "
            f"({_per_year(action.section.plan.terms_per_year)}), {schools} schools, {state}"
        )
    blocks: list[Block] = text_sections(["*Reminders*", *told])
    warning = running_out(known_until, today)
    if warning:
        blocks.append(context_block(warning))
    return Answer(blocks, buttons([button("Share in channel", "share", line)]))


def running_out(known_until: date | None, today: date) -> str | None:
    """A warning while the term dates held have less than sixty days to go."""
    if known_until is None:
        return "No term dates are held: `partnership-bot terms import FILE`."
    left = (known_until - today).days
    if left < 0:
        return f"The term dates held ended on {day_text(known_until)}: nothing is guessed for the days after."
    return f"The term dates held end on {day_text(known_until)}, in {left} days." if left <= 60 else None
