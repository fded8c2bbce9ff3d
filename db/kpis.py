"""KPIs: finding one by the words people use, reading what is held of it, recording a figure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import insert, update
from sqlalchemy import select as core_select
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.engine import in_batches
from db.models import (
    Action,
    BoardChannel,
    Entry,
    Kpi,
    KpiKind,
    KpiLink,
    Observation,
    Section,
    ValueStatus,
)
from db.rules.readings import Reading, read_kpi

_OFFERED = 5
_LIKE = 55
# What a file has in place of a note that its readers may not see: the note that is held stays.
NOTE_KEPT_BACK = "kept back"


def kpi_load_options() -> list[Any]:
    """Loader options from `Kpi`: all that an answer about it may have to say, but for its figures."""
    action = selectinload(Kpi.links).joinedload(KpiLink.action)  # type: ignore[arg-type]
    return [
        selectinload(Kpi.targets),  # type: ignore[arg-type]
        selectinload(Kpi.comparators),  # type: ignore[arg-type]
        action.joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
    ]


def kpi_by_code(session: Session, code: str) -> Kpi | None:
    return session.exec(select(Kpi).where(Kpi.code == code.lower()).options(*kpi_load_options())).first()


def kpis_by_id(session: Session, ids: Sequence[int]) -> list[Kpi]:
    """These KPIs, in this order."""
    if not ids:
        return []
    rows = session.exec(select(Kpi).where(col(Kpi.id).in_(ids)).options(*kpi_load_options()))
    return sorted(rows, key=lambda kpi: ids.index(kpi.id or 0))


def kpis_of_action(session: Session, action: Action) -> list[Kpi]:
    """The KPIs that are linked to an action, in the order they came."""
    linked = select(KpiLink.kpi_id).where(KpiLink.action_id == action.id)
    query = select(Kpi).where(col(Kpi.id).in_(linked)).options(*kpi_load_options())
    return list(session.exec(query.order_by(col(Kpi.id))))


def all_kpis(session: Session) -> list[Kpi]:
    """Every KPI with what belongs to it, in the order of their names."""
    return list(session.exec(select(Kpi).options(*kpi_load_options()).order_by(Kpi.name)))


@dataclass(frozen=True)
class KpiMatch:
    """The KPIs that a name means, others of the same name, or the nearest by code and name."""

    ids: tuple[int, ...] = ()
    related_ids: tuple[int, ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()


def find_kpis(session: Session, said: str) -> KpiMatch:
    """By code, name or alias; else by the words that are in them; else what is closest."""
    known = [_KpiNames(*row) for row in session.connection().execute(_NAMES)]
    wanted = _normalise(said)
    exact = [one for one in known if wanted in one.names]
    if exact:
        return _chosen(exact, [one for one in known if one.shares(exact[0])])
    words = wanted.split()
    holding = [one for one in known if words and all(one.holds(word) for word in words)]
    if holding and len(holding) <= _OFFERED:
        return _chosen(holding, [])
    near = holding or _near(known, wanted)
    return KpiMatch(suggestions=tuple((one.code, one.name) for one in near[:_OFFERED]))


_NAMES = core_select(col(Kpi.id), col(Kpi.code), col(Kpi.name), col(Kpi.aliases), col(Kpi.kind)).order_by(
    col(Kpi.id)
)


class _KpiNames:
    """What a KPI is known by, in small letters."""

    def __init__(self, number: int | None, code: str, name: str, aliases: str, kind: KpiKind) -> None:
        self.number, self.code, self.name, self.kind = number or 0, code, name, kind
        self.names = _names(name, code, aliases)

    def holds(self, word: str) -> bool:
        return any(part.startswith(word) for name in self.names for part in name.split())

    def shares(self, other: "_KpiNames") -> bool:
        return self is not other and bool(set(self.names) & set(other.names))


@lru_cache(maxsize=10_000)
def _names(name: str, code: str, aliases: str) -> tuple[str, ...]:
    """Read once: they change as seldom as definitions do, and every question looks at all of them."""
    return tuple(_normalise(one) for one in (name, code, *aliases.split(";")) if one.strip())


def _normalise(said: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in said.lower()).split())


def _chosen(exact: Sequence[_KpiNames], sharing: Sequence[_KpiNames]) -> KpiMatch:
    """Those that are judged in full, and the rest beside them; of none judged the first."""
    judged = [one for one in exact if one.kind is KpiKind.PERFORMANCE] or list(exact[:1])
    rest = [one for one in [*exact, *sharing] if one not in judged]
    return KpiMatch(tuple(one.number for one in judged), tuple(dict.fromkeys(one.number for one in rest)))


def _near(known: Sequence[_KpiNames], wanted: str) -> list[_KpiNames]:
    scored = {one.number: max(fuzz.WRatio(wanted, name) for name in one.names) for one in known}
    best = sorted((one for one in known if scored[one.number] >= _LIKE), key=lambda one: -scored[one.number])
    if best:
        return best
    # Nothing is like it: still the nearest, so that nobody is left with nothing.
    order = process.extract(wanted, [one.name for one in known], limit=_OFFERED)
    return [known[at] for _, _, at in order]


Figures = Mapping[int, list[Observation]]


def figures(session: Session, ids: Sequence[int]) -> Figures:
    """What stands of these KPIs, by KPI, the oldest period first."""
    held: dict[int, list[Observation]] = defaultdict(list)
    query = select(Observation).where(
        col(Observation.kpi_id).in_(ids), col(Observation.replaced_at).is_(None)
    )
    order = (col(Observation.period_end), col(Observation.period_start), col(Observation.id))
    for row in session.exec(query.order_by(*order)):
        held[row.kpi_id].append(row)
    return held


def all_figures(session: Session, kpi: Kpi) -> list[Observation]:
    """Every figure ever held of a KPI, those that were replaced too, the newest period first."""
    query = select(Observation).where(Observation.kpi_id == kpi.id)
    order = (col(Observation.period_end).desc(), col(Observation.breakdown), col(Observation.id).desc())
    return list(session.exec(query.order_by(*order)))


def figures_of_kpi(session: Session, kpi: Kpi) -> list[Observation]:
    """What stands of one KPI, the oldest period first."""
    return figures(session, [kpi.id or 0]).get(kpi.id or 0, [])


def read_kpis(session: Session, held: Sequence[Kpi], today: date, *, board: bool) -> list[Reading]:
    """What may be told of each of these KPIs, in their order."""
    rows = figures(session, [kpi.id or 0 for kpi in held])
    return [read_kpi(kpi, rows.get(kpi.id or 0, []), today, board=board) for kpi in held]


def breakdowns(session: Session, kpi: Kpi) -> list[str]:
    """Every breakdown that a KPI has figures of."""
    query = select(Observation.breakdown).where(Observation.kpi_id == kpi.id).distinct()
    return [one for one in session.exec(query) if one]


def shows_small_counts(session: Session, channel: str | None, setting: str | None) -> bool:
    """Whether small counts may be shown in a channel: the board's own, or one a coordinator has marked."""
    if channel is None:
        return False
    return channel == setting or session.get(BoardChannel, channel) is not None


