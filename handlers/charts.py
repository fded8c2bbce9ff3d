"""Charts and tables behind a button: as Slack draws them, and where it will not, the next best thing."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from db import kpis
from db.errors import Refused
from db.models import Disclosure, Reading
from handlers.core.access import identify
from handlers.core.deadline import Deadline, run_before_deadline
from handlers.core.errors import run_after_ack
from handlers.core.requests import Request, Services
from handlers.core.response_url import post_to_response_url
from messages import charts
from messages.limits import Answer, text_answer

log = structlog.get_logger(__name__)

Body = Mapping[str, Any]
_NEW: Mapping[str, Any] = {"response_type": "ephemeral", "replace_original": False}


def register(app: App, services: Services) -> None:
    app.action("kpi_chart")(_drawn(services, _chart))
    app.action("kpi_table")(_drawn(services, _table))


def reading_of(request: Request, code: str) -> Reading:
    """A KPI as the channel's audience may see it. Raises `Refused`."""
    with request.reading() as session:
        kpi = kpis.kpi_by_code(session, code)
        if kpi is None:
            raise Refused("That KPI is not known here any more.")
        board = kpis.shows_small_counts(session, request.channel, request.services.board)
        return kpis.read_kpi(kpi, kpis.figures_of_kpi(session, kpi), request.today, board=board)


Draw = Callable[[Request, Body, Reading, WebClient], None]


def _drawn(services: Services, draw: Draw) -> Callable[..., None]:
    """A button that answers with what its KPI looks like, for whoever pressed it alone."""

    def pressed(body: Body, client: WebClient) -> None:
        def act(deadline: Deadline) -> tuple[Request, Reading]:
            ask = identify(services, body, deadline)
            return ask, reading_of(ask, body["actions"][0].get("value") or "")

        ask, reading = run_before_deadline(services.pool, act)
        draw(ask, body, reading, client)

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        run_after_ack(services, body, lambda: pressed(body, client))

    return listen


def _first_taken(request: Request, body: Body, client: WebClient, *ways: Answer) -> bool:
    """Tell it in the first way that Slack takes; whether it took any."""
    for way in ways:
        said = way.body()
        if post_to_response_url(body.get("response_url"), {**_NEW, **said}):
            return True
        try:
            client.chat_postEphemeral(channel=request.channel or "", user=request.person.user, **said)
        except (SlackClientError, OSError) as refused:
            log.info("not shown", error=type(refused).__name__)
        else:
            return True
    return False


def _table(request: Request, body: Body, reading: Reading, client: WebClient) -> None:
    ways = (charts.table(reading), charts.old_table(reading), charts.table_text(reading))
    _first_taken(request, body, client, *ways)


def _chart(request: Request, body: Body, reading: Reading, client: WebClient) -> None:
    if _first_taken(request, body, client, charts.chart(reading)):
        return
    words = charts.in_words(reading)
    # A picture goes to a direct message, which is no board's channel.
    open_to_all = reading.kpi.disclosure is Disclosure.OPEN
    drawn = charts.plot(reading) if open_to_all else None
    if drawn is None or not _sent_picture(request, client, charts.picture(drawn), drawn.title, words):
        _first_taken(request, body, client, words)
        return
    _first_taken(
        request,
        body,
        client,
        text_answer("Slack does not draw it here: the picture is in your messages with me."),
    )


def _sent_picture(request: Request, client: WebClient, png: bytes, title: str, words: Answer) -> bool:
    """Send a picture to whoever asked, alone: a file in a channel is everybody's."""
    try:
        channel = client.conversations_open(users=request.person.user)["channel"]["id"]
        client.files_upload_v2(
            channel=channel,
            file=png,
            filename="chart.png",
            title=title,
            alt_txt=words.body()["text"][:1000],
            initial_comment=words.body()["text"],
        )
    except (SlackClientError, OSError) as refused:
        log.warning("picture not sent", error=type(refused).__name__)
        return False
    return True
