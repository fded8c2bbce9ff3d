"""Finding what a reference means. It is looked up, never parsed by depth.

`2.3` is a section of five actions in one plan and absent in another; `3.1` is a section that is one
action here and an item there. A bare ref is answered from the channel's plan, and the others that
have it are named.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import fuzz, process
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import plans
from db.models import Action, Plan, Section

_RECOMMENDATION = re.compile(r"^(?:ofsted\s+)?(?:rec(?:ommendation)?\.?\s*|#|\()(\d{1,3})\)?$", re.I)
_LEADING = re.compile(r"^(?:section|action|item|ref|no\.?)\s+(?=\S)", re.IGNORECASE)
_STOP_WORDS = frozenset(
    {
        *(
            "the",
            "a",
            "an",
            "one",
            "of",
        ),
        *(
            "on",
            "for",
            "and",
            "to",
            "in",
        ),
        *(
            "about",
            "with",
            "my",
            "action",
            "actions",
        ),
        *(
            "which",
            "that",
        ),
    }
)

_OFFERED = 8


@dataclass(frozen=True)
class Found:
    """What a reference means: one action, or a section with those below it.

    `also` are the other places of the same name, qualified, with their titles; `removed_on` is the day
    on which an action was taken out of its plan.
    """

    plan: Plan
    ref: str
    title: str
    action_ids: tuple[int, ...]
    section_ids: tuple[int, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    removed_on: date | None = None

    @property
    def is_section(self) -> bool:
        return bool(self.section_ids)


@dataclass(frozen=True)
class Missing:
    """That nothing, or nothing certain, was found: why in a sentence, and what may be meant."""

    why: str
    offered: tuple[tuple[str, str], ...] = field(default=())


def resolve(session: Session, text: str, default: Plan | None) -> Found | Missing:
    """What `[plan:]ref`, a recommendation number or words mean in a channel whose plan is `default`."""
    wanted = text.strip().strip("`.,;").strip()
    spaced = re.match(r"([A-Za-z][\w-]*)\s+(\d[\w.()]*)$", wanted)
    if spaced and plans.plan_by_code(session, spaced[1]) is not None:
        wanted = f"{spaced[1]}:{spaced[2]}"
    code, qualified, bare = wanted.partition(":")
    if qualified and bare.strip():
        plan = plans.plan_by_code(session, code.strip())
        if plan is None:
            held = plans.all_plans(session)
            found = [_in_plan(session, plan, bare.strip()) for plan in held]
            offered = tuple((f"{one.plan.code}:{one.ref}", one.title) for one in found if one is not None)
            codes = ", ".join(plan.code for plan in held)
            return Missing(f'No plan has the code "{code.strip()}". Held: {codes}.', offered)
        return _in_plan(session, plan, bare.strip()) or _missing(session, plan, bare.strip())
    if default is None:
        return Missing("No plan is held yet: a coordinator imports one first.")
    return _unqualified(session, default, wanted)


def _unqualified(session: Session, default: Plan, wanted: str) -> Found | Missing:
    here = _in_plan(session, default, wanted)
    elsewhere = [
        _in_plan(session, plan, wanted) for plan in plans.all_plans(session) if plan.id != default.id
    ]
    others = [found for found in elsewhere if found is not None and found.removed_on is None]
    if here is None and len(others) == 1:
        return others[0]
    also = tuple((f"{other.plan.code}:{other.ref}", other.title) for other in others)
    if here is None:
        if also:
            return Missing(f"{default.title} has no {wanted}, but other plans do.", also)
        return _missing(session, default, wanted)
    return replace(here, also=(*here.also, *also))


def _in_plan(session: Session, plan: Plan, wanted: str) -> Found | None:
    """What a plan has of that name. An action comes before a section that is numbered like it."""
    number = _RECOMMENDATION.match(wanted)
    if number:
        return _action(session, plan, Action.recommendation == number[1])
    asked_for_section = wanted.lower().startswith("section ")
    wanted = _LEADING.sub("", wanted).strip()
    section = _section(session, plan, wanted)
    action = None if asked_for_section else _action(session, plan, Action.ref == wanted)
    if action is None or (action.removed_on is not None and section is not None):
        return section
    if section is not None:
        return replace(action, also=((f"section {section.ref}", section.title),))
    return action


def _action(session: Session, plan: Plan, condition: object) -> Found | None:
    query = select(Action).where(Action.plan_id == plan.id, condition)  # type: ignore[arg-type]
    action = session.exec(query.order_by(col(Action.removed_on).is_not(None))).first()
    if action is None or action.id is None:
        return None
    return Found(plan, action.ref, action.title, (action.id,), removed_on=action.removed_on)


def _section(session: Session, plan: Plan, wanted: str) -> Found | None:
    """A section with the sub-sections below it; one that holds a single action means that action."""
    refs = {wanted, f"{wanted}.0"} if re.fullmatch(r"\d+", wanted) else {wanted}
    query = (
        select(Section)
        .where(
            Section.plan_id == plan.id,
            col(Section.ref).in_(refs) | col(Section.ref).startswith(f"{wanted}.", autoescape=True),
        )
        .options(selectinload(Section.actions))  # type: ignore[arg-type]
        .order_by(col(Section.position))
    )
    below = list(session.exec(query))
    asked = next((section for section in below if section.ref in refs), None)
    if asked is None:
        return None
    inside = [action for section in below for action in section.standing()]
    ids = tuple(action.id for action in inside if action.id is not None)
    if len(below) == 1 and len(inside) == 1:
        return Found(plan, asked.ref, asked.title, ids, (asked.id or 0,))
    return Found(plan, asked.ref, asked.title, ids, tuple(section.id or 0 for section in below))


def _missing(session: Session, plan: Plan, wanted: str) -> Missing:
    refs = _titles(session, plan)
    number = _RECOMMENDATION.match(wanted)
    if number:
        return Missing(f"{plan.title} has no recommendation {number[1]}.")
    wanted = _LEADING.sub("", wanted).strip() or wanted
    if re.fullmatch(r"[A-Za-z]{0,5}[-./]?\d[\w.()]*", wanted):
        return Missing(_nearest_sentence(plan, refs, wanted), _qualify(plan, _nearest(refs, wanted)))
    named = _refs_in(wanted, refs)
    if named:
        return Missing(f'"{wanted}" is not one reference. One at a time:', _qualify(plan, named))
    offered = _by_words(refs, wanted)
    if offered:
        return Missing(f'"{wanted}" is no reference. It may mean one of these:', _qualify(plan, offered))
    return Missing(f'Nothing in {plan.title} matches "{wanted}".')


def _refs_in(wanted: str, refs: dict[str, str]) -> list[tuple[str, str]]:
    """The references that stand in a text: `2.3.5, 2.3.1`, or one typed with spaces, `2 3 5`."""
    joined = re.sub(r"[\s,.]+", ".", wanted.strip("# "))
    candidates = [joined, *re.findall(r"\d+(?:\.\d+)*[a-z]?", wanted)]
    return [(one, refs[one]) for one in dict.fromkeys(candidates) if one in refs and len(one) > 1]


def _qualify(plan: Plan, offered: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{plan.code}:{ref}", title) for ref, title in offered[:_OFFERED])


def _titles(session: Session, plan: Plan) -> dict[str, str]:
    """Every ref of a plan with its title, sections first."""
    sections = session.exec(select(Section.ref, Section.title).where(Section.plan_id == plan.id))
    titles = dict(sections.all())
    actions = select(Action.ref, Action.title).where(
        Action.plan_id == plan.id, col(Action.removed_on).is_(None)
    )
    return titles | dict(session.exec(actions.order_by(col(Action.position))).all())


def _nearest_sentence(plan: Plan, refs: dict[str, str], wanted: str) -> str:
    sentence = f"No {wanted} in {plan.title}."
    above = wanted.rpartition(".")[0]
    while above:
        inside = [ref for ref in refs if ref.rpartition(".")[0] == above]
        if inside:
            span = f"{inside[0]}–{inside[-1]}" if len(inside) > 1 else inside[0]
            return f"{sentence} Section {above} has {span}."
        above = above.rpartition(".")[0]
    return sentence


def _nearest(refs: dict[str, str], wanted: str) -> list[tuple[str, str]]:
    above = wanted.rpartition(".")[0]
    siblings = [ref for ref in refs if above and ref.rpartition(".")[0] == above]
    near = process.extract(wanted, list(refs), scorer=fuzz.ratio, limit=4, score_cutoff=60)
    chosen = dict.fromkeys([*siblings, *(ref for ref, _, _ in near)])
    return [(ref, refs[ref]) for ref in chosen]


def _by_words(refs: dict[str, str], wanted: str) -> list[tuple[str, str]]:
    """Actions and sections whose titles have the words, best first: offered, never chosen for one."""
    asked = [word for word in re.findall(r"[a-z0-9]+", wanted.lower()) if word not in _STOP_WORDS]
    if not asked:
        return []
    scored = []
    for ref, title in refs.items():
        has = re.findall(r"[a-z0-9]+", title.lower())
        score = sum(
            max((fuzz.ratio(word, one) for one in has), default=0) >= 75
            or any(one.startswith(word) for one in has)
            for word in asked
        )
        if score:
            scored.append((-score, ref, title))
    best = min((score for score, _, _ in scored), default=0)
    return [(ref, title) for score, ref, title in scored if score == best]
