"""A school's question goes to the coordinators, and its answer comes back to the school's thread."""

from sqlmodel import col, select

from db.engine import reading
from db.models import Entry, SchoolQuestion
from sandbox.workspace import Message
from tests.cast import COORDINATOR, LEAD, SCHOOL, SCHOOL_CHANNEL
from tests.conftest import Running, controls


def _reminder(slack: Running) -> Message:
    """The spring's reminder in the channel of Riverside School."""
    slack.sandbox.clock.move("2017-01-06")
    sent = slack.messages_after(slack.tick)
    [post] = [one for one in sent if one.channel == SCHOOL_CHANNEL]
    return post


def _to_coordinator(slack: Running, messages: list[Message]) -> list[Message]:
    direct = slack.sandbox.space.direct(COORDINATOR).id
    return [one for one in messages if one.channel == direct]


def _reply(slack: Running, person: str, post: Message, text: str) -> list[Message]:
    """Write in the thread of a message; what the bot answers."""

    def act() -> None:
        version = slack.sandbox.space.version + 1
        slack.sandbox.users.say(person, post.channel, text, thread=post.ts)
        slack.sandbox.space.wait_past(version)

    return [one for one in slack.messages_after(act) if one.user != person]


def _questions(slack: Running) -> list[SchoolQuestion]:
    with reading(slack.engine) as session:
        return list(session.exec(select(SchoolQuestion)))


def test_an_answer_is_posted_under_the_reminder_and_everybody_sees_that_it_was_given(slack: Running) -> None:
    post = _reminder(slack)
    assert slack.fill_form(SCHOOL, post, "reminder_ask", note="Does the matrix cover neglect?") == {}
    [question] = _to_coordinator(slack, slack.messages_after(slack.tick))
    assert f"<@{SCHOOL}> of Riverside School asks about thresholds" in question.text

    assert slack.fill_form(COORDINATOR, question, "question_answer", note="Yes, on its second page.") == {}
    [answer] = slack.messages_after(slack.tick)

    assert (answer.channel, answer.thread_ts) == (SCHOOL_CHANNEL, post.ts)
    assert f"<@{SCHOOL}>, your question is answered by <@{COORDINATOR}>" in answer.text
    assert "Does the matrix cover neglect?" in answer.text
    assert "Yes, on its second page." in answer.text
    [kept] = _questions(slack)
    assert (kept.answered_by, kept.answer) == (COORDINATOR, "Yes, on its second page.")
    with reading(slack.engine) as session:
        entries = session.exec(select(Entry).where(Entry.subject == "school").order_by(col(Entry.seq))).all()
    assert [(one.who, one.field, one.note) for one in entries if one.field in ("question", "answer")] == [
        (SCHOOL, "question", "Does the matrix cover neglect?"),
        (COORDINATOR, "answer", "Yes, on its second page."),
    ]


def test_a_reply_under_a_reminder_is_a_question_and_its_writer_alone_is_told(slack: Running) -> None:
    post = _reminder(slack)
    [told] = _reply(slack, SCHOOL, post, "Whom do we ring about a new pupil?")

    assert told.only_for == SCHOOL
    assert "I've sent your question to the coordinators, from Riverside School" in told.text
    [question] = _to_coordinator(slack, slack.messages_after(slack.tick))
    assert "Whom do we ring about a new pupil?" in question.text


def test_a_reply_elsewhere_is_nobodys_question(slack: Running) -> None:
    answer = slack.sandbox.space.post(SCHOOL_CHANNEL, SCHOOL, "Minutes of Monday")
    version = slack.sandbox.space.version
    slack.sandbox.users.say(SCHOOL, SCHOOL_CHANNEL, "Thanks for these", thread=answer.ts)
    slack.sandbox.space.wait_past(version)

    assert _questions(slack) == []


def test_a_disclosure_in_a_reply_is_answered_with_whom_to_call_and_kept_nowhere(slack: Running) -> None:
    post = _reminder(slack)
    [told] = _reply(slack, SCHOOL, post, "A child in my class told me her mum hits her. Do I refer?")

    assert told.only_for == SCHOOL
    assert told.text.lstrip("*").startswith("If a child is in danger now, call 999.")
    assert _questions(slack) == []
    assert _to_coordinator(slack, slack.messages_after(slack.tick)) == []


