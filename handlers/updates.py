"""What people record about actions: progress, outcome, notes, evidence, snooze, sign-off, undo."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from rapidfuzz import fuzz, process
from slackblocks import ModalView
from sqlmodel import Session

from db import actions, nudges, plans, references, sign_offs
from db import updates as operations
from db.audit_log import others_changes_just_before
from db.errors import Refused
from db.models import COMPLETED, OPEN, Action, MeasureKind, Outcome, Progress
from db.references import Missing
from db.rules.completion import split_for_good, takes_back
from handlers.actions import own_actions
from handlers.core.access import may_change, visible
from handlers.core.dates import given_day
from handlers.core.forms import form_choice, form_fields, form_link, form_metadata, form_text
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed, split_evidence
from handlers.measures import missed_kpis
from messages import update_form
from messages import updates as render
from messages.blocks import Answer
from messages.references import not_found, removed_text
from messages.updates import ChangeStamp, SignOffState

_LONGEST_SNOOZE_YEARS = 1


@dataclass(frozen=True)
class UpdateFields:
    """What somebody records at once: a status, and if given outcome, note and evidence."""

    progress: Progress
    outcome: Outcome | None
    note: str
    evidence: str | None
    # An action that recurs closes, and not only its round.
    for_good: bool = False


class NeedsChoice(Exception):
    """A reference that does not mean one action. It carries the answer that says why, with choices."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def resolve_action(session: Session, request: Request, ref: str) -> Action:
    """The one action that a reference means, for a change. Choices carry the rest of what was typed.

    Raises `NeedsChoice` for a section, with its actions, and for a bare reference that only another plan
    than the channel's has: reading that is a help, changing it would be a guess. Raises `Refused` for an
    action that was removed from its plan.
    """
    again = _with_another_ref(request.line, ref)
    default = plans.default_plan(session, request.channel)
    found = visible(request, references.resolve(session, ref, default))
    if isinstance(found, Missing):
        raise NeedsChoice(not_found(found.why, found.offered, again))
    if found.removed_on is not None:
        raise Refused(removed_text(found.ref, found.plan.title, found.removed_on))
    if ":" not in ref and default is not None and default.id != found.plan.id:
        place = (f"{found.plan.code}:{found.ref}", found.title)
        why = f"{default.title} has no {ref}, but {found.plan.title} does. Choose it to change it."
        raise NeedsChoice(not_found(why, [place], again))
    rows = actions.load_actions(session, found.action_ids)
    if len(rows) != 1:
        inside = [(action.qualified_ref, action.title) for action in rows]
        why = f"{found.ref} is a section of {len(inside)} actions. Choose one."
        raise NeedsChoice(not_found(why, inside, again))
    return rows[0]


def _with_another_ref(line: str, ref: str) -> str:
    """The command that was typed, with `{}` in place of its reference."""
    before, found, after = line.partition(ref) if ref else (line, "", "")
    escaped = (part.replace("{", "{{").replace("}", "}}") for part in (before, after))
    return "{}".join(escaped) if found else "/action status {}"


def change_stamp(session: Session, request: Request) -> ChangeStamp:
    return ChangeStamp(
        request.person.user,
        request.now,
        request.services.zone,
        request.author.act,
        plans.default_plan_code(session, request.channel),
    )


Make = Callable[[Session, Action, ChangeStamp], Answer]


def change_action(request: Request, ref: str, comment: str, make: Make) -> Answer:
    """Change an action if the asker may; what anybody else says is kept as a comment.

    `make` changes it and answers, within the transaction. Raises `NeedsChoice`, and what `make` raises.
    """
    with request.writing() as session:
        action = resolve_action(session, request, ref)
        by_others = others_changes_just_before(session, action.id, request.author)
        stamp = change_stamp(session, request)
        if may_change(request, action):
            answer = make(session, action, stamp)
        else:
            operations.add_comment(session, request.author, action, comment)
            answer = render.commented(action, request.today, stamp)
        return render.with_change_before(by_others, answer, request.services.zone)


