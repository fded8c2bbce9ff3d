"""A theme's report card: said in a few lines, and sent to the asker as a Word file."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from db import kpis, text_checks
from db.errors import Refused
from db.models import Kpi
from db.report_card import load_readings, load_report_card
from documents.report_card import summary_lines, title_lines, write_card
from handlers.core.requests import Request
from handlers.core.slack_files import send_to
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
    day = arguments["at"][0] if arguments.get("at") else request.today
    if day > request.today:
        raise Refused("That day has not come yet, so nobody can know the figures.")
    with request.reading() as session:
        text_checks.refuse_unfit(session, [theme])
        wanted = _wanted(session, theme, arguments.get("kpis") or "")
        readings = load_readings(session, wanted, day, request.services.zone, board=board)
        value = "\n".join([day.isoformat(), theme, *(kpi.code for kpi in wanted)])
        title, subtitle = title_lines(theme, day)
        return render.offered(title, subtitle, summary_lines(readings), value, board=board)


def _wanted(session: Session, theme: str, typed: str) -> list[Kpi]:
    """The KPIs that are named, in that order; without names those with the theme's words in their name.

    Raises `NothingNamed` for a name that no KPI has, and `Refused`.
    """
    # A KPI's own name may have a comma in it.
    names = [one.strip() for one in re.split(";" if ";" in typed else ",", typed) if one.strip()]
    if not names and not kpis.find_kpis(session, theme).ids:
        raise Refused(
            f"Which figures is it about? Name them after a colon: `/kpi report {theme}: NAME; NAME`. "
            "`/kpi list` has their names."
        )
    ids = [found for one in names or [theme] for found in matching(session, one).ids]
    if len(set(ids)) > _MOST_KPIS:
        raise Refused(f"A report card has {_MOST_KPIS} figures at most. Name those that matter most.")
    return kpis.kpis_by_id(session, list(dict.fromkeys(ids)))


def send(request: Request, value: str) -> Answer:
    """Make the report card and send it to the asker alone, by direct message. Raises `Refused`."""
    written, theme, *codes = value.split("\n")
    day, board = date.fromisoformat(written), request.shows_small_counts
    with request.reading() as session:
        wanted = _by_code(session, codes)
        card = load_report_card(session, theme, wanted, day, request.services.zone, board=board)
        name = f"report-card-{day.isoformat()}.docx"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            write_card(card, file, pictures(card.readings))
            content = file.read_bytes()
    title, subtitle = title_lines(theme, day)
    send_to(request.services.client, request.person.user, content, name, f"{title}, {subtitle}")
    return sent(title, subtitle)


def _by_code(session: Session, codes: Sequence[str]) -> list[Kpi]:
    found = [kpis.kpi_by_code(session, code) for code in codes]
    return [kpi for kpi in found if kpi is not None]
