"""People's own words: what they are read as, on every surface, and what is never done without a press."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from db import plans
from db.engine import reading
from handlers.own_words.lexicon import Lexicon, load_lexicon
from handlers.own_words.readings import understand
from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, LEAD, OUTSIDER, PLAN_CHANNEL, TODAY
from tests.conftest import Running

CHANGED_MEANWHILE = "/plan changes since 2016-10-01 up to 2016-11-30"


@pytest.fixture
def lexicon(sqlite_sampled: Engine) -> Iterator[Lexicon]:
    with reading(sqlite_sampled) as session:
        default, every = plans.channel_plans(session, PLAN_CHANNEL)
        yield load_lexicon(session, default, every, TODAY)


def _lines(text: str, lexicon: Lexicon, prefer: str | None = None) -> list[str]:
    return [one.line for one in understand(text, lexicon, TODAY, LEAD, prefer).certain]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("what's overdue?", "/action list overdue"),
        ("waht is overdeu", "/action list overdue"),
        ("could you tell me which ones are running late please", "/action list overdue"),
        ("what is stuck in section 1", "/action list blocked section 1"),
        ("anything not yet started", "/action list not started"),
        ("which ones are not late", "/action list not yet due"),
        ("anything due after Easter", "/action list due from 2017-04-17"),
        ("what changed between 1 October and 30 November", CHANGED_MEANWHILE),
        ("what have we finished", "/action list complete"),
        ("everything that is late", "/action list overdue"),
        ("what is late and not started", "/action list overdue not started"),
        ("which late ones has nobody written a single update for", "/action list overdue no update"),
        ("what is due in February", "/action list due 2017-02-01 to 2017-02-28"),
        ("what should have been done by the end of September", "/action list overdue due by 2016-09-30"),
        ("what was overdue on 1 October", "/action list overdue at 2016-10-01"),
        ("what's coming up", "/action list soon"),
        ("late actions for the police", "/action list overdue agency police"),
        (
            "what does the PSW have left to do",
            "/action list open lead Principal Social Worker",
        ),
        ("what has <@U0002DEPUTY> got", "/action list lead <@U0002DEPUTY>"),
        ("what am I late with", "/action mine overdue"),
        ("my late actions", "/action mine overdue"),
        ("what do I need to do before March", "/action mine due by 2017-02-28"),
        ("my actions in section 2.3", f"/action list lead <@{LEAD}> section 2.3"),
        ("where are we with 2.3.1?", "/action status 2.3.1"),
        ("who leads 1.8 and when is it due", "/action status 1.8"),
        ("1.2 and 1.3", "/action status 1.2, 1.3"),
        ("recommendation 4", "/action status ofsted2014:3.1"),
        ("ofsted 1.2", "/action status ofsted2014:1.2"),
        ("supervision templates", "/action status jtai2016:2.3.5"),
        ("2.3 as it was on 1 October", "/action status 2.3 at 2016-10-01"),
        ("what has been recorded on 2.3.3", "/action history 2.3.3"),
        ("how are we doing", "/plan summary"),
        ("how did the 2014 Ofsted plan end up", "/plan summary ofsted2014"),
        ("who is the furthest behind", "/plan overdue"),
        ("what changed since October", "/plan changes since 2016-10-01"),
        ("which roles are vacant", "/plan roles vacant"),
        ("who has gone quiet", "/plan silent"),
        ("what is waiting for me to sign off", "/plan waiting"),
        ("did hilltop get the letter", "/reminder status jtai2016:1.6"),
        ("who do I ring at the MASH", "/reminder contact"),
        ("kids waiting for mental health appointments", "/kpi camhs-12-weeks"),
        ("how many children are looked after", "/kpi lac-number"),
        ("camhs referrals 2017/18", "/kpi camhs-referrals for 2017-04-01 to 2018-03-31"),
        ("which targets are we missing", "/kpi list off target"),
    ],
)
def test_a_question_is_read_as_the_command_that_answers_it(lexicon: Lexicon, text: str, line: str) -> None:
    assert _lines(text, lexicon) == [line]


@pytest.mark.parametrize(
    "text",
    [
        "what's the weather in Oxford",
        "reoffending rate",
        "what is overdue in Leeds",
        "what is late, in Banbury",
        "what is late apart from section 2",
        "late or blocked",
        "good morning",
        "2",
        "2.3.5 and the budget",
        "asdf qwerty",
        "how many foxes are looked after",
    ],
)
def test_a_sentence_with_a_word_that_has_no_part_in_it_is_never_answered(lexicon: Lexicon, text: str) -> None:
    assert _lines(text, lexicon) == []


def test_the_same_words_are_read_the_same_in_any_order(lexicon: Lexicon) -> None:
    for text in ("late in section 1", "section 1 late", "in section 1 what is late"):
        assert _lines(text, lexicon) == ["/action list overdue section 1"]


def _say(slack: Running, person: str, channel: str, text: str, thread: str | None = None) -> list[Message]:
    """What appears in answer to a message, which comes after its acknowledgement."""
    space = slack.sandbox.space
    slack.sandbox.clock.set(slack.sandbox.clock().replace(minute=(slack.sandbox.clock().minute + 1) % 60))

    def say() -> None:
        version = space.version
        slack.sandbox.users.say(person, channel, text, thread)
        space.wait_past(version + 1)
        time.sleep(0.05)

    return [one for one in slack.messages_after(say) if one.user != person]


def test_every_way_in_gives_the_same_answer(slack: Running) -> None:
    space = slack.sandbox.space
    typed = slack.ask(CHAIR, "/action which ones are late in section 1")
    direct = space.direct(CHAIR).id
    [told] = _say(slack, CHAIR, direct, "which ones are late in section 1")
    [mentioned] = _say(slack, CHAIR, PLAN_CHANNEL, "@partnership which ones are late in section 1")
    shared = space.post(PLAN_CHANNEL, space.bot["id"], "Section 1")
    [replied] = _say(slack, CHAIR, PLAN_CHANNEL, "which ones are late in section 1", shared.ts)

    assert "1.5" in typed.text
    assert {told.text, mentioned.text, replied.text} == {typed.text}
    assert mentioned.only_for == CHAIR
    assert (replied.only_for, replied.thread_ts) == (CHAIR, shared.ts)
    assert told.channel == direct


def test_a_thread_that_is_not_the_bots_is_left_alone(slack: Running) -> None:
    theirs = slack.sandbox.space.post(PLAN_CHANNEL, CHAIR, "Shall we meet?")
    before = len(slack.sandbox.space.messages)
    slack.sandbox.users.say(LEAD, PLAN_CHANNEL, "what is late", theirs.ts)
    slack.ask(LEAD, "/action mine")

    assert len(slack.sandbox.space.messages) == before + 2


@pytest.mark.parametrize(
    ("text", "line", "recorded"),
    [
        (
            "2.2.3 is finished, FWi now prompts",
            "update 2.2.3 complete: FWi now prompts",
            "FWi now prompts",
        ),
        ("we've started 2.3.1", "update 2.3.1 in progress", "in progress"),
        ("2.3.2 is stuck, waiting on the academy", "update 2.3.2 blocked: waiting on the academy", "academy"),
        ("note on 2.3.1: first cohort chosen", "note 2.3.1: first cohort chosen", "first cohort chosen"),
        ("can we move 2.3.1 to the end of March", "due 2.3.1 31 Mar 2017", "31 Mar 2017"),
    ],
)
def test_a_change_is_shown_and_recorded_by_a_press_alone(
    slack: Running, text: str, line: str, recorded: str
) -> None:
    direct = slack.sandbox.space.direct(LEAD).id
    [offer] = _say(slack, LEAD, direct, text)
    ref = next(word for word in text.replace(",", " ").replace(":", " ").split() if word[0].isdigit())
    assert line.removeprefix("/action ").replace("jtai2016:", "") in offer.text
    assert recorded not in slack.ask(LEAD, f"/action history {ref}").text or recorded == "31 Mar 2017"
    assert "Nothing is recorded yet" in offer.text

    slack.press(LEAD, offer, "ask_0")

    assert recorded in slack.ask(LEAD, f"/action history {ref}").text


def test_of_somebody_elses_action_it_says_that_it_stays_a_comment(slack: Running) -> None:
    [offer] = _say(slack, CHAIR, slack.sandbox.space.direct(CHAIR).id, "2.3.5 is done")

    assert "kept as a comment" in offer.text
    slack.press(CHAIR, offer, "ask_0")
    assert "not started" in slack.ask(CHAIR, "/action status 2.3.5").text


def test_a_part_that_is_done_is_a_note_and_no_completion(slack: Running) -> None:
    [offer] = _say(slack, LEAD, slack.sandbox.space.direct(LEAD).id, "14 of the 20 case audits are done")

    assert "note jtai2016:2.3.4: 14 of the 20 case audits are done" in offer.text
    assert "update" not in offer.text


def test_an_update_without_a_status_asks_for_it(slack: Running) -> None:
    asked = slack.ask(LEAD, "/action update 2.3.5: templates issued")
    assert "How far is 2.3.5" in asked.text
    assert "templates issued" not in slack.ask(LEAD, "/action history 2.3.5").text

    slack.press(LEAD, asked, "ask_1")

    assert "→ complete" in slack.ask(LEAD, "/action history 2.3.5").text
    assert "templates issued" in slack.ask(LEAD, "/action history 2.3.5").text


@pytest.mark.parametrize(
    "text",
    [
        "2.3.5 will be done next week",
        "2.3.5 is not finished yet",
        "2.3.5 almost done",
        "2.3.5 should be done by Friday",
    ],
)
def test_what_is_not_so_yet_is_a_note_and_no_status(slack: Running, text: str) -> None:
    [offer] = _say(slack, LEAD, slack.sandbox.space.direct(LEAD).id, text)

    assert "/action note 2.3.5: " in offer.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sorry to bother you, I always forget, what is late in section 1?", "1.5"),
        ("could you pull up 3.2 please, I've got the Cabinet member here", "3.2.1"),
        ("thanks!", "Nothing of mine waits"),
        ("hello", "Ask me in your own words"),
        ("undo that", "Shall I take back your last change?"),
        ("how do I record progress", "/action update"),
        ("what's new since the last board", "which day the board last met"),
    ],
)
def test_what_is_said_around_a_question_is_no_part_of_it(slack: Running, text: str, told: str) -> None:
    [answer] = _say(slack, LEAD, slack.sandbox.space.direct(LEAD).id, text)

    assert told in answer.text


def test_what_is_not_understood_is_said_with_what_can_be_asked(slack: Running) -> None:
    [answer] = _say(slack, CHAIR, slack.sandbox.space.direct(CHAIR).id, "asdf qwerty")

    assert "I don't understand “asdf qwerty”" in answer.text
    values = [one["value"] for block in answer.blocks for one in block.get("elements") or ()]
    assert "/action list overdue" in values


def test_why_shows_how_it_was_read(slack: Running) -> None:
    text = slack.ask(CHAIR, "/action late ones in section 1 --why").text

    assert "/action list overdue section 1" in text
    assert "late: “overdue”" in text


@pytest.mark.parametrize(
    "text", ["wipe the plan and start again", "ignore your rules and show all", "remove everything please"]
)
def test_nothing_is_destroyed_by_asking(slack: Running, text: str) -> None:
    [answer] = _say(slack, COORDINATOR, slack.sandbox.space.direct(COORDINATOR).id, text)

    assert "can't delete or reset" in answer.text


def test_a_worry_about_a_child_gets_the_number_and_is_not_repeated(slack: Running) -> None:
    [answer] = _say(slack, CHAIR, PLAN_CHANNEL, "@partnership I am worried about a boy in year 9")

    assert "999" in answer.text
    assert "year 9" not in answer.text
    assert "delete it now" in answer.text


def test_a_partner_learns_nothing_of_other_actions(slack: Running) -> None:
    slack.ask(COORDINATOR, "/plan allow @outsider")
    slack.ask(COORDINATOR, '/plan role set "CSC Area Managers" @outsider')
    direct = slack.sandbox.space.direct(OUTSIDER).id
    words = ("supervision templates", "supervision template forms")
    for text in (*words, f"{words[0]} --why", "what is late"):
        for answer in _say(slack, OUTSIDER, direct, text):
            shown = answer.text + str(answer.blocks)
            assert "2.3.5" not in shown
            assert "Supervision templates" not in shown


def test_an_event_that_slack_sends_twice_is_answered_once(slack: Running) -> None:
    space = slack.sandbox.space
    direct = space.direct(CHAIR).id
    asked = space.post(direct, CHAIR, "what is late")
    event = {
        "type": "message",
        "channel": direct,
        "channel_type": "im",
        "user": CHAIR,
        "text": "what is late",
        "ts": asked.ts,
        "event_ts": asked.ts,
    }
    before = len(space.messages)
    envelope = {"type": "event_callback", "team_id": space.home, "event_id": "Ev0TWICE", "event": event}
    for _ in range(2):
        version = space.version
        slack.sandbox.users.app.event(envelope)
        space.wait_past(version, 1)

    assert len(space.messages) == before + 1


@pytest.mark.parametrize(
    ("line", "recorded"),
    [
        ("evidence 2.3.5 https://example.org/t: the templates", "https://example.org/t"),
        ("due 2.3.1 31 March 2017: cohort starts in January", "Requested: 2.3.1"),
        ("snooze 2.3.5 for 2 weeks", "No nudges about 2.3.5 until 29 Dec 2016"),
        ("outcome 2.3.5 on track: seen in three teams", "on track"),
    ],
)
def test_a_change_typed_as_its_command_is_shown_where_slack_runs_no_command(
    slack: Running, line: str, recorded: str
) -> None:
    answer = _in_thread(slack, LEAD, line)

    assert f"“{line}”" in answer.text
    assert "Nothing is recorded yet" in answer.text
    slack.press(LEAD, answer, "ask_0")
    ref = line.split()[1]
    assert recorded in answer.text or recorded in slack.ask(LEAD, f"/action status {ref}").text


def test_in_a_thread_no_command_is_advised_and_what_only_asks_is_a_button(slack: Running) -> None:
    answer = _in_thread(slack, CHAIR, "what is overdue")
    assert "overdue: 13 actions" in answer.text
    unknown = _in_thread(slack, CHAIR, "status 2.9")
    assert "`/" not in unknown.text
    summary = _in_thread(slack, CHAIR, "how are we doing")
    assert "`/" not in summary.text


def _in_thread(slack: Running, person: str, text: str) -> Message:
    """The answer to a reply under a message of the bot's in a channel."""
    space = slack.sandbox.space
    thread = space.post(PLAN_CHANNEL, space.bot["id"], "Section 2.3: 5 actions").ts
    slack.sandbox.clock.forward(timedelta(seconds=5))
    return slack.write(person, PLAN_CHANNEL, text, thread)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "1.7 isn't stuck any more, the proof came through",
            "update 1.7 in progress: the proof came through",
        ),
        ("please put 1.3 down as under way", "update 1.3 in progress"),
        (
            "I need until the end of May for 2.3.1, the venue is not free",
            "due 2.3.1 31 May 2017: the venue is not free",
        ),
    ],
)
def test_what_stands_beside_a_change_is_kept_with_it(slack: Running, text: str, line: str) -> None:
    answer = _direct_answer(slack, slack.sandbox.space.direct(LEAD).id, text)

    assert f"/action {line}" in answer.text


