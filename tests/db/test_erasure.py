"""Erasing a text: from the record, from every copy, from posted messages; and who erased it stays."""

import csv
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, select, text
from sqlmodel import col

from db import audit_chain, erasure, retention, schema
from db.audit_log import Author, Change, append
from db.engine import connect, engine_for, reading, writing
from db.errors import PersonalDataFound, Refused
from db.models import ERASED, Action, Entry, Erasure, PostedAnswer
from db.replay import find_differences
from db.rules.fingerprints import Fingerprint
from documents.kpi_apply import apply_kpis
from documents.kpi_reader import read_kpis
from sandbox.faults import Fault
from tests.cast import COORDINATOR, LEAD, NOW, PLAN_CHANNEL
from tests.conftest import Program, Running, run_bot

SECRET = "the family in the corner house moved away again"
_WORDS = "corner house moved"
_REASON = "a family could be recognised"


def _everything(engine: Engine) -> str:
    """All that the database holds, as text."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row)) for table in tables.sorted_tables for row in connection.execute(select(table))
        )


def _entry(slack: Running, words: str = _WORDS) -> int:
    with reading(slack.engine) as session:
        found = session.scalars(select(Entry).where(Entry.note.contains(words)))  # type: ignore[attr-defined]
        return max(entry.seq for entry in found)


def _erase(slack: Running, number: int, reason: str = _REASON) -> erasure.ErasureReport:
    with slack.store.writing() as session:
        return erasure.erase(session, Author("server:admin", NOW), number, reason)


def _share(slack: Running, line: str) -> None:
    """Share an answer, and wait until the bot has kept where it is: it posts first."""
    before = _kept(slack)
    slack.press(LEAD, slack.ask(LEAD, line, PLAN_CHANNEL), "share")
    for _ in range(500):
        if _kept(slack) > before:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the place of the answer was not kept")


def _kept(slack: Running) -> int:
    with reading(slack.engine) as session:
        return len(session.scalars(select(PostedAnswer).where(col(PostedAnswer.ts).is_not(None))).all())


def _shown(slack: Running) -> list[str]:
    """The texts of all messages that anybody can still see, with their blocks."""
    return [
        message.text + str(message.blocks) for message in slack.sandbox.space.messages if not message.only_for
    ]


def test_a_text_goes_from_the_record_and_every_copy_and_who_erased_it_stays(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.ask(LEAD, f"/action update 2.2.5 complete with exception: {SECRET}")
    slack.ask(LEAD, f"/action due 2.2.6 31 Mar 2017: because {SECRET}")
    assert _everything(slack.engine).count(_WORDS) >= 4
    report = _erase(slack, _entry(slack))

    assert _WORDS not in _everything(slack.engine)
    assert len(report.entries) >= 3
    with reading(slack.engine) as session:
        chain = audit_chain.verify(session)
        assert (chain.fault, chain.erased) == (None, len(report.entries))
        erasures = list(session.scalars(select(Entry).where(Entry.subject == "entry").order_by(Entry.seq)))  # type: ignore[arg-type]
        assert [entry.subject_id for entry in erasures] == list(report.entries)
        assert {(entry.who, entry.note) for entry in erasures} == {("server:admin", _REASON)}
        [erased] = session.scalars(select(Entry).where(Entry.seq == report.entries[0]))  # type: ignore[arg-type]
        assert (erased.who, erased.after, erased.note) == (LEAD, "complete with exception", ERASED)
    history = slack.ask(COORDINATOR, "/action history 2.2.5").text
    assert ERASED in history
    assert "complete with exception" in slack.ask(COORDINATOR, "/action status 2.2.5").text


def test_posted_messages_that_quote_an_erased_text_are_taken_down_and_others_stay(slack: Running) -> None:
    slack.ask(LEAD, f"/action due 2.2.6 31 Mar 2017: {SECRET}")
    slack.ask(LEAD, "/action note 2.2.5: something else entirely")
    for ref in ("2.2.6", "2.2.5"):
        _share(slack, f"/action history {ref}")
    slack.tick()
    assert sum(_WORDS in shown for shown in _shown(slack)) == 2
    report = _erase(slack, _entry(slack))
    assert report.messages >= 3
    slack.tick(NOW + timedelta(seconds=30))
    slack.tick(NOW + timedelta(seconds=60))
    shown = _shown(slack)

    assert not [one for one in shown if _WORDS in one]
    assert sum("took this message down" in one for one in shown) == 1
    assert sum("something else entirely" in one for one in shown) == 1
    # The coordinator can still decide: the request was built again without its reason.
    [request] = [one for one in shown if "due_grant" in one]
    assert ERASED in request
    with reading(slack.engine) as session:
        assert [(one.key, one.fingerprint) for one in session.scalars(select(Erasure))] == [(None, None)]


def test_the_decision_on_an_edit_is_written_again_without_an_erased_reason(slack: Running) -> None:
    slack.ask(LEAD, "/action edit 2.3.5 title: Templates for supervision and observation")
    waiting = slack.ask(COORDINATOR, "/plan waiting")
    assert slack.fill_form(COORDINATOR, waiting, "edit_refuse", note=SECRET) == {}
    slack.tick()
    assert sum(_WORDS in shown for shown in _shown(slack)) == 1
    _erase(slack, _entry(slack))
    slack.tick(NOW + timedelta(seconds=30))
    slack.tick(NOW + timedelta(seconds=60))

    assert _WORDS not in _everything(slack.engine)
    assert not [one for one in _shown(slack) if _WORDS in one]
    assert [one for one in _shown(slack) if "the edit (title)" in one and ERASED in one]


def test_the_words_of_an_edit_that_was_asked_for_go_from_the_record_its_row_and_its_message(
    slack_on_both: Running,
) -> None:
    slack = slack_on_both
    slack.ask(LEAD, f"/action edit 2.3.5 title: {SECRET}")
    slack.tick()
    waiting = slack.ask(COORDINATOR, "/plan waiting")
    assert _WORDS in " ".join(_shown(slack))
    with reading(slack.engine) as session:
        [asked] = session.scalars(select(Entry).where(col(Entry.field) == "edit_request"))
    _erase(slack, asked.seq)
    slack.tick(NOW + timedelta(seconds=30))
    slack.tick(NOW + timedelta(seconds=60))

    assert _WORDS not in _everything(slack.engine)
    assert not [one for one in _shown(slack) if _WORDS in one]
    assert (
        "were erased since"
        in slack.messages_after(lambda: slack.press(COORDINATOR, waiting, "edit_grant"))[-1].text
    )
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_message_that_slack_lets_nobody_change_is_deleted(slack: Running) -> None:
    slack.ask(LEAD, f"/action note 2.2.5: {SECRET}")
    _share(slack, "/action history 2.2.5")
    _erase(slack, _entry(slack))
    slack.sandbox.space.faults.order("chat.update", Fault(error="edit_window_closed"))
    slack.tick(NOW + timedelta(seconds=30))

    assert not [one for one in _shown(slack) if _WORDS in one]


def test_a_text_that_is_gone_without_an_entry_about_it_is_found(empty: Engine) -> None:
    with writing(empty) as session:
        append(session, Author(LEAD, NOW), [Change("action", 1, "plan:1.1", "note", note=SECRET)])
        [entry] = session.scalars(select(Entry))
        values = audit_chain.erased_values({name: getattr(entry, name) for name in Entry.model_fields})
    with engine_for(empty, "writing").begin() as connection:
        names = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(text(f"UPDATE entry SET {names}"), values)
    with reading(empty) as session:
        fault = audit_chain.verify(session).fault

    assert fault is not None
    assert "no entry says who erased it" in fault


@pytest.mark.parametrize(
    ("number", "reason", "wrong"),
    [
        (999_999, _REASON, "no entry 999999"),
        (1, " ", "Give a reason"),
        (None, _REASON, "no text to erase"),
    ],
)
def test_what_cannot_be_erased_is_refused_in_one_sentence(
    slack: Running, number: int | None, reason: str, wrong: str
) -> None:
    slack.ask(LEAD, "/action update 2.2.5 in progress")
    if number is None:
        with reading(slack.engine) as session:
            number = max(session.scalars(select(Entry.seq)))  # type: ignore[call-overload]
    with pytest.raises(Refused, match=wrong):
        _erase(slack, number, reason)


def test_a_reason_with_details_is_refused_and_erases_nothing(slack: Running) -> None:
    slack.ask(LEAD, f"/action note 2.2.5: {SECRET}")
    number = _entry(slack)
    with pytest.raises(PersonalDataFound):
        _erase(slack, number, "names Jane Doe, aged 9")
    assert _WORDS in _everything(slack.engine)


def test_an_erased_text_can_neither_be_undone_nor_erased_again(slack: Running) -> None:
    slack.ask(LEAD, f"/action note 2.2.5: {SECRET}")
    number = _entry(slack)
    _erase(slack, number)
    assert "was erased, so it cannot be undone" in slack.ask(LEAD, "/action undo").text
    with pytest.raises(Refused, match="erased already"):
        _erase(slack, number)
    with pytest.raises(Refused, match="It stays"):
        _erase(slack, number + 1)


def test_the_command_says_what_went_and_the_record_still_holds(run: Program) -> None:
    run.on_samples()
    run("audit", "export", "r.csv")
    rows = list(csv.DictReader(Path("r.csv").read_text("utf-8-sig").splitlines()))
    added = next(row["seq"] for row in rows if (row["subject"], row["field"]) == ("action", "added"))
    refused = run("erase", added, "--reason", _REASON)
    assert (refused.code, "Put the file right" in refused.err) == (1, True)
    wrong = run("erase", "999999", "--reason", _REASON)
    assert (wrong.code, "no entry 999999" in wrong.err) == (1, True)
    assert run("erase", "1").code == 2
    number = next(row["seq"] for row in rows if row["note"])
    words = next(row["note"] for row in rows if row["seq"] == number).encode()
    assert words in b"".join(path.read_bytes() for path in Path().glob("partnership.db*"))
    done = run("erase", number, "--reason", _REASON)
    assert done.code == 0, done.err
    assert words not in b"".join(path.read_bytes() for path in Path().glob("partnership.db*"))
    assert f"The text of entry {number} is erased" in done.out
    assert "1 of them was erased" in run("audit", "verify").out


def test_texts_older_than_the_set_time_go_at_night_and_newer_ones_stay(slack: Running) -> None:
    slack.ask(LEAD, f"/action note 2.2.5: {SECRET}")
    with slack.store.writing() as session:
        assert retention.erase_old_texts(session, NOW, NOW - timedelta(days=1), 24) == 0
        assert retention.erase_old_texts(session, NOW, NOW + timedelta(days=1), 24) == 1
    assert _WORDS not in _everything(slack.engine)
    assert retention.first_day_kept(date(2016, 12, 15), 24) == date(2014, 12, 15)


def test_nothing_is_erased_by_age_unless_a_time_is_set(copy_of: Callable[[str, bool], str]) -> None:
    for months, kept in (("600", True), ("1", False)):
        with run_bot(copy_of("sqlite", True), keep_text_months=months) as slack:
            slack.ask(LEAD, f"/action note 2.2.5: {SECRET}")
            slack.tick(NOW + timedelta(days=60))
            assert (_WORDS in _everything(slack.engine)) is kept


@pytest.mark.parametrize("broken", [False, True])
def test_a_record_from_before_is_chained_again_and_a_broken_one_stays_broken(
    kind: str, tmp_path: Any, postgres: Callable[[str | None], str], broken: bool
) -> None:
    engine = connect(postgres(None) if kind == "postgresql" else f"sqlite:///{tmp_path / 'old.db'}")
    schema.upgrade(engine)
    with writing(engine) as session:
        changes = [
            Change("action", 1, "plan:1.1", name, "a", "b", note)
            for name, note in (("title", ""), ("due", SECRET))
        ]
        append(session, Author(LEAD, NOW), changes)
    schema.downgrade(engine, "0011")
    if broken:
        with engine_for(engine, "writing").begin() as connection:
            connection.execute(text("UPDATE entry SET note = 'other' WHERE seq = 2"))
    schema.upgrade(engine)
    with reading(engine) as session:
        report = audit_chain.verify(session)
        assert (report.intact, report.fault is None) == ((1, False) if broken else (2, True))
    engine.dispose()


@pytest.mark.parametrize(
    ("message", "quoted"),
    [
        (f"Reason: {SECRET}.", True),
        ("The corner house moved away &amp; more", True),
        ("THE FAMILY IN THE…", True),
        ("the family in question", False),
        ("", False),
    ],
)
def test_a_message_quotes_a_text_that_has_four_words_in_a_row_of_it(message: str, quoted: bool) -> None:
    found = Fingerprint.of(SECRET, "key")

    assert found is not None
    assert found.is_in([message]) is quoted
    assert Fingerprint.of("done", "key") is None


def test_a_figures_area_source_and_note_go_and_stay_gone(slack: Running, tmp_path: Path) -> None:
    """A breakdown stands in the entry's reference, and a source in one line with the figure."""
    place, source = "zorblax of the corner house", "panel zorblax minutes"
    slack.ask(COORDINATOR, f"/kpi record camhs 12 weeks 36% 2015/16 area {place}: as zorblax said")
    rows = f"camhs-12-weeks,2020-04-01,2021-03-31,,41,{source},zorblax again"
    (tmp_path / "k.csv").write_text(f"code,period_start,period_end,breakdown,value,source,note\n{rows}\n")
    for _ in range(2):
        with slack.store.writing() as session:
            apply_kpis(session, Author("import:k.csv", NOW), read_kpis(tmp_path / "k.csv"), None)
    with reading(slack.engine) as session:
        numbers = [one.seq for one in session.scalars(select(Entry)) if "zorblax" in one.note + one.ref]
    assert len(numbers) == 2
    for number in numbers:
        _erase(slack, number)
    with slack.store.writing() as session:
        apply_kpis(session, Author("import:k.csv", NOW), read_kpis(tmp_path / "k.csv"), None)

    assert "zorblax" not in _everything(slack.engine)
    assert "zorblax" not in slack.ask(LEAD, "/kpi history camhs 12 weeks").text
    with reading(slack.engine) as session:
        assert audit_chain.verify(session).fault is None


