"""What the bot says when a coordinator began a plan or a section, or archived a plan."""

from db.models import Plan, Section
from messages.blocks import Answer, escape, words
from messages.updates import ChangeStamp, changed_by, confirmation


def plan_begun(plan: Plan, stamp: ChangeStamp) -> Answer:
    code = escape(plan.code)
    return confirmation(
        stamp,
        f"Begun: the plan *{escape(plan.title)}* ({code}), {changed_by(stamp)}. Next: "
        f"`/plan section add {code}:1: title`, then `/action add {code}:1 lead ROLE due DATE: text`. "
        f"`/plan use {code}` makes it the plan of a channel.",
    )


def archived(plan: Plan, stamp: ChangeStamp) -> Answer:
    """A plan was archived, or taken back from there."""
    code = escape(plan.code)
    if plan.archived_on is None:
        return confirmation(
            stamp, f"*{escape(plan.title)}* ({code}) is no longer archived, {changed_by(stamp)}."
        )
    return confirmation(
        stamp,
        f"Archived: *{escape(plan.title)}* ({code}), {changed_by(stamp)}. It answers by its code, as in "
        f"`/plan summary {code}`, and nobody is reminded of its actions. `/plan archive {code} off` takes it "
        "back.",
    )


def section_added(added: Section, stamp: ChangeStamp) -> Answer:
    place = f"{added.plan.code}:{added.ref}"
    return confirmation(
        stamp,
        f"Added section *{escape(added.ref)}* {words(added.title, 120)} to {escape(added.plan.title)}, "
        f"{changed_by(stamp)}. Next: `/action add {escape(place)} lead ROLE due DATE: text`.",
    )
