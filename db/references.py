"""Find what a reference means, by looking it up: the number of parts does not tell a section from an action.

`2.3` is a section of five actions in one plan and is not in another; `3.1` is a section with a single
action in one plan and an action in another. A bare reference is looked up in the channel's plan first,
and the other plans that have it are named.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import BindParameter, CompoundSelect, Date, bindparam, cast, literal, null, union_all
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from db import plans
from db.models import NO_PLAN_YET, Action, Plan, Section

_RECOMMENDATION = re.compile(r"^(?:ofsted\s+)?(?:rec(?:ommendation)?\.?\s*|#|\()(\d{1,3})\)?$", re.I)
_LEADING = re.compile(r"^(?:section|action|item|ref|no\.?)\s+(?=\S)", re.IGNORECASE)
_SMALL_WORDS = "the a an one of on for and to in about with my action actions which that"
_STOP_WORDS = frozenset(_SMALL_WORDS.split())

_MAX_OFFERED = 8


@dataclass(frozen=True)
class Found:
    """What a reference means: one action, or a section with those below it.

    `also` has the others that the reference may mean, qualified, with their titles. `removed_on` is the
    day on which an action was removed from its plan.
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
    """Nothing certain was found: a sentence for the person, and the references they may mean."""

    why: str
    offered: tuple[tuple[str, str], ...] = field(default=())


def resolve(
    session: Session, text: str, default: Plan | None, every: Sequence[Plan] | None = None
) -> Found | Missing:
    """What `[plan:]ref`, a recommendation's number or words mean where the plan is `default`.

    `every` are all plans in the order they were added, where they are loaded already.
    """
    wanted = text.strip().strip("`.,;").strip()
    spaced = re.match(r"([A-Za-z][\w-]*)\s+(\d[\w.()]*)$", wanted)
    if spaced and plans.plan_by_code(session, spaced[1]) is not None:
        wanted = f"{spaced[1]}:{spaced[2]}"
    code, qualified, bare = wanted.partition(":")
    if qualified and bare.strip():
        plan = plans.plan_by_code(session, code.strip())
        if plan is None:
            return _unknown_plan(session, code.strip(), bare.strip())
        return _in_plan(session, plan, bare.strip()) or _missing(session, plan, bare.strip())
    if default is None:
        return Missing(NO_PLAN_YET)
    return _unqualified(session, default, wanted, plans.all_plans(session) if every is None else every)


def those_stored(session: Session, refs: Sequence[str]) -> set[str]:
    """Which of these are references of actions, in any plan."""
    return set(session.exec(select(Action.ref).where(col(Action.ref).in_(refs))))


def _unknown_plan(session: Session, code: str, ref: str) -> Missing:
    """A sentence that names the plans, and what each has under that reference."""
    all_plans = plans.all_plans(session)
    if not all_plans:
        return Missing(NO_PLAN_YET)
    found = [_in_plan(session, plan, ref) for plan in all_plans]
    offered = tuple((f"{one.plan.code}:{one.ref}", one.title) for one in found if one is not None)
    codes = ", ".join(plan.code for plan in all_plans)
    return Missing(f"No plan has the code “{code}”. The plans are: {codes}.", offered)


def _unqualified(session: Session, default: Plan, wanted: str, every: Sequence[Plan]) -> Found | Missing:
    if _RECOMMENDATION.match(wanted):
        each = [(plan, _in_plan(session, plan, wanted)) for plan in every]
        everywhere = {plan.id: found for plan, found in each if found is not None}
    else:
        everywhere = _in_all_plans(session, default, wanted, every)
    here = everywhere.pop(default.id, None)
    others = [found for found in everywhere.values() if found.removed_on is None]
    if here is None and len(others) == 1:
        # With what is below it, which was not read of every plan.
        return _in_plan(session, others[0].plan, wanted) or others[0]
    also = tuple((f"{other.plan.code}:{other.ref}", other.title) for other in others)
    if here is None:
        if also:
            return Missing(f"I can't find {wanted} in {default.title}. Other plans have it.", also)
        return _missing(session, default, wanted)
    return replace(here, also=(*here.also, *also))