def mark_board_channel(session: Session, author: Author, channel: str, *, board: bool) -> bool:
    """Mark a channel as a board's, or no more. Returns whether that changed anything."""
    held = session.get(BoardChannel, channel)
    if (held is not None) is board:
        return False
    if held is None:
        session.add(BoardChannel(channel=channel, marked_by=author.who))
    else:
        session.delete(held)
    words = ("open", "board") if board else ("board", "open")
    audit_log.append(session, author, [Change("channel", None, channel, "audience", *words)])
    return True


@dataclass(frozen=True)
class Figure:
    """A figure to be held: a number or a symbol, of a period and a breakdown, with where it is from."""

    starts: date
    ends: date
    value: float | None
    symbol: str | None = None
    breakdown: str = ""
    numerator: float | None = None
    denominator: float | None = None
    status: ValueStatus = ValueStatus.FINAL
    source: str = ""
    note: str = ""

    @property
    def place(self) -> tuple[str, date, date]:
        """Of what and when, as an `Observation` has it."""
        return self.breakdown, self.starts, self.ends


def kpi_ref(kpi: Kpi) -> str:
    """How the record names a KPI."""
    return f"kpi:{kpi.code}"


_COPIED = (
    *("value", "symbol", "breakdown", "numerator", "denominator"),
    *("status", "source", "note"),
)


