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
from handlers.core.access import asked_by
from handlers.core.deadline import Deadline, in_time
from handlers.core.errors import behind
from handlers.core.requests import Ask, Bot
from handlers.core.response_url import send
from messages import charts
from messages.limits import Answer, say

log = structlog.get_logger(__name__)

Body = Mapping[str, Any]
_NEW: Mapping[str, Any] = {"response_type": "ephemeral", "replace_original": False}


def register(app: App, bot: Bot) -> None:
    app.action("kpi_chart")(_drawn(bot, _chart))
    app.action("kpi_table")(_drawn(bot, _table))


def reading_of(ask: Ask, code: str) -> Reading:
    """A KPI as the channel's audience may see it. Raises `Refused`."""
    with ask.reading() as session:
        kpi = kpis.by_code(session, code)
        if kpi is None:
            raise Refused("That KPI is not known here any more.")
        board = kpis.is_board(session, ask.channel, ask.bot.board)
        return kpis.read(kpi, kpis.figures_of(session, kpi), ask.today, board=board)


Draw = Callable[[Ask, Body, Reading, WebClient], None]


def _drawn(bot: Bot, draw: Draw) -> Callable[..., None]:
    """A button that answers with what its KPI looks like, for whoever pressed it alone."""

    def pressed(body: Body, client: WebClient) -> None:
        def act(deadline: Deadline) -> tuple[Ask, Reading]:
            ask = asked_by(bot, body, deadline)
            return ask, reading_of(ask, body["actions"][0].get("value") or "")

        ask, reading = in_time(bot.pool, act)
        draw(ask, body, reading, client)

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        behind(bot, body, lambda: pressed(body, client))

    return listen


def _first_taken(ask: Ask, body: Body, client: WebClient, *ways: Answer) -> bool:
    """Tell it in the first way that Slack takes; whether it took any."""
    for way in ways:
        said = way.body()
        if send(body.get("response_url"), {**_NEW, **said}):
            return True
        try:
            client.chat_postEphemeral(channel=ask.channel or "", user=ask.person.user, **said)
        except (SlackClientError, OSError) as refused:
            log.info("not shown", error=type(refused).__name__)
        else:
            return True
    return False


def _table(ask: Ask, body: Body, reading: Reading, client: WebClient) -> None:
    ways = (charts.table(reading), charts.old_table(reading), charts.table_text(reading))
    _first_taken(ask, body, client, *ways)


def _chart(ask: Ask, body: Body, reading: Reading, client: WebClient) -> None:
    if _first_taken(ask, body, client, charts.chart(reading)):
        return
    words = charts.in_words(reading)
    # A picture goes to a direct message, which is no board's channel.
    open_to_all = reading.kpi.disclosure is Disclosure.OPEN
    drawn = charts.plot(reading) if open_to_all else None
    if drawn is None or not _sent_picture(ask, client, charts.picture(drawn), drawn.title, words):
        _first_taken(ask, body, client, words)
        return
    _first_taken(
        ask, body, client, say("Slack does not draw it here: the picture is in your messages with me.")
    )


def _sent_picture(ask: Ask, client: WebClient, png: bytes, title: str, words: Answer) -> bool:
    """Send a picture to whoever asked, alone: a file in a channel is everybody's."""
    try:
        channel = client.conversations_open(users=ask.person.user)["channel"]["id"]
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
