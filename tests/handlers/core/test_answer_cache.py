"""An answer is kept while nothing is written, and never a moment longer."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot.store import open_store
from db import audit_log
from db.audit_log import Author, ChangeNumber
from db.deliveries import DeliveryKind, enqueue
from db.engine import single_read, writing
from documents.people import apply_people, read_people
from handlers.core.answer_cache import AnswerCache, CacheKey, SharedRead
from handlers.core.commands import COMMANDS
from tests.cast import (
    CHAIR,
    COORDINATOR,
    JOINT_CHANNEL,
    LEAD,
    NOW,
    PLAN_CHANNEL,
    SCHOOL,
    SCHOOL_CHANNEL,
    TODAY,
)
from tests.conftest import Running, run_bot

# Asks for nothing in the store but how far writing has come.
GLANCE = 1


@contextmanager
def _queries(slack: Running) -> Iterator[list[str]]:
    """The statements that the bot sends meanwhile."""
    seen: list[str] = []

    def note(_: Connection, __: object, statement: str, *rest: object) -> None:
        if statement != "BEGIN":
            seen.append(statement)

    event.listen(slack.engine, "before_cursor_execute", note)
    yield seen
    event.remove(slack.engine, "before_cursor_execute", note)


EVERYBODYS = [
    "/action status 2.3",
    "/action status 2.3 at 2016-12-01",
    "/action list overdue",
    "/action history 2.3.5",
    "/action rounds 2.3.4",
    "/action coverage 1.8",
    "/plan summary",
    "/plan overdue",
    "/plan changes since 2016-12-01",
    "/plan list",
    "/plan meetings",
    "/plan requests",
    "/plan findings",
    "/plan findings F4",
    "/plan stuck",
    "/plan roles",
    "/kpi camhs 12 weeks",
    "/kpi board",
    "/kpi list off target",
    "/kpi history looked after",
]


@pytest.mark.parametrize("command", EVERYBODYS)
def test_the_second_who_asks_the_same_gets_the_same_for_one_glance(
    slack_on_both: Running, command: str
) -> None:
    slack = slack_on_both
    first = slack.ask(LEAD, command)
    with _queries(slack) as seen:
        second = slack.ask(CHAIR, command)

    assert (second.text, second.blocks) == (first.text, first.blocks)
    assert len(seen) == GLANCE, seen


def test_every_verb_that_says_the_same_to_all_is_tried_above() -> None:
    kept = {f"{c.name} {verb.name}" for c in COMMANDS for verb in c.sub_commands if verb.cacheable}

    tried = {" ".join(command.split()[:2]) for command in EVERYBODYS}
    # What begins with no verb is a KPI's name.
    assert kept == tried - {"/kpi camhs"}


def test_what_is_a_persons_own_is_never_kept(slack: Running) -> None:
    assert "Principal Social Worker" in slack.ask(LEAD, "/action mine").text
    assert "Principal Social Worker" not in slack.ask(CHAIR, "/action mine").text


@pytest.mark.parametrize(
    ("change", "shows"),
    [
        ("/action update 2.3.5 complete: issued", "Actions: complete"),
        ("/action note 2.3.5: word of the day", "word of the day"),
        ("/action outcome 2.3.5 on track: audits begun", "Outcome: on track"),
        ("/action due 2.3.5 03/2017: more time", "asked for"),
    ],
)
def test_a_change_is_seen_by_the_very_next_who_asks(slack_on_both: Running, change: str, shows: str) -> None:
    slack = slack_on_both
    before = slack.ask(CHAIR, "/action status 2.3.5").text
    slack.ask(COORDINATOR, change)
    after = slack.ask(CHAIR, "/action status 2.3.5").text

    assert after != before
    slack.ask(COORDINATOR, "/action undo")
    again = slack.ask(CHAIR, "/action status 2.3.5").text
    assert again != after


def test_a_change_of_people_or_of_the_channels_plan_is_seen_at_once(slack: Running) -> None:
    slack.ask(CHAIR, "/action status 2.3.5")
    slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @school')
    assert SCHOOL in slack.ask(CHAIR, "/plan roles").text
    slack.ask(CHAIR, "/action status 1.1")
    slack.ask(COORDINATOR, "/plan use ofsted2014")
    assert "ofsted2014" in str(slack.ask(CHAIR, "/action status 1.1").blocks)


def test_what_another_process_writes_is_seen_at_once(
    kind: str, copy_of: Callable[[str, bool], str], tmp_path: Path
) -> None:
    url = copy_of(kind, True)
    with run_bot(url) as one, run_bot(url) as other:
        before = one.ask(CHAIR, "/action status 2.3.5").text
        other.ask(LEAD, "/action update 2.3.5 complete: issued")
        assert one.ask(CHAIR, "/action status 2.3.5").text != before
        held = one.ask(CHAIR, "/plan roles").text
        (tmp_path / "people.csv").write_text(
            "role,slack_user,from\nPrincipal Social Worker,U0777NEW,2016-12-01\n", "utf-8"
        )
        store = open_store(one.settings)
        with store.writing() as session:
            apply_people(session, read_people(tmp_path / "people.csv"), Author("import:people", NOW), TODAY)
        store.engine.dispose()
        assert one.ask(CHAIR, "/plan roles").text != held


def test_what_a_process_with_a_faster_clock_wrote_is_told_at_once(
    copy_of: Callable[[str, bool], str],
) -> None:
    url = copy_of("sqlite", True)
    with run_bot(url) as one, run_bot(url, at=NOW + timedelta(minutes=5)) as ahead:
        ahead.ask(LEAD, "/action update 2.3.5 complete: issued")
        for _ in range(2):
            assert "complete" in one.ask(CHAIR, "/plan changes since 2016-12-01").text


def test_another_channel_and_another_day_have_their_own_answers(slack: Running) -> None:
    slack.ask(COORDINATOR, "/plan use ofsted2014", SCHOOL_CHANNEL)
    assert (
        slack.ask(COORDINATOR, "/action status 1.1").text
        != slack.ask(COORDINATOR, "/action status 1.1", SCHOOL_CHANNEL).text
    )
    today = slack.ask(LEAD, "/plan overdue").text
    slack.sandbox.clock.move("2017-06-01")
    assert slack.ask(LEAD, "/plan overdue").text != today


def test_messages_that_wait_to_be_sent_void_no_answer(slack: Running) -> None:
    with single_read(slack.engine) as connection:
        before = audit_log.current_change_number(connection)
    with slack.store.writing() as session:
        pass
    with single_read(slack.engine) as connection:
        written = audit_log.current_change_number(connection)
    assert written.number == before.number + 1

    with writing(slack.engine) as session:
        enqueue(session, DeliveryKind.NUDGE, "1", LEAD, NOW)
    with single_read(slack.engine) as connection:
        assert audit_log.current_change_number(connection) == written


def test_a_fault_is_not_kept(slack: Running) -> None:
    assert "9.9" in slack.ask(LEAD, "/action status 9.9").text
    assert slack.ask(LEAD, "/action status ofsted2016:2.3").text


def _labels(blocks: list[dict[str, object]]) -> str:
    return str([block for block in blocks if block["type"] == "actions"])


def test_where_another_organisation_reads_there_is_no_share_and_an_old_one_does_nothing(
    slack: Running,
) -> None:
    open_to_us = slack.ask(LEAD, "/action status 2.3.5")
    joint = slack.ask(LEAD, "/action status 2.3.5", JOINT_CHANNEL)
    assert "share" in _labels(open_to_us.blocks)
    assert "share" not in _labels(joint.blocks)
    assert "history" in _labels(joint.blocks)

    slack.sandbox.space.channels[PLAN_CHANNEL].shared_with = "T0002PARTNER"
    slack.sandbox.users.event("channel_shared", {"type": "channel_shared", "channel": PLAN_CHANNEL})
    while "share" in _labels(slack.ask(LEAD, "/action status 2.3.5").blocks):
        pass
    [told] = slack.press(LEAD, open_to_us, "share")
    assert "People from outside read this channel" in told.text
    assert told.only_for == LEAD
    assert "2.3.5" not in told.text


def test_a_channel_that_another_process_was_told_is_shared_is_not_shared_into(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 2.3.5")
    # Slack told somebody, but not this process, which believes what it knew a minute ago.
    slack.sandbox.space.channels[PLAN_CHANNEL].shared_with = "T0002PARTNER"
    [told] = slack.press(LEAD, answer, "share")

    assert told.only_for == LEAD
    assert "People from outside read this channel" in told.text


def test_where_slack_cannot_say_who_reads_an_answer_stays_private(slack: Running) -> None:
    slack.sandbox.space.tokens = {
        token: scopes - {"channels:read"} for token, scopes in slack.sandbox.space.tokens.items()
    }
    answer = slack.ask(LEAD, "/action status 2.3.5")

    assert "templates" in answer.text
    assert "share" not in _labels(answer.blocks)


def test_in_direct_messages_there_is_nobody_to_share_with(slack: Running) -> None:
    direct = slack.sandbox.space.direct(LEAD).id

    assert "share" not in _labels(slack.ask(LEAD, "/action status 2.3.5", direct).blocks)


def test_a_look_at_the_store_is_shared_and_never_one_that_began_before_the_question() -> None:
    written, looks = itertools.count(1), []
    latest = 0
    lock = threading.Lock()

    def look() -> ChangeNumber:
        with lock:
            seen = latest
            looks.append(seen)
        threading.Event().wait(0.002)
        return ChangeNumber(seen, "")

    glance = SharedRead(look)

    def ask() -> None:
        nonlocal latest
        for _ in range(40):
            with lock:
                latest = next(written)
                mine = latest
            assert glance.now().number >= mine, "what was written before the question was missed"

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(ask) for _ in range(8)]:
            done.result()
    assert len(looks) < 8 * 40 / 2, "nobody shared"


def test_a_look_that_fails_is_told_to_each_and_the_next_is_well() -> None:
    fails = [True, True, False]

    def look() -> ChangeNumber:
        if fails.pop(0):
            raise OSError("away")
        return ChangeNumber(7, "")

    glance = SharedRead(look)
    for _ in range(2):
        with pytest.raises(OSError, match="away"):
            glance.now()
    assert glance.now() == ChangeNumber(7, "")


_KEY = CacheKey("/action", "status 2.3", PLAN_CHANNEL, True, TODAY)


def _find_or_make(cache: AnswerCache, make: Callable[[], str], *, for_all: bool = True) -> str:
    with cache.look_up(_KEY) as cached:
        if cached.answer is not None:
            return cached.answer
        answer = make()
        if for_all:
            cached.made = answer
        return answer


def _ask_while_made(
    cache: AnswerCache,
    make: Callable[[], str],
    before: Callable[[], None] = lambda: None,
    *,
    for_all: bool = True,
) -> list[str]:
    """What six people get; five ask while the answer for the first is made, after `before` has run."""
    begun, may_end = threading.Event(), threading.Event()
    made = []

    def first() -> str:
        answer = make()
        begun.set()
        may_end.wait(5)
        return answer

    def other() -> str:
        made.append(1)
        return make()

    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(_find_or_make, cache, first, for_all=for_all)]
        begun.wait(5)
        before()
        answers += [pool.submit(_find_or_make, cache, other, for_all=for_all) for _ in range(5)]
        while not all(one.running() for one in answers):
            pass
        may_end.set()
        found = [one.result() for one in answers]
    return [*found, f"made {1 + len(made)} times"]


def test_those_who_ask_the_same_while_it_is_made_wait_for_the_one_answer() -> None:
    cache = AnswerCache(lambda: ChangeNumber(1, ""))

    assert _ask_while_made(cache, lambda: "the answer") == ["the answer"] * 6 + ["made 1 times"]


def test_what_is_written_while_an_answer_is_made_is_told_to_those_who_ask_after_it() -> None:
    number = [1]
    cache = AnswerCache(lambda: ChangeNumber(number[0], ""))

    def write() -> None:
        number[0] = 2

    found = _ask_while_made(cache, lambda: f"as at {number[0]}", write)

    assert found == ["as at 1"] + ["as at 2"] * 5 + ["made 2 times"]


def test_an_answer_for_one_person_is_made_for_each() -> None:
    cache = AnswerCache(lambda: ChangeNumber(1, ""))

    found = _ask_while_made(cache, lambda: "theirs", for_all=False)

    assert found == ["theirs"] * 6 + ["made 6 times"]


def test_an_answer_that_fails_is_made_by_the_next() -> None:
    cache = AnswerCache(lambda: ChangeNumber(1, ""))

    def fail() -> str:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        _find_or_make(cache, fail)
    assert _find_or_make(cache, lambda: "well") == "well"
