"""What people record about actions: progress, outcome, notes, evidence, snooze, sign-off, undo."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process
from slackblocks import ModalView
from sqlmodel import Session

from db import actions, extension_requests, plans
from db import updates as record
from db.audit_log import just_before
from db.errors import PersonalDataFound, Refused
from db.models import Action, MeasureKind, Outcome, Progress
from db.references import Missing
from handlers.actions import find
from handlers.core.access import coordinators_only, may_change
from handlers.core.grammar import split_evidence
from handlers.core.requests import Ask
from messages import update_form
from messages import updates as tell
from messages.limits import Answer
from messages.references import gone, missing
from messages.updates import Made


@dataclass(frozen=True)
class Told:
    """What somebody says of an action at once: status, and if given outcome, note and evidence."""

    progress: Progress
    outcome: Outcome | None
    note: str
    evidence: str | None


class NotOne(Exception):
    """A reference that means no one action. It carries the answer that says why, with what it may mean."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def one_action(session: Session, ask: Ask, ref: str) -> Action:
    """The one action that a reference means, for a change.

    Raises `NotOne` for a section, with what it holds; for an action that was taken out of its plan; and
    for a bare reference that only another plan than the channel's has: to read that is a help, to change
    it unasked is not. What is offered carries the rest of what was typed.
    """
    again = _with_another_ref(ask.line, ref)
    found = find(session, ask, ref)
    if isinstance(found, Missing):
        raise NotOne(missing(found.why, found.offered, again))
    if found.removed_on is not None:
        raise Refused(gone(found.ref, found.plan.title, found.removed_on))
    default = plans.default_for(session, ask.channel)
    if ":" not in ref and default is not None and default.id != found.plan.id:
        place = (f"{found.plan.code}:{found.ref}", found.title)
        why = f"{default.title} has no {ref}, but {found.plan.title} has: to change it, say so."
        raise NotOne(missing(why, [place], again))
    rows = actions.load(session, found.action_ids)
    if len(rows) != 1:
        inside = [(f"{found.plan.code}:{action.ref}", action.title) for action in rows]
        why = f"{found.ref} is a section of {len(inside)} actions: say which one."
        raise NotOne(missing(why, inside, again))
    return rows[0]


def _with_another_ref(line: str, ref: str) -> str:
    """The command that was typed, with `{}` where its reference stood."""
    before, found, after = line.partition(ref) if ref else (line, "", "")
    escaped = (part.replace("{", "{{").replace("}", "}}") for part in (before, after))
    return "{}".join(escaped) if found else "/action status {}"


def made(ask: Ask) -> Made:
    return Made(ask.person.user, ask.now, ask.bot.zone, ask.said.act)


def change(ask: Ask, ref: str, comment: str, make: Callable[[Session, Action], Answer]) -> Answer:
    """Change an action as somebody who may; what anybody else says is kept as a comment.

    `make` does it and answers, within the transaction. Raises `NotOne`, and what `make` raises.
    """
    with ask.writing() as session:
        action = one_action(session, ask, ref)
        another = just_before(session, action.id, ask.said)
        if may_change(ask, action):
            answer = make(session, action)
        else:
            record.add_comment(session, ask.said, action, comment)
            answer = tell.commented(action, ask.today, made(ask))
        return tell.after(another, answer, ask.bot.zone)


def update(ask: Ask, said: Mapping[str, Any]) -> Answer | ModalView:
    """Record progress in one line; with only a reference, a form to fill in."""
    note, evidence = split_evidence(said.get("note"))
    progress = said.get("progress")
    if progress is None and said.get("note"):
        raise Refused(_no_status(str(said["note"]).split(":")[0][:40]))
    if progress is None:
        return form(ask, [said["ref"]])
    _check_whole(progress, note, after_colon=bool(said.get("after_colon")))
    return _update(ask, said["ref"], Told(progress, None, note, evidence))