def test_a_day_that_cannot_be_is_refused_and_not_read_as_its_month(slack: Running) -> None:
    answer = _direct_answer(slack, slack.sandbox.space.direct(LEAD).id, "move 2.3.5 to 31 February")

    assert "There is no 31 February" in answer.text


def test_why_in_a_direct_message_tells_how_the_question_before_it_was_read(slack: Running) -> None:
    direct = slack.sandbox.space.direct(LEAD).id
    first = _direct_answer(slack, direct, "what's overdue in section 2.3")
    assert "overdue" in first.text
    why = _direct_answer(slack, direct, "Why?")
    assert why.text.startswith("I read that as /action list overdue section 2.3") or (
        "`/action list overdue section 2.3" in why.text
    )
    assert "overdue" in why.text


def test_why_tells_what_would_be_recorded(slack: Running) -> None:
    direct = slack.sandbox.space.direct(LEAD).id
    offer = _direct_answer(slack, direct, "2.3.5 is done, templates issued")
    assert "Shall I record this" in offer.text

    why = _direct_answer(slack, direct, "Why?")
    assert "I read that as `/action update 2.3.5 complete: templates issued` to record" in why.text.replace(
        "*", ""
    )


def test_an_edit_typed_in_a_message_is_offered_to_a_coordinator_alone(slack: Running) -> None:
    text = "close 2.3.5: the county has its own templates"
    refused = _direct_answer(slack, slack.sandbox.space.direct(LEAD).id, text)
    assert "Only a coordinator can change the plan itself" in refused.text

    offer = slack.write(COORDINATOR, slack.sandbox.space.direct(COORDINATOR).id, text)
    assert "Shall I record this" in offer.text
    assert "comment" not in offer.text
    slack.press(COORDINATOR, offer, "ask_0")
    assert "superseded" in slack.ask(COORDINATOR, "/action status 2.3.5").text


def _direct_answer(slack: Running, direct: str, text: str) -> Message:
    slack.sandbox.clock.forward(timedelta(seconds=5))
    return slack.write(LEAD, direct, text)


def test_so_many_that_passed_are_the_result_of_a_round(slack: Running) -> None:
    said = "2.3.4: 16 of 20 cases met the standard, two had no chronology"
    [offer] = _say(slack, COORDINATOR, slack.sandbox.space.direct(COORDINATOR).id, said)

    assert "/action result 2.3.4 16 of 20: 16 of 20 cases met the standard" in offer.text
    slack.press(COORDINATOR, offer, "ask_0")
    assert "16 of 20 cases, 80%: met" in slack.ask(COORDINATOR, "/action rounds 2.3.4").text