def test_a_kpis_definition_and_caution_go_with_the_entry_that_added_it(
    slack: Running, tmp_path: Path
) -> None:
    text = "code,name,unit,definition,note\nzed,Zed,%,what zorblax counts,zorblax doubts it\n"
    (tmp_path / "k.csv").write_text(text)
    with slack.store.writing() as session:
        apply_kpis(session, Author("import:k.csv", NOW), read_kpis(tmp_path / "k.csv"), None)
    _erase(slack, _entry(slack, "zorblax"))
    with slack.store.writing() as session:
        apply_kpis(session, Author("import:k.csv", NOW), read_kpis(tmp_path / "k.csv"), None)

    assert "zorblax" not in _everything(slack.engine)


def test_a_short_text_goes_from_the_whole_act(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.5 31 Mar 2017: zorblax")
    _erase(slack, _entry(slack, "zorblax"))

    assert "zorblax" not in _everything(slack.engine)


def test_the_question_that_quoted_a_reply_before_it_was_an_entry_is_taken_down(slack: Running) -> None:
    with slack.store.writing() as session:
        number = erasure.note_posted(session, PLAN_CHANNEL, None, NOW - timedelta(hours=2))
    posted = slack.sandbox.space.post(PLAN_CHANNEL, slack.sandbox.space.bot["id"], f"Record “{SECRET}”?")
    with slack.store.writing() as session:
        erasure.note_ts(session, number, posted.ts)
    slack.ask(LEAD, f"/action note 2.2.5: {SECRET}")
    _erase(slack, _entry(slack))
    slack.tick(NOW + timedelta(seconds=30))

    assert not [one for one in _shown(slack) if _WORDS in one]


def test_a_title_that_a_note_mentions_stays(slack: Running) -> None:
    title = slack.ask(LEAD, "/action status 2.2.5").text.splitlines()[0]
    with reading(slack.engine) as session:
        name = session.scalars(select(col(Action.title)).where(col(Action.ref) == "2.2.5")).first() or ""
    assert len(name) > 12
    slack.ask(LEAD, f"/action note 2.2.5: {name} was late, and {SECRET}")
    _erase(slack, _entry(slack))

    assert slack.ask(LEAD, "/action status 2.2.5").text.splitlines()[0] == title
    assert _WORDS not in _everything(slack.engine)