def _update(ask: Ask, ref: str, told: Told, shown: Mapping[str, Any] | None = None) -> Answer:
    """Record what was told. `shown` is what a form showed: a field left at that says nothing.

    Raises `Refused` when somebody else has moved on since what the form showed.
    """

    def make(session: Session, action: Action) -> Answer:
        before, said, now = action.progress, ask.said, _since(action, told, shown or {})
        record.set_progress(session, said, action, now.progress, ask.today, now.note, now.evidence)
        if now.outcome is not None and now.outcome is not action.outcome:
            record.set_outcome(session, said, action, now.outcome)
        coordinators = sorted(ask.bot.coordinators)
        answer = tell.recorded(action, before, bool(told.evidence), made(ask), coordinators)
        waits = action.evidence_after_due()
        if action.progress is Progress.BLOCKED and waits and _only_by_reference(action):
            return tell.blocked(answer, action, waits[0], made(ask))
        return answer

    return change(ask, ref, _as_comment(told), make)


_QUALIFIED = re.compile(
    r"(?:by|in|when|if|once|pending|subject|awaiting|except\w*|apart|but|bar|other than|all but|with the|"
    r"for|partly|partially|mostly|nearly|almost|not|no)\b|\d+\s*(?:%|of\b|/)|\?",
    re.IGNORECASE,
)


def _check_whole(progress: Progress, note: str, *, after_colon: bool) -> None:
    """Refuse a "complete" that its own sentence takes back: "by March", "except north", "80%".

    After a colon only what plainly leaves something out counts; the rest is a note like any other.
    """
    if progress is not Progress.COMPLETE or not note:
        return
    leaves_out = re.match(r"(?:except|apart from|all but|other than|bar)\b", note, re.IGNORECASE)
    if leaves_out or (not after_colon and _QUALIFIED.match(note)):
        raise Refused(
            f"“complete {note[:60]}” does not sound complete, so nothing was recorded. Use “in progress: …”, "
            "“complete with exception: what is left”, or put a colon after “complete” if it is."
        )


def _no_status(said: str) -> str:
    near = process.extractOne(said.lower().split()[0], [status.value for status in Progress], score_cutoff=60)
    guess = f" Did you mean “{near[0]}”?" if near else ""
    known = ", ".join(status.value for status in Progress)
    return f"“{said}” is no status.{guess} After the reference comes one of: {known}."


def _since(action: Action, told: Told, shown: Mapping[str, Any]) -> Told:
    """What was told, against a row that may have moved since a form showed it."""
    progress, outcome = told.progress, told.outcome
    if progress == shown.get("progress"):
        progress = action.progress
    elif "progress" in shown and action.progress != shown["progress"]:
        raise Refused(f"Meanwhile {action.ref} was recorded {action.progress}: look again, then record.")
    if outcome is not None and outcome == shown.get("outcome"):
        outcome = None
    return Told(progress, outcome, told.note, told.evidence)


def _only_by_reference(action: Action) -> bool:
    return all(measure.kind is MeasureKind.BY_REFERENCE for measure in action.measures)


def _as_comment(told: Told) -> str:
    parts = [f"wanted: {told.progress}", told.outcome and f"outcome {told.outcome}", told.note]
    return "; ".join(filter(None, [*parts, told.evidence]))


def note(ask: Ask, said: Mapping[str, Any]) -> Answer:
    def make(session: Session, action: Action) -> Answer:
        record.add_note(session, ask.said, action, said["note"])
        return tell.noted(action, made(ask))

    return change(ask, said["ref"], said["note"], make)


def evidence(ask: Ask, said: Mapping[str, Any]) -> Answer:
    text = said.get("note") or ""

    def make(session: Session, action: Action) -> Answer:
        record.add_evidence(session, ask.said, action, said["url"], text)
        return tell.evidenced(action, made(ask))

    return change(ask, said["ref"], f"{said['url']} {text}".strip(), make)


def outcome(ask: Ask, said: Mapping[str, Any]) -> Answer:
    text = said.get("note") or ""

    def make(session: Session, action: Action) -> Answer:
        before = action.outcome
        record.set_outcome(session, ask.said, action, said["outcome"], text)
        return tell.outcome_recorded(action, before, made(ask))

    comment = f"wanted: outcome {said['outcome']}; {text}".strip("; ")
    return change(ask, said["ref"], comment, make)


