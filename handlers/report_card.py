"""A theme's report card: said in a few lines, and sent to the asker as a Word file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from db import disclosure, kpis, text_checks
from db.errors import Refused
from db.models import Kpi
from db.report_card import load_report_card
from documents.report_card import summary_lines, title_lines, write_card
from handlers.actions import past_day
from handlers.core.requests import Request
from handlers.core.slack_files import send_to, written
from handlers.kpis import matching
from messages import report_card as render
from messages.blocks import Answer
from messages.board_paper import sent
from messages.charts import pictures

_LONGEST_THEME = 120
# So many fit into a button's value.
_MOST_KPIS = 25


def report(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What a theme's report card says first, with the button that sends it. Raises `Refused`."""
    theme, board = " ".join(arguments["theme"].split()), request.shows_small_counts
    if len(theme) > _LONGEST_THEME:
        raise Refused(f"Give the theme in {_LONGEST_THEME} characters or fewer.")
    day = past_day(request, arguments) or request.today
    with request.reading() as session:
        text_checks.refuse_unfit(session, [theme])
        wanted = _wanted(session, theme, arguments.get("kpis") or "")
        readings = disclosure.read_kpis_on(session, wanted, day, request.services.zone, board=board)
        value = "\n".join([day.isoformat(), theme, *(kpi.code for kpi in wanted)])
        title, subtitle = title_lines(theme, day)
        figures = f"Figures: {'; '.join(kpi.name for kpi in wanted)}."
        return render.offered(title, subtitle, [figures, *summary_lines(readings)], value, board=board)


def _wanted(session: Session, theme: str, typed: str) -> list[Kpi]:
    """The KPIs that are named, in that order; without names all that have the theme's words in their names.

    Raises `NothingNamed` for a name that no KPI has, and `Refused`.
    """
    names = _names(session, typed)
    ids = [] if names else kpis.all_with_words(session, theme)
    for name in names:
        # Where nothing has that name, `matching` says so and offers the nearest.
        ids += kpis.all_named(session, name) or matching(session, name).ids
    wanted = list(dict.fromkeys(ids))
    if not wanted or len(wanted) > _MOST_KPIS:
        why = f"That would be {len(wanted)} figures; {_MOST_KPIS} fit. " if wanted else ""
        raise Refused(
            f"{why}Which figures is it about? Name them after a colon: `/kpi report {theme}: NAME; NAME`. "
            "`/kpi list` has their names."
        )
    return kpis.kpis_by_id(session, wanted)


def _names(session: Session, typed: str) -> list[str]:
    """The names in a list. Commas part them too, unless they belong to a KPI's own name."""
    by_comma = ";" not in typed and not kpis.all_named(session, typed)
    return [name for one in typed.split("," if by_comma else ";") if (name := one.strip())]


def send(request: Request, value: str) -> Answer:
    """Make the report card and send it to the asker alone, by direct message. Raises `Refused`."""
    as_at, theme, *codes = value.split("\n")
    day, board = date.fromisoformat(as_at), request.shows_small_counts
    with request.reading() as session:
        wanted = kpis.kpis_by_codes(session, codes)
        card = load_report_card(session, theme, wanted, day, request.services.zone, board=board)
        charts = pictures(card.readings)
        content = written(lambda file: write_card(card, file, charts), ".docx")
    title, subtitle = title_lines(theme, day)
    name = f"report-card-{day.isoformat()}.docx"
    send_to(request.services.client, request.person.user, content, name, f"{title}, {subtitle}")
    return sent(title, subtitle)
