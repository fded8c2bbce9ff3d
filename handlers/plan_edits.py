"""What coordinators change of the plan itself: actions added, reworded, moved, given away, closed."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process
from slackblocks import ModalView
from sqlmodel import Session

from db import plan_edits, plans, references, roles
from db.errors import Refused
from db.models import Action, Plan, Progress, Role, Section
from db.plan_edits import WORDINGS, DueBy
from db.references import Missing
from db.rules.dates import day_text
from db.rules.typed_dates import DateNotRead, read_day
from handlers import edit_requests
from handlers.core.access import coordinators_only, may_change, visible
from handlers.core.arguments import CommandNotUnderstood
from handlers.core.dates import given_day
from handlers.core.forms import form_choice, form_date_or_none, form_fields, form_metadata, form_text
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed
from handlers.updates import NeedsChoice, change_stamp, resolve_action
from messages import plan_edits as render
from messages.blocks import INPUT_TEXT, Answer
from messages.references import not_found
from messages.updates import ChangeStamp

_YEARS_AHEAD = 5
SECTION_REF = re.compile(r"[A-Za-z]{0,5}[-/]?\d{1,3}(?:\.\d{1,3})*[a-z]?|[A-Za-z]")
# Names as alike as these may be one role, mistyped.
_ALIKE = 85


def add(request: Request, arguments: Mapping[str, Any]) -> Answer | ModalView:
    """Add an action to a section; without its text, a form for it.

    Raises `NeedsChoice` for what is no section, and `Refused`.
    """
    coordinators_only(request, "add an action")
    if arguments.get("text") is None:
        return _add_form(request, arguments.get("section"), "", None)
    due = None
    if arguments.get("due"):
        due = DueBy(*given_day(request, arguments["due"], years=_YEARS_AHEAD))
    with request.writing() as session:
        section = _section(session, request, arguments["section"], request.line)
        leads, new = named_roles(session, request, arguments.get("lead") or "")
        action = plan_edits.add_action(session, request.author, section, arguments["text"], leads, due)
        return render.added(action, new, request.today, change_stamp(session, request))


def form_from_message(request: Request, text: str, link: str | None) -> ModalView:
    """The form that makes an action of somebody's message; the link to it is kept as a note."""
    coordinators_only(request, "make an action of a message")
    return _add_form(request, None, as_typed(request.cleaned(text)), link)


def _add_form(request: Request, wanted: str | None, text: str, link: str | None) -> ModalView:
    with request.reading() as session:
        default = plans.default_plan(session, request.channel)
        chosen = _section(session, request, wanted, request.line) if wanted else None
        plan = chosen.plan if chosen is not None else default
        sections = [one for one in plan.sections if not _only_groups(one)] if plan else []
        if not sections:
            raise Refused("There is no section to add to yet: `/plan section add REF: title`.")
        return render.add_form(
            sections, roles.role_names(session), chosen, text, json.dumps({"link": link} if link else {})
        )


def _only_groups(section: Section) -> bool:
    inside = any(one.ref.startswith(f"{section.ref}.") for one in section.plan.sections)
    return inside and not section.current_actions()


def submit_add(request: Request, view: Mapping[str, Any]) -> Answer:
    """Add the action of the form. Raises `Refused`, with the field that has to be filled in."""
    coordinators_only(request, "add an action")
    fields, link = form_fields(view), form_metadata(view).get("link")
    text, place = form_text(fields, "text"), form_choice(fields, "section")
    if not place:
        raise Refused("Choose a section.", field="section")
    if not text:
        raise Refused("Say what will be done.", field="text")
    day = form_date_or_none(fields, "date")
    due = DueBy(*given_day(request, (day, day_text(day)), years=_YEARS_AHEAD)) if day else None
    with request.writing() as session:
        section = _section(session, request, place, request.line)
        leads, _ = named_roles(session, request, form_choice(fields, "lead") or "")
        note = f"from {link}" if link else ""
        action = plan_edits.add_action(session, request.author, section, text, leads, due, note)
        return render.added(action, [], request.today, change_stamp(session, request))


def edit(request: Request, arguments: Mapping[str, Any]) -> Answer | ModalView:
    """Change one part of an action's wording; with only a reference, a form for all of them.

    Its lead asks for the change, which a coordinator approves.
    """
    part, text = arguments.get("part"), arguments.get("text")
    if part is None and text is None:
        return edit_form(request, arguments["ref"])
    if part is None or text is None:
        raise Refused(
            f"Say what to change and the new words: `/action edit {arguments['ref']} "
            f"{part or 'title'}: …`. The parts are {', '.join(WORDINGS)}."
        )
    return _reword(request, arguments["ref"], {part: text})