def snooze(ask: Ask, said: Mapping[str, Any]) -> Answer:
    until, written = said["until"]
    if until <= ask.today:
        raise Refused("Snooze until a day that is still to come.")

    def make(session: Session, action: Action) -> Answer:
        record.snooze(session, ask.said, action, until)
        return tell.snoozed(action, until, made(ask))

    return change(ask, said["ref"], f"wanted: no nudges until {written}", make)


def undo(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Take back the act named by a button, else the asker's last one."""
    with ask.writing() as session:
        entries = record.undo(session, ask.said, said.get("act"))
        for asked in extension_requests.reopened(session, entries):
            extension_requests.tell(session, asked, sorted(ask.bot.coordinators), ask.said)
            extension_requests.owe_decision(session, asked, ask.said)
        return tell.undone(entries)


def sign_off(ask: Ask, ref: str) -> Answer:
    """A coordinator says that the evidence shows the action done. Raises `Refused` for others."""
    coordinators_only(ask, "A coordinator signs off.")
    with ask.writing() as session:
        action = one_action(session, ask, ref)
        record.sign_off(session, ask.said, action, ask.today)
        return tell.signed_off(action, made(ask))


def part(ask: Ask, ref: str, on_ref: str) -> Answer:
    """Take the suggestion of `messages.updates.blocked`: the action goes on, its measure waits."""
    text = f"complete when its own work is done; the measure stays open until {on_ref}"

    def make(session: Session, action: Action) -> Answer:
        record.set_progress(session, ask.said, action, Progress.IN_PROGRESS, ask.today, text)
        return tell.parted(action, on_ref, made(ask))

    return change(ask, ref, f"wanted: {text}", make)


def left_blocked(ask: Ask, ref: str) -> Answer:
    """Leave the suggestion: nothing changes, and the answer says so."""
    return tell.kept_blocked(ref.partition(":")[2])


def form(ask: Ask, wanted: Sequence[str]) -> ModalView:
    """The form for one action or for several to choose from. Raises `NotOne` for no reference."""
    with ask.reading() as session:
        ids: list[int] = []
        for ref in wanted:
            found = find(session, ask, ref)
            if isinstance(found, Missing):
                raise NotOne(missing(found.why, found.offered, "/action update {}"))
            ids += found.action_ids
        rows = actions.load(session, ids)
        if not rows:
            raise Refused("There is no action to update here.")
        about = {"channel": ask.channel}
        if len(rows) == 1:
            about["ref"] = record.qualified(rows[0])
            # What the form shows at first: left as it is, it says nothing.
            about |= {"progress": rows[0].progress, "outcome": rows[0].outcome}
        return update_form.update(rows, json.dumps(about))


class FormError(Exception):
    """What is wrong in a form: the field's id and one sentence for it."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(sentence)
        self.where = where


def submit(ask: Ask, view: Mapping[str, Any]) -> Answer:
    """Record what a form says. Raises `FormError` for what has to be filled in differently."""
    fields = (view.get("state") or {}).get("values") or {}
    shown = kept(view)
    ref = _chosen(fields, "action") or shown.get("ref") or ""
    outcome = _chosen(fields, "outcome")
    evidence = written(fields, "evidence")
    if evidence and not re.match(r"https?://\S+$", evidence):
        raise FormError("evidence", "A link begins with https:// and has no spaces.")
    progress = _chosen(fields, "progress")
    if progress not in list(Progress) or (outcome and outcome not in list(Outcome)):
        raise FormError("progress", "Choose a status.")
    note = written(fields, "note") or ""
    told = Told(Progress(progress), Outcome(outcome) if outcome else None, note, evidence)
    try:
        return _update(ask, ref, told, shown)
    except (Refused, PersonalDataFound) as refused:
        raise FormError("note", str(refused)) from refused


def kept(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a form carries with it; nothing for one that is not ours or has lost it."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _chosen(fields: Mapping[str, Any], name: str) -> str | None:
    option = fields.get(name, {}).get(name, {}).get("selected_option")
    return option.get("value") if option else None


def written(fields: Mapping[str, Any], name: str) -> str | None:
    """What was typed into a form's field of that name, if anything."""
    return (fields.get(name, {}).get(name, {}).get("value") or "").strip() or None
