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
from db import updates as operations
from db.audit_log import others_changes_just_before
from db.errors import PersonalDataFound, Refused
from db.models import Action, MeasureKind, Outcome, Progress
from db.references import Missing
from handlers.actions import resolve_ref
from handlers.core.access import coordinators_only, may_change
from handlers.core.grammar import split_evidence
from handlers.core.requests import Request
from messages import update_form
from messages import updates as render
from messages.limits import Answer
from messages.references import not_found, removed_text
from messages.updates import ChangeStamp


@dataclass(frozen=True)
class UpdateFields:
    """What somebody says of an action at once: status, and if given outcome, note and evidence."""

    progress: Progress
    outcome: Outcome | None
    note: str
    evidence: str | None


class NeedsChoice(Exception):
    """A reference that means no one action. It carries the answer that says why, with what it may mean."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def resolve_action(session: Session, request: Request, ref: str) -> Action:
    """The one action that a reference means, for a change.

    Raises `NotOne` for a section, with what it holds; for an action that was taken out of its plan; and
    for a bare reference that only another plan than the channel's has: to read that is a help, to change
    it unasked is not. What is offered carries the rest of what was typed.
    """
    again = _with_another_ref(request.line, ref)
    found = resolve_ref(session, request, ref)
    if isinstance(found, Missing):
        raise NeedsChoice(not_found(found.why, found.offered, again))
    if found.removed_on is not None:
        raise Refused(removed_text(found.ref, found.plan.title, found.removed_on))
    default = plans.default_plan(session, request.channel)
    if ":" not in ref and default is not None and default.id != found.plan.id:
        place = (f"{found.plan.code}:{found.ref}", found.title)
        why = f"{default.title} has no {ref}, but {found.plan.title} has: to change it, say so."
        raise NeedsChoice(not_found(why, [place], again))
    rows = actions.load_actions(session, found.action_ids)
    if len(rows) != 1:
        inside = [(f"{found.plan.code}:{action.ref}", action.title) for action in rows]
        why = f"{found.ref} is a section of {len(inside)} actions: say which one."
        raise NeedsChoice(not_found(why, inside, again))
    return rows[0]


def _with_another_ref(line: str, ref: str) -> str:
    """The command that was typed, with `{}` where its reference stood."""
    before, found, after = line.partition(ref) if ref else (line, "", "")
    escaped = (part.replace("{", "{{").replace("}", "}}") for part in (before, after))
    return "{}".join(escaped) if found else "/action status {}"


def change_stamp(request: Request) -> ChangeStamp:
    return ChangeStamp(request.person.user, request.now, request.services.zone, request.author.act)


def change_action(
    request: Request, ref: str, comment: str, make: Callable[[Session, Action], Answer]
) -> Answer:
    """Change an action as somebody who may; what anybody else says is kept as a comment.

    `make` does it and answers, within the transaction. Raises `NotOne`, and what `make` raises.
    """
    with request.writing() as session:
        action = resolve_action(session, request, ref)
        another = others_changes_just_before(session, action.id, request.author)
        if may_change(request, action):
            answer = make(session, action)
        else:
            operations.add_comment(session, request.author, action, comment)
            answer = render.commented(action, request.today, change_stamp(request))
        return render.with_change_before(another, answer, request.services.zone)


def update(request: Request, arguments: Mapping[str, Any]) -> Answer | ModalView:
    """Record progress in one line; with only a reference, a form to fill in."""
    note, evidence = split_evidence(arguments.get("note"))
    progress = arguments.get("progress")
    if progress is None and arguments.get("note"):
        raise Refused(_no_status(str(arguments["note"]).split(":")[0][:40]))
    if progress is None:
        return form(request, [arguments["ref"]])
    _check_whole(progress, note, after_colon=bool(arguments.get("after_colon")))
    return _update(request, arguments["ref"], UpdateFields(progress, None, note, evidence))


def _update(request: Request, ref: str, told: UpdateFields, shown: Mapping[str, Any] | None = None) -> Answer:
    """Record what was told. `shown` is what a form showed: a field left at that says nothing.

    Raises `Refused` when somebody else has moved on since what the form showed.
    """

    def make(session: Session, action: Action) -> Answer:
        before, said, now = action.progress, request.author, _merge_with_current(action, told, shown or {})
        operations.set_progress(session, said, action, now.progress, request.today, now.note, now.evidence)
        if now.outcome is not None and now.outcome is not action.outcome:
            operations.set_outcome(session, said, action, now.outcome)
        coordinators = sorted(request.services.coordinators)
        answer = render.recorded(action, before, bool(told.evidence), change_stamp(request), coordinators)
        waits = action.evidence_after_due()
        if action.progress is Progress.BLOCKED and waits and _only_by_reference(action):
            return render.blocked(answer, action, waits[0], change_stamp(request))
        return answer

    return change_action(request, ref, _as_comment(told), make)


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


def _merge_with_current(action: Action, told: UpdateFields, shown: Mapping[str, Any]) -> UpdateFields:
    """What was told, against a row that may have moved since a form showed it."""
    progress, outcome = told.progress, told.outcome
    if progress == shown.get("progress"):
        progress = action.progress
    elif "progress" in shown and action.progress != shown["progress"]:
        raise Refused(f"Meanwhile {action.ref} was recorded {action.progress}: look again, then record.")
    if outcome is not None and outcome == shown.get("outcome"):
        outcome = None
    return UpdateFields(progress, outcome, told.note, told.evidence)


def _only_by_reference(action: Action) -> bool:
    return all(measure.kind is MeasureKind.BY_REFERENCE for measure in action.measures)


def _as_comment(told: UpdateFields) -> str:
    parts = [f"wanted: {told.progress}", told.outcome and f"outcome {told.outcome}", told.note]
    return "; ".join(filter(None, [*parts, told.evidence]))


def note(request: Request, arguments: Mapping[str, Any]) -> Answer:
    def make(session: Session, action: Action) -> Answer:
        operations.add_note(session, request.author, action, arguments["note"])
        return render.noted(action, change_stamp(request))

    return change_action(request, arguments["ref"], arguments["note"], make)


def evidence(request: Request, arguments: Mapping[str, Any]) -> Answer:
    text = arguments.get("note") or ""

    def make(session: Session, action: Action) -> Answer:
        operations.add_evidence(session, request.author, action, arguments["url"], text)
        return render.evidenced(action, change_stamp(request))

    return change_action(request, arguments["ref"], f"{arguments['url']} {text}".strip(), make)


def outcome(request: Request, arguments: Mapping[str, Any]) -> Answer:
    text = arguments.get("note") or ""

    def make(session: Session, action: Action) -> Answer:
        before = action.outcome
        operations.set_outcome(session, request.author, action, arguments["outcome"], text)
        return render.outcome_recorded(action, before, change_stamp(request))

    comment = f"wanted: outcome {arguments['outcome']}; {text}".strip("; ")
    return change_action(request, arguments["ref"], comment, make)


def snooze(request: Request, arguments: Mapping[str, Any]) -> Answer:
    until, written = arguments["until"]
    if until <= request.today:
        raise Refused("Snooze until a day that is still to come.")

    def make(session: Session, action: Action) -> Answer:
        operations.snooze(session, request.author, action, until)
        return render.snoozed(action, until, change_stamp(request))

    return change_action(request, arguments["ref"], f"wanted: no nudges until {written}", make)


def undo(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Take back the act named by a button, else the asker's last one."""
    with request.writing() as session:
        entries = operations.undo(session, request.author, arguments.get("act"))
        for asked in extension_requests.reopened_requests(session, entries):
            extension_requests.enqueue_request(
                session, asked, sorted(request.services.coordinators), request.author
            )
            extension_requests.enqueue_decision(session, asked, request.author)
        return render.undone(entries)