def test_a_question_without_an_answer_is_sent_again_once_after_two_school_days(slack: Running) -> None:
    post = _reminder(slack)
    slack.fill_form(SCHOOL, post, "reminder_ask", note="Does the matrix cover neglect?")
    slack.tick()
    # Friday 6 January: Monday is one school day later, Tuesday two.
    slack.sandbox.clock.move("2017-01-09")
    assert _to_coordinator(slack, slack.messages_after(slack.tick)) == []
    slack.sandbox.clock.move("2017-01-10")
    [again] = _to_coordinator(slack, slack.messages_after(slack.tick))
    assert "still waits for an answer" in again.text
    slack.sandbox.clock.move("2017-01-12")
    assert _to_coordinator(slack, slack.messages_after(slack.tick)) == []

    assert slack.fill_form(COORDINATOR, again, "question_answer", note="Yes.") == {}
    [answer] = slack.messages_after(slack.tick)
    assert answer.channel == SCHOOL_CHANNEL


def test_a_question_is_answered_once_and_only_by_a_coordinator(slack: Running) -> None:
    post = _reminder(slack)
    slack.fill_form(SCHOOL, post, "reminder_ask", note="Does the matrix cover neglect?")
    slack.tick()
    listed = slack.ask(LEAD, "/plan waiting")
    assert "Does the matrix cover neglect?" not in listed.text
    assert "question_answer" not in str(listed.blocks)

    older, listed = (slack.ask(COORDINATOR, "/plan waiting") for _ in range(2))
    assert slack.fill_form(COORDINATOR, listed, "question_answer", note="Yes.") == {}
    assert "Does the matrix cover neglect?" not in slack.ask(COORDINATOR, "/plan waiting").text
    [refused] = slack.press(COORDINATOR, older, "question_answer")
    assert "Somebody has answered that question since" in refused.text


def test_an_answer_with_a_childs_details_is_refused_in_its_form(slack: Running) -> None:
    post = _reminder(slack)
    slack.fill_form(SCHOOL, post, "reminder_ask", note="Does the matrix cover neglect?")
    [question] = _to_coordinator(slack, slack.messages_after(slack.tick))
    errors = slack.fill_form(COORDINATOR, question, "question_answer", note="NHS number 943 476 5919: yes")

    assert "NHS number" in errors["note"]
    assert _questions(slack)[0].answer is None


def test_a_coordinators_reply_answers_the_one_question_in_the_thread(slack: Running) -> None:
    post = _reminder(slack)
    assert _reply(slack, SCHOOL, post, "Whom do we ring about a new pupil?")
    slack.sandbox.space.channels[SCHOOL_CHANNEL].members.append(COORDINATOR)
    [told] = _reply(slack, COORDINATOR, post, "The locality team, 9 to 5")

    assert told.only_for == COORDINATOR
    assert "I've recorded that as the answer to" in told.text
    [kept] = _questions(slack)
    assert (kept.answered_by, kept.answer) == (COORDINATOR, "The locality team, 9 to 5")
    slack.messages_after(slack.tick)
    assert "a new pupil" not in slack.ask(COORDINATOR, "/plan waiting").text


def _question_message(slack: Running) -> Message:
    """What the coordinator gets of a school's question."""
    post = _reminder(slack)
    assert _reply(slack, SCHOOL, post, "Whom do we ring about a new pupil?")
    [question] = _to_coordinator(slack, slack.messages_after(slack.tick))
    return question


def test_what_a_coordinator_writes_under_a_question_is_sent_to_the_school_once_they_press(
    slack: Running,
) -> None:
    question = _question_message(slack)
    [offer] = _reply(slack, COORDINATOR, question, "What the matrix says: the locality team, 9 to 5")

    assert "Shall I send this as the answer to" in offer.text
    assert "Whom do we ring about a new pupil?" in offer.text
    [kept] = _questions(slack)
    assert kept.answer is None
    slack.press(COORDINATOR, offer, "question_send")
    [sent] = slack.messages_after(slack.tick)
    assert sent.channel == SCHOOL_CHANNEL
    assert "What the matrix says: the locality team, 9 to 5" in sent.text

    [again] = _reply(slack, COORDINATOR, question, "Or the MASH")
    assert "Somebody has answered that question since" in again.text


def test_an_answer_that_is_too_long_for_a_button_is_asked_for_by_form(slack: Running) -> None:
    [offer] = _reply(slack, COORDINATOR, _question_message(slack), "The locality team. " * 120)

    assert "too long to send from here" in offer.text
    assert slack.fill_form(COORDINATOR, offer, "question_answer", note="The locality team.") == {}


