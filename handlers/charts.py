"""A KPI's chart and table, for the person who pressed the button."""

from db import disclosure, kpis
from db.errors import Refused
from db.rules.readings import Reading
from handlers.core.replies import Alternatives, Picture
from handlers.core.requests import Request
from messages import charts as render
from messages import kpi_board


def _reading_of(request: Request, code: str, *, public: bool = False) -> Reading:
    """A KPI as the channel's audience may see it, or as anybody may (`public`). Raises `Refused`."""
    board = not public and request.shows_small_counts
    with request.reading() as session:
        kpi = kpis.kpi_by_code(session, code)
        if kpi is None:
            raise Refused("I can't find that KPI any more.")
        return disclosure.read_kpis(session, [kpi], request.as_at, board=board)[0]


def chart(request: Request, code: str) -> Alternatives:
    """Slack's own chart, else a picture, else words."""
    reading = _reading_of(request, code)
    words = render.in_words(reading)
    plot = render.plot(reading)
    if plot is None:
        return Alternatives((render.chart(reading),))
    picture = None
    # A picture goes to a direct message, which is no board channel: small counts must not be in it.
    if render.plot(_reading_of(request, code, public=True)) == plot:
        picture = Picture(lambda: render.picture(plot), plot.title, str(words.body()["text"]))
    return Alternatives((render.chart(reading), words), picture)


def table(request: Request, code: str) -> Alternatives:
    """Slack's sortable table, else its older one, else lines of text."""
    reading = _reading_of(request, code)
    return Alternatives((render.table(reading), render.old_table(reading), render.table_text(reading)))


def board_table(request: Request, _: str) -> Alternatives:
    """The board of KPIs as Slack's sortable table, else as lines."""
    board = request.shows_small_counts
    with request.reading() as session:
        readings = disclosure.read_kpis(session, kpis.all_kpis(session), request.as_at, board=board)
    lines = kpi_board.board(readings, request.today, "/kpi board")
    return Alternatives((render.board_table(kpi_board.in_board_order(readings)), lines))