def edit_form(request: Request, ref: str) -> ModalView:
    with request.reading() as session:
        action = resolve_action(session, request, ref)
        _may_edit(request, action)
        texts = {name: plan_edits.wording(action, name) for name in WORDINGS}
        # A field takes only so much, and what was cut off would be lost.
        short = {name: text for name, text in texts.items() if len(text) <= INPUT_TEXT}
        shown = {name: _digest(text) for name, text in short.items()}
        return render.edit_form(action, short, json.dumps({"ref": action.qualified_ref, "shown": shown}))


def submit_edit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record what was changed in the form, or ask for it.

    Raises `Refused`, with the field that somebody else changed.
    """
    metadata, fields = form_metadata(view), form_fields(view)
    texts = {name: form_text(fields, name) or "" for name in metadata["shown"]}
    changed = {name: text for name, text in texts.items() if _digest(text) != metadata["shown"][name]}
    return _reword(request, str(metadata["ref"]), changed, metadata["shown"])


def _may_edit(request: Request, action: Action) -> None:
    """Raise `Refused` for who may not even ask for another wording."""
    if not may_change(request, action):
        raise Refused(
            f"Only a coordinator can change the wording of {action.ref}; its lead or a deputy can ask for it."
        )


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def _reword(
    request: Request, ref: str, texts: Mapping[str, str], shown: Mapping[str, str] | None = None
) -> Answer:
    """Replace parts of a wording. `shown` has the digest of each part as a form showed it."""
    if any(not text.strip() for name, text in texts.items() if name in ("title", "text")):
        raise Refused("An action needs a title and a text.", field="title")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        _may_edit(request, action)
        before = {name: plan_edits.wording(action, name) for name in texts}
        for name, text in before.items():
            if shown is not None and _digest(text) != shown[name]:
                raise Refused(
                    f"Somebody changed the {name} of {action.ref} since you opened the form. Close it, look "
                    "at theirs, and edit again.",
                    field=name,
                )
        if not request.is_coordinator:
            return edit_requests.ask(session, request, action, texts, stamp)
        changed = plan_edits.reword(session, request.author, action, texts)
        return render.reworded(action, before if changed else {}, stamp)

    return _change(request, ref, make)


def split(request: Request, arguments: Mapping[str, Any]) -> ModalView:
    """The form that makes actions of the parts of one."""
    coordinators_only(request, "split an action")
    with request.reading() as session:
        action = resolve_action(session, request, arguments["ref"])
        if action.progress is Progress.SUPERSEDED:
            raise Refused(f"{action.ref} is closed, so it can't be split.")
        return render.split_form(action, json.dumps({"ref": action.qualified_ref}))


def submit_split(request: Request, view: Mapping[str, Any]) -> Answer:
    """Split the action of the form. Raises `Refused`, with the field that has to be filled in."""
    coordinators_only(request, "split an action")
    fields = form_fields(view)
    parts = [text for name in render.SPLIT_PARTS if (text := form_text(fields, name))]
    if len(parts) < 2:
        raise Refused("Say what the second action is.", field=render.SPLIT_PARTS[1])

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        new = plan_edits.split(session, request.author, action, parts, request.today)
        return render.was_split(action, new, stamp)

    return _change(request, str(form_metadata(view).get("ref")), make)


def move(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Move an action to another section.

    Raises `CommandNotUnderstood` for "move 2.3.1 to March", which asks for another date.
    """
    wanted = re.sub(r"^(?:to|into)\s+", "", arguments["section"], flags=re.IGNORECASE)
    if _is_date(request, wanted):
        raise CommandNotUnderstood(f"“{wanted}” is a date and not a section")
    coordinators_only(request, "move an action to another section")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        before = action.section
        section = _section(session, request, wanted, request.line, action.section.plan)
        if section.plan_id != action.plan_id:
            raise Refused(f"{action.ref} can only move to another section of {before.plan.title}.")
        if section.id == action.section_id:
            raise Refused(f"{action.ref} is in section {section.ref} already.")
        plan_edits.move(session, request.author, action, section)
        return render.moved(action, before, stamp)

    return _change(request, arguments["ref"], make)


def _is_date(request: Request, text: str) -> bool:
    try:
        return not SECTION_REF.fullmatch(text) and read_day(text, request.today) is not None
    except DateNotRead:
        return True


