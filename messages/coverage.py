"""What the bot says of coverage: who of a register is covered, every gap by name, and the measure."""

from collections.abc import Sequence
from datetime import date

from slackblocks import Block, Element

from db.models import Action
from db.rules.coverage import Coverage, CoverageLine
from db.rules.dates import day_text
from db.rules.rounds import share_text
from messages.blocks import (
    Answer,
    button,
    buttons,
    context_block,
    escape,
    mention,
    section,
    text_answer,
    words,
)
from messages.reminders import reason_text
from messages.rounds import mark_text
from messages.sharing import share_button
from messages.updates import ChangeStamp, confirmation
from messages.wording import count_text, plural

_NAMED = 12


def coverage(action: Action, found: Coverage, line: str, *, may_ask: bool) -> Answer:
    """Everybody on the register, those who are not covered first, with why."""
    term = f", {escape(found.term)}" if found.term else ""
    head = f"*{action.ref}* {words(action.title, 120)}{term}: {coverage_text(found)}"
    blocks: list[Block] = [section(head)]
    if found.counted is not None:
        blocks.append(context_block(f"Measure: “{words(found.counted.text, 300)}”"))
    missing = found.missing
    rows = [f"*Not covered* ({len(missing)})"] if missing else []
    rows += [f"• {_missing(one)}" for one in missing]
    covered = [one for one in found.lines if one.covered_on is not None]
    rows += [f"*Covered* ({len(covered)})"] if covered else []
    rows += [f"• {_covered(one)}" for one in covered]
    offered: list[Element] = []
    if may_ask and not found.term and any(not one.gap for one in missing):
        offered.append(button("Ask each of them", "coverage_ask", f"{line}\n{action.qualified_ref}"))
    return Answer(blocks, buttons([*offered, *share_button(line)]), rows=rows, line=line)


def coverage_text(found: Coverage) -> str:
    """`14 of 20 teams are covered, 70%: not met (100%), at 15 Dec 2016`."""
    total = len(found.lines)
    register = escape(found.register)
    if not total or found.share is None:
        return f"nobody is on the register of {register} at {day_text(found.day)}."
    text = f"{found.covered} of {total} {register} covered, {share_text(found.share)}"
    if not found.has_begun:
        return f"none of {total} {register} is recorded as covered yet."
    verdict, counted = found.verdict, found.counted
    if verdict is not None and verdict.verdict.is_judged and counted is not None:
        text += f": *{verdict.verdict}* ({mark_text(counted.operator, counted.pass_mark)})"
    return f"{text}, at {day_text(found.day)}."


def coverage_line(action: Action, found: Coverage) -> str:
    """For an answer about the action: how many, and the gaps by name."""
    gaps = f" Not yet: {_missing_names(found)}." if found.missing else ""
    return f"Coverage: {coverage_text(found)}{gaps} `/action coverage {action.ref}`"


def _named(one: CoverageLine) -> str:
    return f"{escape(one.name)}{f' ({escape(one.agency)})' if one.agency else ''}"


def _missing(one: CoverageLine) -> str:
    known = one.gap.startswith(("asked", "could not", "no contact", "not sent")) or not one.gap
    why = escape(one.gap) if known else reason_text(one.gap)
    return f"{_named(one)}{f': {why}' if why else ''}"


def _covered(one: CoverageLine) -> str:
    on = day_text(one.covered_on) if one.covered_on else ""
    return f"{_named(one)}: {on}{f', by {mention(one.by)}' if one.by else ''}"


def recorded(
    action: Action,
    names: Sequence[str],
    already: int,
    found: Coverage | None,
    on: date,
    stamp: ChangeStamp,
) -> Answer:
    """These are covered; how the register stands now, and who is missing."""
    if not names:
        return text_answer(f"They are all covered already by *{action.ref}*. Nothing was changed.")
    text = f"Recorded: *{action.ref}* covered {_list(names)} on {day_text(on)}, by {mention(stamp.who)}."
    text += f" {already} {plural(already, 'was', 'were')} covered already." if already else ""
    return _with_coverage(text, found, stamp)


def withdrawn(action: Action, names: Sequence[str], found: Coverage | None, stamp: ChangeStamp) -> Answer:
    if not names:
        return text_answer(f"None of them was covered by *{action.ref}*. Nothing was changed.")
    return _with_coverage(
        f"Recorded: *{action.ref}* has not covered {_list(names)} after all, by {mention(stamp.who)}.",
        found,
        stamp,
    )


def _with_coverage(text: str, found: Coverage | None, stamp: ChangeStamp) -> Answer:
    if found is None:
        return confirmation(stamp, text)
    now = coverage_text(found)
    left = f" Still missing: {_missing_names(found)}." if found.missing else ""
    return confirmation(stamp, f"{text} {now[:1].upper()}{now[1:]}{left}")


def _missing_names(found: Coverage) -> str:
    return _list([one.name for one in found.missing])


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(escape(one) for one in names[:_NAMED])
    return f"{shown}{f' and {len(names) - _NAMED} more' if len(names) > _NAMED else ''}"


def no_register(action: Action, of: str, lines: Sequence[str]) -> Answer:
    """No register is held that the measure counts: what was counted, how to, and how to know them by name."""
    text = "\n".join(lines) + "\n" if lines else ""
    text += (
        f"*{action.ref}* counts {escape(of)}, and no register of them is held. By number: "
        f"`/action covered {action.ref} 14 of 20 on DATE`. To know them by name, a coordinator sends me a "
        "register as an .xlsx or .csv file with the columns name,agency,contact,from,to."
    )
    return text_answer(text)


def asked(action: Action, asking: int, unreachable: int) -> Answer:
    """So many are asked; how many have nobody to ask."""
    text = f"I'm asking {count_text(asking, 'one', 'of them')} whether *{action.ref}* has reached them."
    if not asking:
        text = f"Nobody is left to ask about *{action.ref}*."
    if unreachable:
        text += f" {unreachable} have no contact on the register, so I can't ask them."
    return text_answer(f"{text} `/action coverage {action.ref}` shows the answers.")


def question(action: Action, member: str, delivery: str) -> Answer:
    """To a member of a register: has the action reached them?"""
    text = (
        f"*{escape(member)}*: has this reached you? {_promise(action)} Please press the button when it has."
    )
    yes = button("Yes, it has", "coverage_confirm", delivery, style="primary")
    return Answer([section(text)], buttons([yes]))


def confirmed(action: Action, member: str, on: date, by: str) -> Answer:
    """The same message once somebody has confirmed it."""
    said = f"Confirmed on {day_text(on)} by {mention(by)}. Thank you."
    return Answer([section(f"*{escape(member)}*: {_promise(action)}"), context_block(said)])


def _promise(action: Action) -> str:
    plan = words(action.section.plan.title, 80)
    return f"“{words(action.title, 200)}” ({plan}, action {action.ref})."