def update(request: Request, arguments: Mapping[str, Any]) -> Answer | ModalView:
    """Record progress in one line; with only a reference, a form to fill in."""
    note, evidence = split_evidence(arguments.get("note"))
    progress = arguments.get("progress")
    if progress is None and note and re.search(rf"{re.escape(arguments['ref'])}\s*:", request.line):
        # `update 2.3.5: templates issued` says what happened, and not how far it is.
        raise NeedsChoice(render.ask_status(arguments["ref"], str(arguments["note"])))
    if progress is None and arguments.get("note"):
        raise Refused(_unknown_status(str(arguments["note"]).split(":")[0], arguments["ref"]))
    if progress is None:
        return form(request, [arguments["ref"]])
    for_good, note = split_note(progress, note, after_colon=bool(arguments.get("after_colon")))
    return record_update(request, arguments["ref"], UpdateFields(progress, None, note, evidence, for_good))


def record_update(
    request: Request, ref: str, fields: UpdateFields, shown: Mapping[str, Any] | None = None
) -> Answer:
    """Record an update. `shown` is what a form showed: a field that was left at that says nothing.

    Raises `Refused` when somebody else has changed the progress since the form was opened.
    """

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        before, now = action.progress, _merge_with_current(action, fields, shown or {})
        round_due, signer = action.due, action.signed_off_by
        operations.set_progress(
            session,
            request.author,
            action,
            now.progress,
            request.today,
            now.note,
            now.evidence,
            for_good=now.for_good,
        )
        if now.outcome is not None and now.outcome is not action.outcome:
            operations.set_outcome(session, request.author, action, now.outcome, ground=now.note)
        if now.progress in COMPLETED and action.progress not in COMPLETED:
            return render.round_recorded(
                action, now.progress, round_due, stamp, evidence=bool(fields.evidence)
            )
        signing = ask_for_sign_off(session, request, action)
        if action.progress is Progress.BLOCKED and (before is not Progress.BLOCKED or now.note):
            nudges.enqueue_blocked(session, request.author, action, sorted(request.services.coordinators))
        answer = render.recorded(action, before, stamp, signing, evidence=bool(fields.evidence))
        if signer and action.signed_off_by is None:
            answer = render.with_sign_off_withdrawn(answer, signer)
        waits_for = action.evidence_after_due()
        # The suggestion names another action, which a partner may not see.
        elsewhere = not request.is_partner and _measured_elsewhere(action)
        if action.progress is Progress.BLOCKED and waits_for and elsewhere:
            return render.blocked(answer, action, waits_for[0], stamp)
        return answer

    return change_action(request, ref, _as_comment(fields), make)


def ask_for_sign_off(session: Session, request: Request, action: Action) -> SignOffState:
    """Tell those who may sign a completed action off, and return who they are."""
    coordinators, today = request.services.coordinators, request.today
    people = sign_offs.who_may_sign(session, action, coordinators, today)
    if sign_offs.awaits_sign_off(action):
        sign_offs.enqueue_request(session, request.author, action, people)
    suggested = [] if people else sign_offs.could_be_named(session, action, today)
    return SignOffState(tuple(people), tuple(suggested))


def split_note(progress: Progress, note: str, *, after_colon: bool) -> tuple[bool, str]:
    """Whether "for good" stands after "complete", and the note. Raises `Refused` where it is not complete."""
    for_good = False
    if progress in COMPLETED and not after_colon:
        for_good, note = split_for_good(note)
    _check_complete(progress, note, after_colon=after_colon)
    return for_good, note


def _check_complete(progress: Progress, note: str, *, after_colon: bool) -> None:
    """Refuse "complete" where the rest of the sentence says it is not: "by March", "(two outstanding)"."""
    if progress is Progress.COMPLETE and takes_back(note, after_colon=after_colon):
        raise Refused(
            f"“complete {note[:60]}” does not sound complete, so I have recorded nothing. Use “in progress: "
            "…” or “complete with exception: what is left”. If nothing is left, leave those words out."
        )


