"""A plan's ladder: to whom an overdue action climbs, and after how many days without an answer."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum

_MOST_DAYS = 365


class Step(StrEnum):
    """Who is asked about an overdue action, from the first to the last."""

    LEAD = "lead"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"
    GROUP = "group"


@dataclass(frozen=True)
class Ladder:
    """The days from the first reminder without an answer to each step; None for a step that is left out.

    `group` are the days to a body called `name`, which is told in `channel` (its Slack ID).
    """

    deputy: int | None = None
    coordinator: int | None = None
    group: int | None = None
    name: str = ""
    channel: str = ""

    def step_after(self, days: int) -> Step:
        """The step of an action that nobody has answered for so many days."""
        steps = ((self.group, Step.GROUP), (self.coordinator, Step.COORDINATOR), (self.deputy, Step.DEPUTY))
        return next((step for after, step in steps if after is not None and days >= after), Step.LEAD)

    def days_to(self, step: Step) -> int | None:
        by_step = {Step.DEPUTY: self.deputy, Step.COORDINATOR: self.coordinator, Step.GROUP: self.group}
        return by_step.get(step, 0)

    def as_text(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, sort_keys=True)


def read_ladder(text: str) -> Ladder | None:
    """A ladder as it is stored; None for a plan that has none."""
    return Ladder(**json.loads(text)) if text else None


class LadderNotRead(Exception):
    """What somebody typed is no ladder. The text is one sentence that says why."""


_STEP = re.compile(
    r"(?P<step>deputy|coordinators?|group)\s*(?:after|:)?\s*(?P<days>\d{1,4})\s*(?:days?)?", re.IGNORECASE
)
_CHANNEL = re.compile(r"<#(?P<id>[CG][A-Z0-9]+)(?:\|[^>]*)?>|\bhere\b")
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")


def typed_ladder(typed: str, here: str | None) -> Ladder:
    """A ladder as somebody types it: `deputy 7 coordinator 14 group 28 "Executive Group" #channel`.

    `here` is the channel in which they type it. Raises `LadderNotRead`.
    """
    days = {
        found["step"].lower().removesuffix("s"): int(found["days"])
        for found in _STEP.finditer(_QUOTED.sub(" ", typed))
    }
    rest = _STEP.sub(" ", _CHANNEL.sub(" ", _QUOTED.sub(" ", typed)))
    unread = re.sub(r"\b(?:then|and|the|to|in|after|days?)\b|[\s,;→>-]+", " ", rest).strip()
    if unread or not days:
        raise LadderNotRead(
            f"I can't read “{(unread or typed)[:40]}”. Write the days to each step: deputy 7 coordinator 14 "
            "group 28 “Executive Group” and its #channel"
        )
    given = [days[name] for name in ("deputy", "coordinator", "group") if name in days]
    if given != sorted(set(given)) or given[0] < 1 or given[-1] > _MOST_DAYS:
        raise LadderNotRead(f"Each step has to come later than the one before, within {_MOST_DAYS} days")
    if "coordinator" not in days:
        raise LadderNotRead("Say after how many days the coordinators are told: coordinator 14")
    quoted, channel = _QUOTED.search(typed), _CHANNEL.search(typed)
    if "group" not in days:
        return Ladder(days.get("deputy"), days["coordinator"])
    if quoted is None or channel is None:
        raise LadderNotRead("Give the group's name in quotation marks and its #channel, or here for this one")
    place = channel["id"] or here
    if not place:
        raise LadderNotRead("Give the group's #channel")
    name = quoted[1] or quoted[2]
    return Ladder(days.get("deputy"), days["coordinator"], days["group"], name.strip(), place)