def save_figures(session: Session, author: Author, given: Sequence[tuple[Kpi, Figure]]) -> int:
    """Hold figures, each with an entry in the record; returns how many are new or changed.

    One that is held just so already changes nothing; one of the same period and breakdown that
    differs is kept as replaced. For a writer whose turn it is.
    """
    known = _current_figures(session, {kpi.id or 0 for kpi, _ in given})
    fresh: list[dict[str, Any]] = []
    changes, replaced = [], []
    for kpi, figure in given:
        place = (kpi.id, *figure.place)
        values = {name: getattr(figure, name) for name in _COPIED}
        number, before = known.get(place, (None, None))
        if values["note"] == NOTE_KEPT_BACK:
            values["note"] = before["note"] if before else ""
        if before == values:
            continue
        if number is not None:
            replaced.append(number)
        known[place] = (None, values)
        dated = {"period_start": figure.starts, "period_end": figure.ends}
        by = {"recorded_by": author.who, "recorded_at": author.at, "replaced_at": None}
        fresh.append({"kpi_id": kpi.id, **dated, **values, **by})
        changes.append(_change(kpi, figure, before, values))
    # Of a period one figure stands: the old ones are out of the way first.
    for part in in_batches(replaced):
        these = col(Observation.id).in_(part)
        session.connection().execute(update(Observation).where(these).values(replaced_at=author.at))
    if fresh:
        session.connection().execute(insert(Observation), fresh)
    audit_log.append(session, author, changes)
    audit_log.refuse_personal_data(
        session, (text for row in fresh for text in (row["breakdown"], row["source"]))
    )
    return len(fresh)


_Place = tuple[int | None, str, date, date]
_Row = tuple[int | None, dict[str, Any] | None]


def _current_figures(session: Session, ids: Collection[int]) -> dict[_Place, _Row]:
    """What stands of these KPIs by place: the row's number and its values."""
    held: dict[_Place, _Row] = {}
    for row in figure_rows(session, ids):
        values = {name: getattr(row, name) for name in _COPIED}
        held[row.kpi_id, row.breakdown, row.period_start, row.period_end] = (row.id, values)
    return held


def _change(kpi: Kpi, figure: Figure, before: dict[str, Any] | None, after: dict[str, Any]) -> Change:
    field = f"{figure.starts}/{figure.ends}"
    name = f"{kpi_ref(kpi)} {figure.breakdown}".strip()
    return Change(
        "kpi", kpi.id, name, field, before and _figure_text(before), _figure_text(after), figure.note
    )


def _figure_text(values: Mapping[str, Any]) -> str:
    number = values["symbol"] if values["value"] is None else f"{values['value']:g}"
    return " ".join(filter(None, (number, str(values["status"]), values["source"])))


def figure_rows(session: Session, ids: Collection[int]) -> Sequence[Any]:
    """What stands of these KPIs as plain rows with an `Observation`'s names, by KPI and period."""
    names = ("id", "kpi_id", "period_start", "period_end", *_COPIED)
    query = core_select(*(getattr(Observation, name) for name in names)).where(
        col(Observation.kpi_id).in_(ids), col(Observation.replaced_at).is_(None)
    )
    order = (col(Observation.kpi_id), col(Observation.period_end), col(Observation.id))
    return session.connection().execute(query.order_by(*order)).all()


def undo_figure(session: Session, author: Author, entry: Entry) -> Change | None:
    """Put back what stood before a figure was recorded; None when another has been recorded since.

    Nothing is deleted: what was recorded is kept as replaced, and what stood before is held anew.
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
    now = next((row for row in rows if row.replaced_at is None), None)
    if now is None or (now.recorded_at, now.recorded_by) != (entry.at, entry.who):
        return None
    before = next((row for row in reversed(rows) if row.replaced_at == entry.at), None)
    now.replaced_at = author.at
    session.flush()
    if before is not None:
        kept = {name: getattr(before, name) for name in (*_COPIED, "kpi_id", "period_start", "period_end")}
        # As it was recorded, so that what recorded it can be taken back too.
        session.add(Observation(**kept, recorded_by=before.recorded_by, recorded_at=before.recorded_at))
    return Change("kpi", entry.subject_id, entry.ref, entry.field, entry.after, entry.before)