def _unknown_status(typed: str, ref: str) -> str:
    """What to say of words that begin with no status: they may be meant as a note."""
    known = [status.value for status in Progress]
    near = process.extractOne(typed.lower(), known, scorer=fuzz.ratio, score_cutoff=75)
    near = near or process.extractOne(typed.lower().split()[0], known, scorer=fuzz.ratio, score_cutoff=75)
    guess = f" Did you mean “{near[0]}”?" if near else ""
    shown = typed if len(typed) <= 40 else f"{typed[:40]}…"
    return (
        f"“{shown}” is not a status, so I have recorded nothing.{guess} After the reference, use one of: "
        f"{', '.join(known)}. For a note: `/action note {ref}: …`."
    )


def _merge_with_current(action: Action, fields: UpdateFields, shown: Mapping[str, Any]) -> UpdateFields:
    """The form's fields, merged with an action that may have changed since the form was opened."""
    progress, outcome = fields.progress, fields.outcome
    if progress == shown.get("progress"):
        progress = action.progress
    elif "progress" in shown and action.progress != shown["progress"]:
        raise Refused(
            f"Somebody recorded {action.ref} as {action.progress} since you opened the form. "
            "Check it, then record again.",
            field="progress",
        )
    if outcome is not None and outcome == shown.get("outcome"):
        outcome = None
    return replace(fields, progress=progress, outcome=outcome)


def _measured_elsewhere(action: Action) -> bool:
    """Whether all of an action's measures rest on other actions."""
    return all(measure.kind is MeasureKind.BY_REFERENCE for measure in action.measures)


def _as_comment(fields: UpdateFields) -> str:
    outcome = f"outcome {fields.outcome}" if fields.outcome else None
    parts = (f"wanted: {fields.progress}", outcome, fields.note, fields.evidence)
    return "; ".join(part for part in parts if part)


def note(request: Request, arguments: Mapping[str, Any]) -> Answer:
    return record_note(request, arguments["ref"], arguments["note"])


def record_note(request: Request, ref: str, text: str) -> Answer:
    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        operations.add_note(session, request.author, action, text)
        return render.noted(action, stamp)

    return change_action(request, ref, text, make)


def evidence(request: Request, arguments: Mapping[str, Any]) -> Answer:
    return record_evidence(request, arguments["ref"], arguments["url"], arguments.get("note") or "")


def record_evidence(request: Request, ref: str, url: str, text: str) -> Answer:
    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        again = action.evidence == url
        operations.add_evidence(session, request.author, action, url, text)
        if not again:
            ask_for_sign_off(session, request, action)
        return render.evidenced(action, stamp, again=again, noted=bool(text))

    return change_action(request, ref, f"{url} {text}".strip(), make)


def outcome(request: Request, arguments: Mapping[str, Any]) -> Answer:
    wanted, text = arguments["outcome"], arguments.get("note") or ""

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        before = action.outcome
        operations.set_outcome(session, request.author, action, wanted, text)
        missed = missed_kpis(session, request, [action]).get(action.id or 0, [])
        return render.outcome_recorded(action, before, stamp, missed)

    comment = f"wanted: outcome {wanted}; {text}".strip("; ")
    return change_action(request, arguments["ref"], comment, make)


def snooze(request: Request, arguments: Mapping[str, Any]) -> Answer:
    until, written = given_day(request, arguments["until"], years=_LONGEST_SNOOZE_YEARS)
    return record_snooze(request, arguments["ref"], until, written)


def record_snooze(request: Request, ref: str, until: date, written: str) -> Answer:
    """Record that nobody is nudged before a day, which was `written` like that. Raises `Refused`."""
    if until <= request.today:
        raise Refused("Choose a date in the future to snooze until.", field="date")
    if until > request.today + relativedelta(years=_LONGEST_SNOOZE_YEARS):
        raise Refused("Snooze for a year at most.", field="date")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        operations.snooze(session, request.author, action, until)
        return render.snoozed(action, until, stamp)

    return change_action(request, ref, f"wanted: no nudges until {written}", make)


