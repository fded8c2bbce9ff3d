"""What an audience may see of KPIs: which figures are hidden, and which channels are a board's."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from db import audit_log, kpis
from db.audit_log import Author, Change
from db.models import FEWER, WITHHELD, BoardChannel, Disclosure, Kpi, Observation
from db.rules.counts import TERMS, KpiTerms, find_families
from db.rules.disclosure import NOTHING, Hidden, disclosed_history, hidden_in_family
from db.rules.known_figures import AsAt, known_figures, known_history
from db.rules.readings import Reading, read_kpi

Figures = Mapping[int, Sequence[Observation]]


def read_kpis(session: Session, wanted: Sequence[Kpi], at: AsAt, *, board: bool) -> list[Reading]:
    """What may be shown of each of these KPIs now, in their order. `board` shows small numbers too."""
    rows = kpis.figures(session, [kpi.id or 0 for kpi in wanted])
    # Decided over all that is stored, so that what is published later makes nothing known that is hidden now.
    hidden = {} if board else find_hidden(session, wanted, rows)
    return [
        read_kpi(
            kpi,
            known_figures(rows.get(kpi.id or 0, ()), at),
            at.day,
            board=board,
            hidden=hidden.get(kpi.id or 0, NOTHING),
        )
        for kpi in wanted
    ]


def read_kpi_at(session: Session, kpi: Kpi, at: AsAt, *, board: bool) -> Reading:
    """What may be shown of a KPI as it was known at an earlier moment.

    What is hidden now is hidden then too: else two answers together would tell it.
    """
    rows = known_figures(_whole_history(session, kpi, board=board), at)
    hidden = NOTHING if board else hidden_of(session, kpi)
    return read_kpi(kpi, rows, at.day, board=board, hidden=hidden)


def read_kpis_on(
    session: Session, wanted: Sequence[Kpi], day: date, zone: ZoneInfo, *, board: bool
) -> list[Reading]:
    """What an audience may see of these KPIs, in their order, from what was recorded by the end of a day."""
    at = AsAt.end_of(day, zone)
    return [read_kpi_at(session, kpi, at, board=board) for kpi in wanted]


def read_history(session: Session, kpi: Kpi, at: AsAt, *, board: bool) -> list[Observation]:
    """Every figure ever recorded of a KPI as it may be shown, the newest period first."""
    return known_history(_whole_history(session, kpi, board=board), at)


def _whole_history(session: Session, kpi: Kpi, *, board: bool) -> list[Observation]:
    rows = kpis.all_figures(session, kpi)
    return disclosed_history(kpi, rows, board=board, hidden=None if board else hidden_of(session, kpi))


def hidden_of(session: Session, kpi: Kpi) -> Hidden:
    """What is hidden of one KPI outside a board's channels."""
    return find_hidden(session, [kpi], kpis.figures(session, [kpi.id or 0]))[kpi.id or 0]


def has_hidden_figures(session: Session, kpi: Kpi) -> bool:
    """Whether any figure of a KPI, current or replaced, is hidden outside a board's channels."""
    return bool(hidden_of(session, kpi).numbers) or _has_hidden_row(session, kpi)


def _has_hidden_row(session: Session, kpi: Kpi) -> bool:
    rows = _whole_history(session, kpi, board=False)
    return any(row.symbol in (FEWER, WITHHELD) for row in rows)


def kpis_with_hidden_figures(session: Session) -> set[int]:
    """The ids of the KPIs of which any figure, current or replaced, is hidden outside a board's channels."""
    all_kpis = list(session.exec(select(Kpi)))
    hidden = find_hidden(session, all_kpis, kpis.figures(session, [kpi.id or 0 for kpi in all_kpis]))
    return {kpi.id or 0 for kpi in all_kpis if hidden[kpi.id or 0].numbers or _has_hidden_row(session, kpi)}


def find_hidden(session: Session, wanted: Sequence[Kpi], figures: Figures) -> dict[int, Hidden]:
    """What to hide of each of these KPIs, by its id: one decision for every way out.

    `figures` has their current figures. Those of other KPIs that may give them away are read as well.
    """
    hidden = {kpi.id or 0: NOTHING for kpi in wanted}
    for terms in _families(session):
        ids = {one.id for one in terms}
        if ids & hidden.keys() and any(one.disclosure is Disclosure.SMALL_COUNTS for one in terms):
            hidden |= _hidden_in_family(session, ids, hidden.keys(), figures)
    return hidden


_PROTECTED = core_select(col(Kpi.id)).where(col(Kpi.disclosure) == Disclosure.SMALL_COUNTS)
# Of all KPIs, where any of them is protected.
_TERMS = core_select(*(getattr(Kpi, name) for name in TERMS)).where(_PROTECTED.exists()).order_by(col(Kpi.id))


def _families(session: Session) -> list[list[KpiTerms]]:
    """The families of all KPIs. None where no KPI is protected, so that nothing can be hidden."""
    return find_families(tuple(KpiTerms(*row) for row in session.connection().execute(_TERMS)))


def _hidden_in_family(
    session: Session, ids: set[int], wanted: Collection[int], figures: Figures
) -> dict[int, Hidden]:
    others = [one for one in ids if one not in wanted]
    known = {**figures, **(kpis.figures(session, others) if others else {})}
    # The same order for each question: of two ways to hide as little, always the same one.
    family = list(session.exec(select(Kpi).where(col(Kpi.id).in_(ids)).order_by(Kpi.code)))
    found = hidden_in_family([(kpi, known.get(kpi.id or 0, ())) for kpi in family])
    pairs = zip(family, found, strict=True)
    return {kpi.id or 0: one for kpi, one in pairs if kpi.id in wanted}


def board_channels(session: Session, own: str | None) -> frozenset[str]:
    """The boards' channels: those that coordinators have marked, and the `own` one of the settings."""
    marked = session.exec(select(BoardChannel.channel))
    return frozenset(marked) | ({own} if own else frozenset())


def mark_board_channel(session: Session, author: Author, channel: str, *, board: bool) -> bool:
    """Mark a channel as a board's, or remove the mark. Returns whether anything changed."""
    board_channel = session.get(BoardChannel, channel)
    if (board_channel is not None) is board:
        return False
    if board_channel is None:
        session.add(BoardChannel(channel=channel, marked_by=author.who))
    else:
        session.delete(board_channel)
    before, after = ("open", "board") if board else ("board", "open")
    audit_log.append(session, author, [Change("channel", None, channel, "audience", before, after)])
    return True
