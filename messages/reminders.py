"""What schools are told each term, and what coordinators are told about it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import MISSED, NO_CHANNEL, NO_DATES, Ledger, LedgerLine, Receipt, Reminder, School
from db.rules.calendars import local_day
from db.rules.dates import day_text
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
from messages.sharing import share_button, share_row
from messages.times import moment_text
from messages.wording import count_text, short_ref

EMERGENCY = "*If a child is at immediate risk, call 999.*"
# Fewer days of term dates than these are a reason to warn.
_WARN_DAYS = 60

# Why a school was not reached, and what to do about it.
_REASONS: Mapping[str, str] = {
    NO_CHANNEL: "no channel is known. Add it to the register of schools",
    MISSED: "its time had passed before the bot could send it",
    NO_DATES: "its calendar has no dates for this term",
    "not_in_channel": "the bot is not in its channel. Anybody there can type /invite @partnership",
    "channel_not_found": "its channel is private or gone. A member has to type /invite @partnership there",
    "is_archived": "its channel is archived",
    "user_not_found": "the person it goes to is not in the workspace",
    "account_inactive": "the account it goes to is deactivated",
    "not_allowed": "the person it goes to is not allowed to read the plan",
    "restricted_action": "its channel does not let the bot post",
}


def reason_text(gap: str) -> str:
    return _REASONS.get(gap, f"Slack refused it ({escape(gap)})")


def _message_blocks(reminder: Reminder) -> list[Block]:
    """The emergency line comes first, whatever the rest says; last who sends it, why, and what to open."""
    return [
        section(EMERGENCY),
        section(_officer_lines(reminder.message)),
        context_block(" · ".join([_sent_because(reminder), *_links(reminder)])),
    ]


def _sent_because(reminder: Reminder) -> str:
    action = reminder.action
    sender = escape(reminder.sender or "your safeguarding partnership")
    plan = words(action.section.plan.title, 80)
    return f"From {sender}, each term to every school, as promised in {plan}, action {action.ref}."


def _links(reminder: Reminder) -> list[str]:
    links = []
    if reminder.document_url:
        dated = f", {day_text(reminder.document_date)}" if reminder.document_date else ""
        links.append(f"{link(reminder.document_url, 'Thresholds document')}{dated}")
    if reminder.referral_url:
        links.append(link(reminder.referral_url, "Referral form"))
    return links


def _officer_lines(message: str) -> str:
    """An officer's own lines, without blank ones."""
    return escape("\n".join(line.strip() for line in message.strip().splitlines() if line.strip()))


def post(receipt: Receipt, today: date) -> Answer:
    """The reminder as a school's channel gets it, with its buttons."""
    blocks = _message_blocks(receipt.reminder)
    if receipt.late or today > receipt.due_on:
        blocks.append(context_block(f"Sent late: it was due on {day_text(receipt.due_on)}."))
    return Answer(blocks, buttons(_answer_buttons(receipt)))


def _answer_buttons(receipt: Receipt) -> list[Element]:
    value = str(receipt.id)
    seen: list[Element] = [] if receipt.seen_at else [button("Seen", "reminder_seen", value, style="primary")]
    return [
        *seen,
        button("Who is our contact?", "reminder_contact", value),
        button("Ask", "reminder_ask", value),
    ]


def chase(receipt: Receipt) -> Answer:
    """To a school that has not answered, once."""
    permalink = receipt.delivery.permalink if receipt.delivery else None
    where = f" <{permalink}|See the reminder.>" if permalink else ""
    text = f"We have no answer from {escape(receipt.school.name)} to this term's reminder about thresholds."
    return Answer([section(f"{text}{where} Please press *Seen*.")], buttons(_answer_buttons(receipt)))


def seen(receipt: Receipt, zone: ZoneInfo) -> Answer:
    """The same message once a school has seen it."""
    assert receipt.seen_at is not None
    by = f"Seen by {mention(receipt.seen_by or '')}, {moment_text(receipt.seen_at, zone)}"
    return Answer([*_message_blocks(receipt.reminder), context_block(by)], buttons(_answer_buttons(receipt)))


def seen_recorded(receipt: Receipt) -> Answer:
    """On the Home tab: whose answer it is."""
    by = mention(receipt.seen_by or "")
    return Answer([section(f"Recorded: {escape(receipt.school.name)} has seen its reminder, by {by}.")])


def contact(school: School) -> Answer:
    number = f", {escape(school.telephone)}" if school.telephone else ""
    if school.contact is None and number:
        return Answer([section(f"{escape(school.name)}: your number for thresholds is{number.lstrip(',')}.")])
    if school.contact is None:
        return Answer(
            [section(f"{escape(school.name)} has no contact yet. Press *Ask* to reach a coordinator.")]
        )
    return Answer(
        [section(f"{escape(school.name)}: your contact about thresholds is {words(school.contact)}{number}.")]
    )


def _per_year(number: int) -> str:
    return f"terms per year: {number}"