def _in_all_plans(
    session: Session, default: Plan, wanted: str, every: Sequence[Plan]
) -> dict[int | None, Found]:
    """By plan what each has under a reference, in the plans' order: in one statement, however many there are.

    Of other plans than `default` it does not say what is below a section.
    """
    only_sections = wanted.lower().startswith("section ")
    wanted = _LEADING.sub("", wanted).strip()
    by_id = {plan.id: plan for plan in every}
    rows = session.connection().execute(
        _EVERYWHERE,
        {
            "default": default.id,
            "plans": [plan_id for plan_id in by_id if plan_id is not None],
            "ref": wanted,
            "refs": sorted(_section_refs(wanted)),
            "below": f"{_escaped(wanted)}.%",
        },
    )
    of_plan: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        of_plan[row.plan_id].append(row)
    found = {
        plan_id: _of_rows(plan, of_plan[plan_id], wanted, only_sections=only_sections)
        for plan_id, plan in by_id.items()
    }
    return {plan_id: one for plan_id, one in found.items() if one is not None}


def _of_rows(plan: Plan, rows: Sequence[Any], wanted: str, *, only_sections: bool) -> Found | None:
    """What one plan has under a reference. An action comes before a section with the same number."""
    sections = sorted((row for row in rows if row.kind == "section"), key=lambda row: row.position)
    inside = sorted((row for row in rows if row.kind == "inside"), key=lambda row: row.position)
    named = next((row for row in sections if row.ref in _section_refs(wanted)), None)
    section = None
    if named is not None:
        place = {row.id: at for at, row in enumerate(sections)}
        inside.sort(key=lambda row: place[row.section_id])
        ids = tuple(row.id for row in inside)
        section = Found(plan, named.ref, named.title, ids, tuple(row.id for row in sections))
    row = None if only_sections else next((row for row in rows if row.kind == "action"), None)
    if row is None or (row.removed_on is not None and section is not None):
        return section
    action = Found(plan, row.ref, row.title, (row.id,), removed_on=row.removed_on)
    return replace(action, also=((f"section {section.ref}", section.title),)) if section else action


def _section_refs(wanted: str) -> set[str]:
    """The refs of a section that a reference may mean: `2` is also `2.0`."""
    return {wanted, f"{wanted}.0"} if re.fullmatch(r"\d+", wanted) else {wanted}


def _escaped(text: str) -> str:
    return re.sub(r"([/%_])", r"/\1", text)


def _everywhere() -> CompoundSelect[Any]:
    """The sections and actions of all plans under a reference, and the actions in the default plan's.

    Each branch is one that the indexes on a plan's refs serve.
    """
    default: BindParameter[int] = bindparam("default")
    wanted: BindParameter[str] = bindparam("ref")
    all_plans = col(Action.plan_id).in_(bindparam("plans", expanding=True))
    exact = col(Section.ref).in_(bindparam("refs", expanding=True))
    below = col(Section.ref).like(bindparam("below"), escape="/")
    in_default = (col(Section.plan_id) == default) & (exact | below)
    elsewhere = col(Section.plan_id).in_(bindparam("plans", expanding=True)) & exact
    no_day = cast(null(), Date).label("removed_on")
    section_columns: list[Any] = [col(Section.plan_id), col(Section.id), col(Section.id).label("section_id")]
    section_columns += [col(Section.ref), col(Section.title), col(Section.position), no_day]
    action_columns: list[Any] = [col(Action.plan_id), col(Action.id), col(Action.section_id), col(Action.ref)]
    action_columns += [col(Action.title), col(Action.position), col(Action.removed_on)]
    inside = col(Action.section_id).in_(core_select(col(Section.id)).where(in_default))
    return union_all(
        core_select(literal("section").label("kind"), *section_columns).where(in_default),
        core_select(literal("section"), *section_columns).where(elsewhere, col(Section.plan_id) != default),
        core_select(literal("action"), *action_columns).where(all_plans, col(Action.ref) == wanted),
        core_select(literal("inside"), *action_columns).where(inside, col(Action.removed_on).is_(None)),
    )