def test_thanks_or_a_childs_details_under_a_question_are_not_offered(slack: Running) -> None:
    question = _question_message(slack)

    [thanks] = _reply(slack, COORDINATOR, question, "ok, noted")
    assert "Nothing of mine waits for an answer" in thanks.text
    [refused] = _reply(slack, COORDINATOR, question, "Ring about Jay Carter, aged 9, on 07700 900123")
    assert "07700" not in refused.text
    assert not controls(refused.blocks, "question_send")


def test_thanks_are_no_question(slack: Running) -> None:
    post = _reminder(slack)
    for text in ("Thanks!", "ok, noted", "Great, thank you very much", ":+1:", "Thanks for the reminder"):
        version = slack.sandbox.space.version
        slack.sandbox.users.say(SCHOOL, post.channel, text, thread=post.ts)
        slack.sandbox.space.wait_past(version)
    assert _questions(slack) == []


def test_a_question_that_needs_no_answer_is_closed_and_nothing_is_sent(slack: Running) -> None:
    post = _reminder(slack)
    slack.fill_form(SCHOOL, post, "reminder_ask", note="Is anybody there?")
    [question] = _to_coordinator(slack, slack.messages_after(slack.tick))
    slack.press(COORDINATOR, question, "question_close")

    assert slack.messages_after(slack.tick) == []
    assert "Is anybody there?" not in slack.ask(COORDINATOR, "/plan waiting").text
    [kept] = _questions(slack)
    assert (kept.answered_by, kept.answer) == (COORDINATOR, "")


def test_what_is_refused_in_a_channel_still_stands_there(slack: Running) -> None:
    post = _reminder(slack)
    for text in (
        "NHS number 943 476 5919, is that level 3?",
        "A child in my class told me her mum hits her.",
    ):
        [told] = _reply(slack, SCHOOL, post, text)
        assert "Your message still stands in this channel, where others read it" in told.text
        assert "nobody else has seen it" not in told.text


def test_one_school_does_not_read_what_another_asks(slack: Running) -> None:
    post = _reminder(slack)
    slack.fill_form(SCHOOL, post, "reminder_ask", note="Does the matrix cover neglect?")
    listed = slack.ask(SCHOOL, "/plan waiting", SCHOOL_CHANNEL)
    assert "Schools' questions (1): the coordinators read them" in listed.text
    assert "neglect" not in listed.text


def test_seen_is_the_schools_to_press(slack: Running) -> None:
    post = _reminder(slack)
    slack.sandbox.space.channels[SCHOOL_CHANNEL].members.append(COORDINATOR)
    [refused] = slack.press(COORDINATOR, post, "reminder_seen")
    assert "is for the school to press" in refused.text
    assert "0 seen" in slack.ask(COORDINATOR, "/reminder status 1.6").text


def test_an_answer_that_slack_refuses_opens_the_question_again_and_the_next_goes_to_who_asked(
    slack: Running,
) -> None:
    post = _reminder(slack)
    slack.fill_form(SCHOOL, post, "reminder_ask", note="Does the matrix cover neglect?")
    [question] = _to_coordinator(slack, slack.messages_after(slack.tick))
    slack.fill_form(COORDINATOR, question, "question_answer", note="Yes, on its second page.")
    slack.sandbox.space.channels[SCHOOL_CHANNEL].archived = True
    slack.tick()

    [told] = _to_coordinator(slack, slack.messages_after(lambda: (slack.tick(), slack.tick())))
    assert "The answer did not reach the school" in told.text
    assert "Yes, on its second page." in told.text
    assert "The answer did not reach" in slack.ask(COORDINATOR, "/plan waiting").text
    slack.press(COORDINATOR, told, "question_answer")
    [form] = slack.sandbox.space.views_of(COORDINATOR)
    assert "Yes, on its second page." in str(form.view)
    slack.sandbox.space.close_view(form.id)
    assert slack.fill_form(COORDINATOR, told, "question_answer", note="Yes, on page two.") == {}
    [answer] = slack.messages_after(slack.tick)
    assert answer.channel == slack.sandbox.space.direct(SCHOOL).id
    assert answer.thread_ts is None
    assert "Yes, on page two." in answer.text
    assert slack.messages_after(slack.tick) == []
    assert "neglect" not in slack.ask(COORDINATOR, "/plan waiting").text