def status(ledger: Ledger, now: datetime, zone: ZoneInfo, line: str) -> Answer:
    """A term's ledger: how many got it, and who was not reached and why."""
    schools = len(ledger.lines)
    action = ledger.reminder.action
    head = f"*{escape(ledger.term)}* ({_per_year(ledger.per_year)}), {action.ref} {words(action.title, 80)}: "
    if not schools:
        return Answer(
            [
                section(
                    f"{head}no school is on the register. Import it: `partnership-bot schools import FILE`."
                )
            ]
        )
    lines = [
        (
            f"{head}{ledger.delivered} of {count_text(schools, 'school')} delivered, {ledger.seen} seen, "
            f"{ledger.chased} asked again."
        )
    ]
    if ledger.share is not None:
        lines.append(
            f"Measure “100% of schools”: *{ledger.share:.0f}%* at {moment_text(now, zone)}, "
            f"{schools} on the register that term."
        )
    late = sum(one.receipt.late for one in ledger.lines if one.receipt is not None and one.delivered)
    if late:
        lines.append(f"{late} sent late.")
    today = local_day(now, zone)
    # Nobody will send these: the reminder was set up after that day, or was paused on it.
    passed = [one for one in ledger.to_come if one.receipt is None and one.due_on and one.due_on < today]
    coming = [one for one in ledger.to_come if one not in passed]
    unanswered = [one for one in ledger.lines if one.delivered and not one.seen]
    blocks: list[Block] = [
        *text_sections(lines),
        *_group("Not reached", [_gap_text(one) for one in ledger.gaps]),
        *_group("Still to come", [_due_text(one) for one in coming]),
        *_group("Not sent, and the day has passed", [_due_text(one) for one in passed]),
        *_group("No answer yet", [_name(one) for one in unanswered]),
        *_group("Seen", [_name(one) for one in ledger.lines if one.seen]),
    ]
    more = "`partnership-bot reminder status --out FILE` has the whole list"
    return Answer(blocks, share_row(line), more)


def _group(title: str, lines: Sequence[str]) -> list[Block]:
    return text_sections([f"*{title}* ({len(lines)})", *(f"• {one}" for one in lines)]) if lines else []


def _name(line: LedgerLine) -> str:
    return escape(line.school.name)


def _gap_text(line: LedgerLine) -> str:
    return f"{_name(line)}: {reason_text(line.gap or '')}"


def _due_text(line: LedgerLine) -> str:
    return f"{_name(line)}: {day_text(line.due_on)}" if line.due_on else _name(line)


def preview(ledger: Ledger, line: str, send_value: str | None) -> Answer:
    """What a term's reminder says and where it goes. `send_value` is for a button that sends it now.

    `line` names the term, so that *Share* shows the same one.
    """
    reminder = ledger.reminder
    head = f"*{escape(ledger.term)}* ({_per_year(ledger.per_year)}), on school day {reminder.day} of each "
    waiting = [one for one in ledger.to_come if one.receipt is None]
    reachable = [one for one in waiting if one.school.channel is not None]
    unreachable = [
        f"{_name(one)}: {reason_text(NO_CHANNEL)}" for one in waiting if one.school.channel is None
    ]
    blocks: list[Block] = [
        section(f"{head}school's own term, at 09:00:"),
        *_message_blocks(reminder),
        *_group("Goes to", [f"{_due_text(one)} in <#{one.school.channel}>" for one in reachable]),
        *_group("Can't be reached", [*unreachable, *(_gap_text(one) for one in ledger.gaps)]),
        *_group("Has it already", [_name(one) for one in ledger.lines if one.delivered]),
    ]
    footer: list[Element] = share_button(line)
    if send_value is not None and reachable:
        label = f"Send now to {len(reachable)}"
        footer.insert(0, button(label, "reminder_send", send_value, style="danger"))
    return Answer(blocks, buttons(footer))


def sending(sent: int, ledger: Ledger, default_plan: str | None, line: str) -> Answer:
    """Reminders are being sent to so many schools; which schools they can't reach, and why."""
    ref = short_ref(ledger.reminder.action, default_plan)
    text = f"I'm sending {count_text(sent, 'reminder')}. `/reminder status {ref}` shows who has them."
    gaps = _group("Not reached", [_gap_text(one) for one in ledger.gaps])
    return Answer([section(text), *gaps], share_row(line))


def listed(
    reminders: Sequence[tuple[Reminder, str | None, int]],
    known_until: date | None,
    today: date,
    line: str,
    default_plan: str | None = None,
) -> Answer:
    """Every reminder: its action, its day of term, its next term and how many schools get it."""
    if not reminders:
        return Answer(
            [section("No reminder is set up. Add one: `partnership-bot reminder add --action REF …`.")]
        )
    lines = []
    for reminder, term, schools in reminders:
        action = reminder.action
        state = "*paused*" if reminder.paused else f"next {escape(term)}" if term else "*no term dates*"
        lines.append(
            f"• *{short_ref(action, default_plan)}* {words(action.title, 80)}: "
            f"school day {reminder.day} of each term "
            f"({_per_year(action.section.plan.terms_per_year)}), {count_text(schools, 'school')}, {state}"
        )
    blocks: list[Block] = text_sections(["*Reminders*", *lines])
    warning = running_out(known_until, today)
    if warning:
        blocks.append(context_block(warning))
    return Answer(blocks, share_row(line))


def running_out(known_until: date | None, today: date) -> str | None:
    """A warning while fewer than 60 days of term dates are left."""
    if known_until is None:
        return "I have no term dates for now. Import them: `partnership-bot terms import FILE`."
    left = (known_until - today).days
    if left < 0:
        return f"The term dates ended on {day_text(known_until)}. I don't guess the days after."
    if left <= _WARN_DAYS:
        return f"The term dates end on {day_text(known_until)}, in {count_text(left, 'day')}."
    return None