def accept_suggestion(request: Request, ref: str, on_ref: str) -> Answer:
    """Take the suggestion of `messages.updates.blocked`: the action goes on, its measure stays open."""
    text = f"complete when its own work is done; the measure stays open until {on_ref}"

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        operations.set_progress(session, request.author, action, Progress.IN_PROGRESS, request.today, text)
        return render.suggestion_accepted(action, on_ref, stamp)

    return change_action(request, ref, f"wanted: {text}", make)


def decline_suggestion(request: Request, ref: str) -> Answer:
    """Nothing changes, and the answer says so."""
    return render.suggestion_declined(ref.partition(":")[2])


def form(request: Request, refs: Sequence[str], *, line: str | None = None) -> ModalView:
    """The form for one action, or for several to choose from.

    `line` is the command of the answer that the form was opened from, which is redrawn when the form is
    sent in. Raises `NeedsChoice` for a reference that means nothing.
    """
    with request.reading() as session:
        default = plans.default_plan(session, request.channel)
        ids: list[int] = []
        for ref in refs:
            found = visible(request, references.resolve(session, ref, default))
            if isinstance(found, Missing):
                raise NeedsChoice(not_found(found.why, found.offered, "/action update {}"))
            ids += found.action_ids
        rows = actions.load_actions(session, ids)
    if not rows:
        raise Refused("There is no action to update here.")
    metadata: dict[str, Any] = {"line": line} if line else {}
    if len(rows) == 1:
        # What the form shows at first: a field that is left at that says nothing.
        metadata["ref"] = rows[0].qualified_ref
        metadata |= {"progress": rows[0].progress, "outcome": rows[0].outcome}
    return update_form.update_form(rows, json.dumps(metadata))


def form_from_message(request: Request, text: str, link: str | None) -> ModalView:
    """The form for a message of somebody's: its words and the link to it are filled in, the action is picked.

    It offers the open actions that the asker leads, to a coordinator and to who leads none those of the
    channel's plan. One that the message names is chosen. Raises `Refused` where there is none.
    """
    words = as_typed(request.cleaned(text))
    with request.reading() as session:
        rows = own_actions(session, request)[1]
        plan = plans.default_plan(session, request.channel)
        if not request.is_partner and plan is not None and (request.is_coordinator or not rows):
            own = {action.id for action in rows}
            rows = rows + [one for one in actions.list_actions(session, plan) if one.id not in own]
        named = [one for one in rows if re.search(rf"(?<![\d.]){re.escape(one.ref)}(?!\.?\d)", words)]
        offered = [one for one in rows if one in named or one.progress in OPEN]
    if not offered:
        raise Refused("You lead no open action, and no plan is set for this channel: `/plan use CODE`.")
    chosen = named[0].qualified_ref if len(named) == 1 else None
    offered.sort(key=lambda one: one.qualified_ref != chosen)
    metadata = {"ref": offered[0].qualified_ref} if len(offered) == 1 else {}
    return update_form.update_form(offered, json.dumps(metadata), note=words, evidence=link, chosen=chosen)


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record what the form says. Raises `Refused`, with the field that has to be filled in differently."""
    fields, shown = form_fields(view), form_metadata(view)
    ref = form_choice(fields, "action") or shown.get("ref") or ""
    outcome, progress = form_choice(fields, "outcome"), form_choice(fields, "progress")
    evidence = form_link(fields, "evidence")
    if progress not in list(Progress) or (outcome and outcome not in list(Outcome)):
        raise Refused("Choose a status.", field="progress")
    update = UpdateFields(
        Progress(progress),
        Outcome(outcome) if outcome else None,
        form_text(fields, "note") or "",
        evidence,
    )
    return record_update(request, ref, update, shown)