def assign(request: Request, arguments: Mapping[str, Any]) -> Answer:
    coordinators_only(request, "say who leads an action")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        before = [lead.role.name for lead in action.leads]
        leads, new = named_roles(session, request, arguments["role"])
        plan_edits.assign(session, request.author, action, leads)
        return render.assigned(action, before, new, request.today, stamp)

    return _change(request, arguments["ref"], make)


def close(request: Request, arguments: Mapping[str, Any]) -> Answer:
    coordinators_only(request, "close an action")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        plan_edits.close(session, request.author, action, arguments["reason"], request.today)
        return render.closed(action, stamp)

    return _change(request, arguments["ref"], make)


def reopen(request: Request, arguments: Mapping[str, Any]) -> Answer:
    coordinators_only(request, "open an action again")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        plan_edits.reopen(session, request.author, action, arguments["reason"], request.today)
        return render.reopened(action, stamp)

    return _change(request, arguments["ref"], make)


def _change(request: Request, ref: str, make: Callable[[Session, Action, ChangeStamp], Answer]) -> Answer:
    with request.writing() as session:
        action = resolve_action(session, request, ref)
        return make(session, action, change_stamp(session, request))


def _section(
    session: Session, request: Request, wanted: str, line: str, default: Plan | None = None
) -> Section:
    """The one section that a reference means. Raises `NeedsChoice` with others, and `Refused`."""
    again = line.replace(wanted, "{}", 1) if "{" not in line else "/action status {}"
    default = default or plans.default_plan(session, request.channel)
    found = visible(request, references.resolve(session, wanted, default))
    if isinstance(found, Missing):
        own = _empty_section(session, default, wanted)
        if own is not None:
            return own
        raise NeedsChoice(not_found(found.why, found.offered, again))
    if not found.is_section:
        raise Refused(f"{found.ref} is an action. Give the section, such as {_section_of(session, found)}.")
    section = session.get_one(Section, found.section_ids[0])
    below = [one for one in section.plan.sections if one.ref.startswith(f"{section.ref}.")]
    if below and not section.current_actions():
        inside = [(f"{section.plan.code}:{one.ref}", one.title) for one in below]
        raise NeedsChoice(not_found(f"Section {section.ref} has sections of its own.", inside, again))
    return section


def _empty_section(session: Session, default: Plan | None, wanted: str) -> Section | None:
    """A section with no action in it yet, which nothing can be asked about."""
    code, qualified, ref = wanted.partition(":")
    plan = plans.plan_by_code(session, code.strip()) if qualified else default
    ref = re.sub(r"^section\s+", "", (ref if qualified else wanted).strip(), flags=re.IGNORECASE)
    return next((one for one in plan.sections if one.ref == ref), None) if plan else None


def _section_of(session: Session, found: references.Found) -> str:
    return session.get_one(Action, found.action_ids[0]).section.ref


def named_roles(session: Session, request: Request, names: str) -> tuple[list[Role], list[str]]:
    """The roles that are named, and the names of those that are new.

    Several are separated by semicolons, or by "and" where each is a role. A new name that is like a role's
    has to stand in quotation marks. Raises `Refused`.
    """
    if not names.strip():
        return [], []
    found, new = [], []
    for name in _names(session, names):
        role = roles.role_by_name(session, name)
        if role is None:
            _refuse_mistyped(name, roles.role_names(session), quoted=f'"{name}"' in request.line)
            role = Role(name=name)
            session.add(role)
            session.flush()
            new.append(name)
        if role not in found:
            found.append(role)
    return found, new


def _names(session: Session, names: str) -> Sequence[str]:
    if ";" in names:
        return [one.strip(" \"'") for one in names.split(";") if one.strip()]
    if roles.role_by_name(session, names) is None:
        parts = [one.strip() for one in re.split(r"\s+(?:and|\+|&)\s+|\s*/\s*", names)]
        if len(parts) > 1 and all(roles.role_by_name(session, one) is not None for one in parts):
            return parts
    return [names]


def _refuse_mistyped(name: str, known: Sequence[str], *, quoted: bool) -> None:
    if name.startswith(("@", "<@")):
        raise Refused("Give a role and not a person: a role keeps its actions when people change.")
    near = process.extract(name, known, scorer=fuzz.WRatio, limit=3, score_cutoff=_ALIKE)
    if near and not quoted:
        alike = " or ".join(f"“{one}”" for one, _, _ in near)
        raise Refused(
            f"No role is called “{name[:80]}”. Did you mean {alike}? For a new role put its name in "
            "quotation marks."
        )
