"""What the bot says of a plan's ladder."""

from db.models import Plan
from db.rules.ladders import Ladder
from messages.blocks import Answer, escape, section
from messages.sharing import share_row
from messages.times import days_text
from messages.updates import ChangeStamp, confirmation

_HOW = '`/plan ladder deputy 7 coordinator 14 group 28 "Executive Group" #channel` sets one (coordinators).'


def shown(plan: Plan, ladder: Ladder | None, line: str) -> Answer:
    title = escape(plan.title)
    if ladder is None:
        text = (
            f"*{title}* has no ladder of its own. Leads are reminded each week; after three reminders "
            f"without an answer an action goes on the exceptions list, and the coordinators are told. {_HOW}"
        )
        return Answer([section(text)])
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(_steps(ladder), start=1))
    text = (
        f"*{title}*: an overdue action that nobody answers climbs\n{steps}\nAny answer brings it down again."
    )
    return Answer([section(text)], share_row(line))


def _steps(ladder: Ladder) -> list[str]:
    steps = ["its lead, each week"]
    if ladder.deputy is not None:
        steps.append(f"the deputy too, after {days_text(ladder.deputy)}")
    if ladder.coordinator is not None:
        steps.append(f"the coordinators and the exceptions list, after {days_text(ladder.coordinator)}")
    if ladder.group is not None:
        where = f" in <#{ladder.channel}>" if ladder.channel else ""
        steps.append(
            f"the {escape(ladder.name)}{where}, after {days_text(ladder.group)}: one message a week at most"
        )
    return steps


def changed(plan: Plan, ladder: Ladder | None, stamp: ChangeStamp) -> Answer:
    if ladder is None:
        return confirmation(stamp, f"*{escape(plan.title)}* has no ladder of its own any more.")
    return confirmation(stamp, f"Recorded for *{escape(plan.title)}*: {'; then '.join(_steps(ladder))}.")