_EVERYWHERE = _everywhere()


def _in_plan(session: Session, plan: Plan, wanted: str) -> Found | None:
    """What a plan has under a reference. An action comes before a section with the same number."""
    number = _RECOMMENDATION.match(wanted)
    if number:
        return _of_recommendation(session, plan, number[1])
    return _in_all_plans(session, plan, wanted, [plan]).get(plan.id)


def _of_recommendation(session: Session, plan: Plan, number: str) -> Found | None:
    query = select(Action).where(Action.plan_id == plan.id, Action.recommendation == number)
    action = session.exec(query.order_by(col(Action.removed_on).is_not(None))).first()
    if action is None or action.id is None:
        return None
    return Found(plan, action.ref, action.title, (action.id,), removed_on=action.removed_on)


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
        return Missing(f"“{wanted}” is not a single reference. One at a time:", _qualify(plan, named))
    offered = _by_words(refs, wanted)
    if offered:
        return Missing(f"I can't find “{wanted}”. Did you mean one of these?", _qualify(plan, offered))
    return Missing(f"Nothing in {plan.title} matches “{wanted}”.")


def _refs_in(wanted: str, refs: dict[str, str]) -> list[tuple[str, str]]:
    """The references in a text: `2.3.5, 2.3.1`, or one typed with spaces, `2 3 5`."""
    joined = re.sub(r"[\s,.]+", ".", wanted.strip("# "))
    candidates = [joined, *re.findall(r"\d+(?:\.\d+)*[a-z]?", wanted)]
    return [(one, refs[one]) for one in dict.fromkeys(candidates) if one in refs and len(one) > 1]


def _qualify(plan: Plan, offered: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{plan.code}:{ref}", title) for ref, title in offered[:_MAX_OFFERED])


def _titles(session: Session, plan: Plan) -> dict[str, str]:
    """Every ref of a plan with its title, sections first."""
    sections = session.exec(select(Section.ref, Section.title).where(Section.plan_id == plan.id))
    titles = dict(sections.all())
    actions = select(Action.ref, Action.title).where(
        Action.plan_id == plan.id, col(Action.removed_on).is_(None)
    )
    return titles | dict(session.exec(actions.order_by(col(Action.position))).all())


def _nearest_sentence(plan: Plan, refs: dict[str, str], wanted: str) -> str:
    """That the reference is not in the plan, and what the nearest section above it has."""
    sentence = f"I can't find {wanted} in {plan.title}."
    above = wanted.rpartition(".")[0]
    while above:
        inside = [ref for ref in refs if ref.rpartition(".")[0] == above]
        if inside:
            span = f"{inside[0]} to {inside[-1]}" if len(inside) > 1 else inside[0]
            return f"{sentence} Section {above} has {span}."
        above = above.rpartition(".")[0]
    return sentence


def _nearest(refs: dict[str, str], wanted: str) -> list[tuple[str, str]]:
    """The references of the same section, then those that are spelt alike."""
    above = wanted.rpartition(".")[0]
    siblings = [ref for ref in refs if above and ref.rpartition(".")[0] == above]
    near = process.extract(wanted, list(refs), scorer=fuzz.ratio, limit=4, score_cutoff=60)
    chosen = dict.fromkeys([*siblings, *(ref for ref, _, _ in near)])
    return [(ref, refs[ref]) for ref in chosen]


def _by_words(refs: dict[str, str], wanted: str) -> list[tuple[str, str]]:
    """The actions and sections whose titles have the most of the words, to offer to the person."""
    words = [word for word in re.findall(r"[a-z0-9]+", wanted.lower()) if word not in _STOP_WORDS]
    scores = {ref: sum(_has_word(title, word) for word in words) for ref, title in refs.items()}
    best = max(scores.values(), default=0)
    return [(ref, refs[ref]) for ref, score in scores.items() if score == best > 0]


def _has_word(title: str, word: str) -> bool:
    """Whether a title has a word, one that begins with it or one that is spelt much like it."""
    return any(
        other.startswith(word) or fuzz.ratio(word, other) >= 75
        for other in re.findall(r"[a-z0-9]+", title.lower())
    )
