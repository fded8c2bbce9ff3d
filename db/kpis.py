"""KPIs: find one by the words that people use, read its figures, and record a figure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select as core_select
from sqlalchemy import update
from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.bulk_insert import insert_rows
from db.engine import in_batches
from db.models import (
    ERASED,
    Action,
    Entry,
    Kpi,
    KpiKind,
    KpiLink,
    Observation,
    Section,
    ValueStatus,
)
from db.rules.disclosure import QUOTES_HIDDEN
from db.rules.records import figure_record

_MAX_SUGGESTIONS = 5
# The lowest rapidfuzz score, of 100, at which a name counts as similar.
_MIN_SIMILARITY = 55
# "re" in "re-referrals" is not the beginning of "referrals".
_SHORT_WORD = 3
# Imports leave the stored text unchanged for these. Older exports wrote the first two.
HIDDEN_TEXTS = frozenset(("hidden", "kept back", QUOTES_HIDDEN))


def kpi_load_options() -> list[Any]:
    """Loader options, from `Kpi`, for everything that an answer may show except its figures."""
    action = selectinload(Kpi.links).joinedload(KpiLink.action)  # type: ignore[arg-type]
    return [
        selectinload(Kpi.targets),  # type: ignore[arg-type]
        selectinload(Kpi.comparators),  # type: ignore[arg-type]
        action.joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
    ]


def kpi_by_code(session: Session, code: str) -> Kpi | None:
    return session.exec(select(Kpi).where(Kpi.code == code.lower()).options(*kpi_load_options())).first()


def kpis_by_codes(session: Session, codes: Iterable[str]) -> list[Kpi]:
    """The KPIs that have these codes, in their order; a code that none has is passed over."""
    found = (kpi_by_code(session, code) for code in codes)
    return [kpi for kpi in found if kpi is not None]


def kpis_by_id(session: Session, ids: Sequence[int]) -> list[Kpi]:
    """These KPIs, in the order of the ids."""
    if not ids:
        return []
    # In one statement: a KPI has few targets, comparators and links, and each statement takes longer.
    action = joinedload(Kpi.links).joinedload(KpiLink.action)  # type: ignore[arg-type]
    query = (
        select(Kpi)
        .where(col(Kpi.id).in_(ids))
        .options(
            joinedload(Kpi.targets),  # type: ignore[arg-type]
            joinedload(Kpi.comparators),  # type: ignore[arg-type]
            action.joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
        )
    )
    return sorted(session.exec(query).unique(), key=lambda kpi: ids.index(kpi.id or 0))


def kpis_of_action(session: Session, action: Action) -> list[Kpi]:
    """The KPIs that are linked to an action, in the order they were added."""
    linked = select(KpiLink.kpi_id).where(KpiLink.action_id == action.id)
    query = select(Kpi).where(col(Kpi.id).in_(linked)).options(*kpi_load_options())
    return list(session.exec(query.order_by(col(Kpi.id))))


def kpis_of_actions(session: Session, ids: Sequence[int]) -> dict[int, list[Kpi]]:
    """The KPIs that are linked to each of these actions, by action."""
    by_action: dict[int, list[Kpi]] = defaultdict(list)
    for batch in in_batches(ids):
        query = select(KpiLink, Kpi).join(Kpi).where(col(KpiLink.action_id).in_(batch))
        for link, kpi in session.exec(query.order_by(col(KpiLink.id))):
            by_action[link.action_id or 0].append(kpi)
    return by_action


def all_kpis(session: Session) -> list[Kpi]:
    """Every KPI with everything but its figures, in the order of their names."""
    return list(session.exec(select(Kpi).options(*kpi_load_options()).order_by(Kpi.name)))


@dataclass(frozen=True)
class KpiMatch:
    """The KPIs that a text means.

    `ids` are those to show in full, `related_ids` others with the same name. Where nothing is certain,
    `suggestions` has the nearest, as (code, name).
    """

    ids: tuple[int, ...] = ()
    related_ids: tuple[int, ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()


def find_kpis(session: Session, text: str) -> KpiMatch:
    """Find KPIs by their code, name or alias, else by words in these, else the nearest in spelling.

    Between names stands a semicolon.
    """
    candidates = _candidates(session)
    found = [_find_named(candidates, name) for name in text.split(";") if name.strip()]
    ids = tuple(dict.fromkeys(one for match in found for one in match.ids))
    related = dict.fromkeys(one for match in found for one in match.related_ids if one not in ids)
    return KpiMatch(ids, tuple(related), tuple(one for match in found for one in match.suggestions))


def exactly_named(session: Session, text: str) -> list[int]:
    """Every KPI with this name, code or alias."""
    wanted = _normalise(text)
    return [one.id for one in _candidates(session) if wanted in one.names]


def all_named(session: Session, text: str) -> list[int]:
    """Every KPI with this name, code or alias; without one, every KPI with all of the words in its names."""
    return exactly_named(session, text) or all_with_words(session, text)


def all_with_words(session: Session, text: str) -> list[int]:
    """Every KPI that has all of the words in its name, code and aliases."""
    return [one.id for one in _with_words(_candidates(session), _normalise(text))]


def _with_words(candidates: Sequence["_KpiNames"], wanted: str) -> list["_KpiNames"]:
    words = wanted.split()
    return [one for one in candidates if words and all(one.has_word(word) for word in words)]


def _candidates(session: Session) -> list["_KpiNames"]:
    return [_KpiNames(*row) for row in session.connection().execute(_NAMES)]


def _find_named(candidates: Sequence["_KpiNames"], text: str) -> KpiMatch:
    wanted = _normalise(text)
    exact = [one for one in candidates if wanted in one.names]
    if exact:
        sharing = [one for one in candidates if one.shares_name_with(exact[0])]
        # Of two KPIs that somebody may mean, one is called so by another name only.
        by_name = [one for one in _with_words(candidates, wanted) if wanted in _normalise(one.name)]
        others = [one for one in by_name if one not in exact] if len(wanted.split()) > 1 else []
        return _match(exact, list(dict.fromkeys([*sharing, *others[:_MAX_SUGGESTIONS]])))
    with_words = _with_words(candidates, wanted)
    if with_words and len(with_words) <= _MAX_SUGGESTIONS:
        return _match(with_words, [])
    nearest = with_words or _nearest(candidates, wanted)
    return KpiMatch(suggestions=tuple((one.code, one.name) for one in nearest[:_MAX_SUGGESTIONS]))


_NAMES = core_select(col(Kpi.id), col(Kpi.code), col(Kpi.name), col(Kpi.aliases), col(Kpi.kind)).order_by(
    col(Kpi.id)
)


class _KpiNames:
    """A KPI's name, code and aliases, normalised."""

    def __init__(self, kpi_id: int | None, code: str, name: str, aliases: str, kind: KpiKind) -> None:
        self.id, self.code, self.name, self.kind = kpi_id or 0, code, name, kind
        self.names = _normalised_names(name, code, aliases)

    def has_word(self, word: str) -> bool:
        """Whether a name has the word, or one that begins with it; of a short word the whole."""
        parts = [part for name in self.names for part in name.split()]
        return word in parts or (len(word) > _SHORT_WORD and any(part.startswith(word) for part in parts))

    def shares_name_with(self, other: "_KpiNames") -> bool:
        return self is not other and bool(set(self.names) & set(other.names))