def sign_off(request: Request, ref: str) -> Answer:
    """A coordinator says that the evidence shows the action done. Raises `Refused` for others."""
    coordinators_only(request, "A coordinator signs off.")
    with request.writing() as session:
        action = resolve_action(session, request, ref)
        operations.sign_off(session, request.author, action, request.today)
        return render.signed_off(action, change_stamp(request))


def accept_suggestion(request: Request, ref: str, on_ref: str) -> Answer:
    """Take the suggestion of `messages.updates.blocked`: the action goes on, its measure waits."""
    text = f"complete when its own work is done; the measure stays open until {on_ref}"

    def make(session: Session, action: Action) -> Answer:
        operations.set_progress(session, request.author, action, Progress.IN_PROGRESS, request.today, text)
        return render.parted(action, on_ref, change_stamp(request))

    return change_action(request, ref, f"wanted: {text}", make)


def decline_suggestion(request: Request, ref: str) -> Answer:
    """Leave the suggestion: nothing changes, and the answer says so."""
    return render.kept_blocked(ref.partition(":")[2])


def form(request: Request, wanted: Sequence[str]) -> ModalView:
    """The form for one action or for several to choose from. Raises `NotOne` for no reference."""
    with request.reading() as session:
        ids: list[int] = []
        for ref in wanted:
            found = resolve_ref(session, request, ref)
            if isinstance(found, Missing):
                raise NeedsChoice(not_found(found.why, found.offered, "/action update {}"))
            ids += found.action_ids
        rows = actions.load_actions(session, ids)
        if not rows:
            raise Refused("There is no action to update here.")
        about = {"channel": request.channel}
        if len(rows) == 1:
            about["ref"] = operations.qualified(rows[0])
            # What the form shows at first: left as it is, it says nothing.
            about |= {"progress": rows[0].progress, "outcome": rows[0].outcome}
        return update_form.update(rows, json.dumps(about))


class FormError(Exception):
    """What is wrong in a form: the field's id and one sentence for it."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(sentence)
        self.where = where


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record what a form says. Raises `FormError` for what has to be filled in differently."""
    fields = (view.get("state") or {}).get("values") or {}
    shown = form_metadata(view)
    ref = _selected(fields, "action") or shown.get("ref") or ""
    outcome = _selected(fields, "outcome")
    evidence = form_text(fields, "evidence")
    if evidence and not re.match(r"https?://\S+$", evidence):
        raise FormError("evidence", "A link begins with https:// and has no spaces.")
    progress = _selected(fields, "progress")
    if progress not in list(Progress) or (outcome and outcome not in list(Outcome)):
        raise FormError("progress", "Choose a status.")
    note = form_text(fields, "note") or ""
    told = UpdateFields(Progress(progress), Outcome(outcome) if outcome else None, note, evidence)
    try:
        return _update(request, ref, told, shown)
    except (Refused, PersonalDataFound) as refused:
        raise FormError("note", str(refused)) from refused


def form_metadata(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a form carries with it; nothing for one that is not ours or has lost it."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _selected(fields: Mapping[str, Any], name: str) -> str | None:
    option = fields.get(name, {}).get(name, {}).get("selected_option")
    return option.get("value") if option else None


def form_text(fields: Mapping[str, Any], name: str) -> str | None:
    """What was typed into a form's field of that name, if anything."""
    return (fields.get(name, {}).get(name, {}).get("value") or "").strip() or None
