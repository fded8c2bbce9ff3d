"""Sign-offs: a second person finds an action done, on its evidence. Coordinators, and whom they name."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.deliveries import DeliveryKind, enqueue
from db.errors import Refused
from db.models import COMPLETED, Action, Assurance, Holding, Plan, Role, Signer
from db.plans import action_load_options
from db.rules.dates import day_text

KIND = DeliveryKind.SIGN_OFF
_SUGGESTED = 3


def named_signers(session: Session) -> frozenset[str]:
    """The people whom coordinators have named to sign off, by Slack ID."""
    return frozenset(session.exec(select(Signer.slack_user)))


def set_signer(session: Session, author: Author, person: str, *, may_sign: bool) -> bool:
    """Name somebody to sign off, or stop it, and record it. Returns whether anything changed."""
    signer = session.get(Signer, person)
    if (signer is not None) is may_sign:
        return False
    if signer is None:
        session.add(Signer(slack_user=person, named_by=author.who))
    else:
        session.delete(signer)
    before, after = ("no", "yes") if may_sign else ("yes", "no")
    audit_log.append(session, author, [Change("signer", None, person, "may_sign", before, after)])
    return True


def awaits_sign_off(action: Action) -> bool:
    """Whether an action is complete, has evidence and is not signed off."""
    return action.progress in COMPLETED and action.assurance() is Assurance.EVIDENCED


def awaiting(session: Session, plan: Plan | None = None) -> list[Action]:
    """The current actions of a plan, or of all plans, that wait to be signed off, in the plans' order."""
    query = select(Action).where(
        col(Action.progress).in_(COMPLETED),
        col(Action.evidence).is_not(None),
        col(Action.signed_off_by).is_(None),
        col(Action.removed_on).is_(None),
    )
    if plan is not None:
        query = query.where(Action.plan_id == plan.id)
    query = query.order_by(col(Action.plan_id), col(Action.position)).options(*action_load_options())
    # What a file brings as complete was accepted with the file.
    return [one for one in session.exec(query) if completed_by(session, one) is not None]


def completed_by(session: Session, action: Action) -> str | None:
    """Who recorded an action as complete; None where a file did."""
    entries = audit_log.current_entries(audit_log.entries_of_actions(session, [action.id or 0]))
    authors = [entry.who for entry in entries if entry.field == "progress"]
    return authors[-1] if authors and not audit_log.is_by_import(authors[-1]) else None


def who_may_sign(session: Session, action: Action, coordinators: Iterable[str], today: date) -> list[str]:
    """The coordinators and named signers who may sign an action off: not their own work."""
    own = {completed_by(session, action), *action.lead_user_ids(today)}
    return sorted({*coordinators, *named_signers(session)} - own)


def could_be_named(session: Session, action: Action, today: date) -> list[str]:
    """Some people who lead other actions, whom a coordinator could name to sign this one off."""
    own = {completed_by(session, action), *action.lead_user_ids(today)}
    query = select(Holding).join(Role).order_by(col(Role.name))
    holders = (holding.slack_user for holding in session.exec(query) if holding.covers(today))
    others = dict.fromkeys(one for one in holders if one not in own and "@" not in one)
    return list(others)[:_SUGGESTED]


def sign_off(
    session: Session,
    author: Author,
    action: Action,
    coordinators: Collection[str],
    today: date,
    own_ids: Collection[str] = (),
) -> None:
    """Record that a second person finds the action done, on its evidence. Raises `Refused`.

    `own_ids` is what the register of people may have for the author: Slack ID and e-mail address.
    """
    if author.who not in {*coordinators, *named_signers(session)}:
        raise Refused("Only a coordinator, or somebody they have named, can sign off an action.")
    if action.signed_off_by and action.signed_off_on:
        raise Refused(f"{action.ref} is signed off already, since {day_text(action.signed_off_on)}.")
    if not awaits_sign_off(action):
        raise Refused(f"{action.ref} can be signed off once it is complete and has a link to evidence.")
    leads = not action.lead_user_ids(today).isdisjoint(own_ids)
    if leads or author.who not in who_may_sign(session, action, coordinators, today):
        own = "recorded" if completed_by(session, action) == author.who else "lead"
        raise Refused(f"You {own} {action.ref}, so somebody else has to sign it off.")
    values = {"signed_off_by": author.who, "signed_off_on": today}
    audit_log.set_fields(session, author, action, action.qualified_ref, values)


def enqueue_request(session: Session, author: Author, action: Action, people: Iterable[str]) -> None:
    """Tell everybody who may sign an action off that it waits for that.

    Once for each time that it is completed or that a sign-off is withdrawn: more evidence is no new question.
    """
    entries = audit_log.current_entries(audit_log.entries_of_actions(session, [action.id or 0]))
    since = [entry.act for entry in entries if entry.field in ("progress", "signed_off_by")]
    for person in people:
        enqueue(session, KIND, f"{action.id}:{since[-1] if since else author.act}", person, author.at)