@lru_cache(maxsize=10_000)
def _normalised_names(name: str, code: str, aliases: str) -> tuple[str, ...]:
    """Cached, because names seldom change and every search goes through all of them."""
    return tuple(_normalise(one) for one in (name, code, *aliases.split(";")) if one.strip())


def _normalise(text: str) -> str:
    """The text in lower case, with single spaces in place of everything but letters and digits."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def _match(found: Sequence[_KpiNames], sharing_name: Sequence[_KpiNames]) -> KpiMatch:
    """The performance KPIs among those found to show in full, else the first; all others as related."""
    main = [one for one in found if one.kind is KpiKind.PERFORMANCE] or list(found[:1])
    related = [one for one in [*found, *sharing_name] if one not in main]
    return KpiMatch(tuple(one.id for one in main), tuple(dict.fromkeys(one.id for one in related)))


def _nearest(candidates: Sequence[_KpiNames], wanted: str) -> list[_KpiNames]:
    scores = {one.id: max(fuzz.WRatio(wanted, name) for name in one.names) for one in candidates}
    similar = [one for one in candidates if scores[one.id] >= _MIN_SIMILARITY]
    if similar:
        return sorted(similar, key=lambda one: -scores[one.id])
    # Nothing is similar: suggest the nearest all the same, so that there is always something to choose.
    nearest = process.extract(wanted, [one.name for one in candidates], limit=_MAX_SUGGESTIONS)
    return [candidates[index] for _, _, index in nearest]


Figures = Mapping[int, list[Observation]]


def figures(session: Session, ids: Sequence[int]) -> Figures:
    """The current figures of these KPIs, by KPI, the oldest period first."""
    by_kpi: dict[int, list[Observation]] = defaultdict(list)
    query = select(Observation).where(
        col(Observation.kpi_id).in_(ids), col(Observation.replaced_at).is_(None)
    )
    order = (col(Observation.period_end), col(Observation.period_start), col(Observation.id))
    for row in session.exec(query.order_by(*order)):
        by_kpi[row.kpi_id].append(row)
    return by_kpi


def all_figures(session: Session, kpi: Kpi) -> list[Observation]:
    """Every figure ever recorded for a KPI, including those that were replaced, the newest period first."""
    query = select(Observation).where(Observation.kpi_id == kpi.id)
    order = (col(Observation.period_end).desc(), col(Observation.breakdown), col(Observation.id).desc())
    return list(session.exec(query.order_by(*order)))


def figures_of_kpi(session: Session, kpi: Kpi) -> list[Observation]:
    """The current figures of one KPI, the oldest period first."""
    return figures(session, [kpi.id or 0]).get(kpi.id or 0, [])


def breakdowns(session: Session, kpi: Kpi) -> list[str]:
    """Every breakdown that a KPI has figures for."""
    query = select(Observation.breakdown).where(Observation.kpi_id == kpi.id).distinct()
    return [breakdown for breakdown in session.exec(query) if breakdown]


@dataclass(frozen=True)
class Figure:
    """A figure to record: a number or a symbol, for a period and a breakdown, with its source."""

    period_start: date
    period_end: date
    value: float | None
    symbol: str | None = None
    breakdown: str = ""
    numerator: float | None = None
    denominator: float | None = None
    status: ValueStatus = ValueStatus.FINAL
    source: str = ""
    note: str = ""
    published_on: date | None = None

    @property
    def place(self) -> tuple[str, date, date]:
        """The breakdown and period, as in `Observation.place`."""
        return self.breakdown, self.period_start, self.period_end


def kpi_ref(kpi: Kpi) -> str:
    """The reference by which the audit log names a KPI."""
    return f"kpi:{kpi.code}"


# The columns that `Figure` and `Observation` share.
_FIGURE_COLUMNS = (
    "value",
    "symbol",
    "breakdown",
    "numerator",
    "denominator",
    "status",
    "source",
    "note",
    "published_on",
)


def save_figures(session: Session, author: Author, new_figures: Sequence[tuple[Kpi, Figure]]) -> int:
    """Store figures and record each in the audit log. Returns how many are new or changed.

    A figure that is stored already with the same values changes nothing. One with other values for the
    same period and breakdown is marked as replaced, never deleted. For a transaction that holds the write
    lock. Raises `PersonalDataFound`.
    """
    current = _current_figures(session, {kpi.id or 0 for kpi, _ in new_figures})
    new_rows: list[dict[str, Any]] = []
    changes, replaced_ids = [], []
    for kpi, figure in new_figures:
        place = (kpi.id, *figure.place)
        values = {name: getattr(figure, name) for name in _FIGURE_COLUMNS}
        current_id, before = current.get(place, (None, None))
        for name in ("source", "note"):
            # An erased text does not come back with the file that it came from.
            if before is not None and (values[name] in HIDDEN_TEXTS or before[name] == ERASED):
                values[name] = before[name]
            elif values[name] in HIDDEN_TEXTS:
                values[name] = ""
        if before == values:
            continue
        if current_id is not None:
            replaced_ids.append(current_id)
        current[place] = (None, values)
        period = {"period_start": figure.period_start, "period_end": figure.period_end}
        stamp = {"recorded_by": author.who, "recorded_at": author.at, "replaced_at": None}
        new_rows.append({"kpi_id": kpi.id, **period, **values, **stamp})
        changes.append(_change(kpi, figure, before, values))
    # A unique index allows one current figure a place, so the old rows are replaced before the insert.
    for batch in in_batches(replaced_ids):
        old = col(Observation.id).in_(batch)
        session.connection().execute(update(Observation).where(old).values(replaced_at=author.at))
    insert_rows(session.connection(), Observation, new_rows)
    audit_log.append(session, author, changes)
    return len(new_rows)


_KpiPlace = tuple[int | None, str, date, date]
_CurrentFigure = tuple[int | None, dict[str, Any] | None]


def _current_figures(session: Session, ids: Collection[int]) -> dict[_KpiPlace, _CurrentFigure]:
    """The current figures of these KPIs: the row's id and its values, by KPI, breakdown and period."""
    current: dict[_KpiPlace, _CurrentFigure] = {}
    for row in figure_rows(session, ids):
        values = {name: getattr(row, name) for name in _FIGURE_COLUMNS}
        current[row.kpi_id, row.breakdown, row.period_start, row.period_end] = (row.id, values)
    return current


def _change(kpi: Kpi, figure: Figure, before: dict[str, Any] | None, after: dict[str, Any]) -> Change:
    """The audit log's change: its field is the period and its ref the KPI with the breakdown."""
    field = f"{figure.period_start}/{figure.period_end}"
    ref = f"{kpi_ref(kpi)} {figure.breakdown}".strip()
    recorded_before = before and figure_record(SimpleNamespace(**before))
    return Change(
        "kpi", kpi.id, ref, field, recorded_before, figure_record(SimpleNamespace(**after)), after["note"]
    )


def figure_rows(session: Session, ids: Collection[int]) -> Sequence[Any]:
    """The current figures of these KPIs, by KPI and period: plain rows with `Observation`'s columns."""
    names = ("id", "kpi_id", "period_start", "period_end", *_FIGURE_COLUMNS)
    query = core_select(*(getattr(Observation, name) for name in names)).where(
        col(Observation.kpi_id).in_(ids), col(Observation.replaced_at).is_(None)
    )
    order = (col(Observation.kpi_id), col(Observation.period_end), col(Observation.id))
    return session.connection().execute(query.order_by(*order)).all()


def undo_figure(session: Session, author: Author, entry: Entry) -> Change | None:
    """Undo the recording of a figure, or return None where another was recorded since.

    Nothing is deleted: the figure is marked as replaced, and the one before it is inserted again.
    """
    starts, _, ends = entry.field.partition("/")
    breakdown = entry.ref.partition(" ")[2]
    query = select(Observation).where(
        Observation.kpi_id == entry.subject_id,
        Observation.breakdown == breakdown,
        Observation.period_start == date.fromisoformat(starts),
        Observation.period_end == date.fromisoformat(ends),
    )
    rows = list(session.exec(query.order_by(col(Observation.id))))
    current = next((row for row in rows if row.replaced_at is None), None)
    if current is None or (current.recorded_at, current.recorded_by) != (entry.at, entry.who):
        return None
    before = next((row for row in reversed(rows) if row.replaced_at == entry.at), None)
    current.replaced_at = author.at
    session.flush()
    if before is not None:
        # The original author and moment stay, so that the earlier recording can be undone too.
        copied = ("kpi_id", "period_start", "period_end", *_FIGURE_COLUMNS, "recorded_by", "recorded_at")
        session.add(Observation(**{name: getattr(before, name) for name in copied}))
    return Change("kpi", entry.subject_id, entry.ref, entry.field, entry.after, entry.before)
