"""How typed words are read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import Outcome, Progress
from handlers.core.arguments import CommandNotUnderstood
from handlers.core.command_lines import command_named, find_sub_command
from handlers.core.command_table import check_commands
from handlers.core.commands import COMMANDS
from handlers.core.grammar import parse
from handlers.core.sub_commands import Command, SubCommand
from handlers.core.typed_text import as_typed, split_evidence, straighten
from messages.blocks import text_answer
from tests.cast import TODAY


def _parse(line: str) -> dict[str, Any]:
    name, _, text = line.partition(" ")
    parsed = find_sub_command(command_named(name), straighten(text))
    return dict(parse(parsed.sub_command.arguments, parsed.rest, TODAY))


@pytest.mark.parametrize(
    ("line", "ref", "progress", "note"),
    [
        ("/action update 2.3.5 complete: issued", "2.3.5", Progress.COMPLETE, "issued"),
        ("/action update 2.3.5 done", "2.3.5", Progress.COMPLETE, None),
        ("/action update 2.3.5: done: issued", "2.3.5", Progress.COMPLETE, "issued"),
        ("/action update 2.3.5 in progress - nearly", "2.3.5", Progress.IN_PROGRESS, "nearly"),
        (
            "/action update 2.3.5 complete with exception: the leaflet",
            "2.3.5",
            Progress.COMPLETE_WITH_EXCEPTION,
            "the leaflet",
        ),
        ("/action update ofsted2014:1.2 Stuck", "ofsted2014:1.2", Progress.BLOCKED, None),
        ("/action update 2.3.5 not started", "2.3.5", Progress.NOT_STARTED, None),
        ("/action update 2.3.5 COMPLETE issued on 9/12", "2.3.5", Progress.COMPLETE, "issued on 9/12"),
        ("/action update A1 finished", "A1", Progress.COMPLETE, None),
    ],
)
def test_a_status_is_taken_with_its_synonyms_and_the_rest_is_the_note(
    line: str, ref: str, progress: Progress, note: str | None
) -> None:
    read = _parse(line)

    assert (read["ref"], read["progress"], read.get("note")) == (ref, progress, note)


def test_only_a_reference_leaves_the_status_open() -> None:
    assert _parse("/action update 2.3.5") == {"ref": "2.3.5"}


def test_a_date_is_as_long_as_it_reads_as_one() -> None:
    assert _parse("/action due 2.3.1 03/2017 cohort starts January")["reason"] == "cohort starts January"
    assert _parse("/action due 2.3.1 31 March 2017: late")["due"][1] == "31 March 2017"
    assert _parse("/action due 2.3.1 next Monday: because")["reason"] == "because"


def test_a_reference_is_never_taken_for_a_date() -> None:
    assert _parse("/action status 2.3") == {"ref": "2.3"}
    with pytest.raises(CommandNotUnderstood):
        _parse("/action due 2.3.1 2.3")


def test_announced_parts_stand_in_any_order() -> None:
    one = _parse("/action list overdue lead Principal section 2.3 plan jtai2016")
    other = _parse("/action list plan jtai2016 section 2.3 lead Principal")

    assert {name: one[name] for name in ("lead", "section", "plan")} == other
    assert one["which"] == "overdue"


def test_words_that_only_look_announced_are_words() -> None:
    assert _parse("/action status the one at risk") == {"ref": "the one at risk"}
    assert _parse("/action status 2.3 at 14 Dec 2016")["at"][0].day == 14


def test_quotation_marks_of_a_phone_are_read() -> None:
    read = _parse(
        "/plan role set “Principal Social Worker” <@U0001LEAD|lead> deputy <@U0002DEPUTY> from 1 Jan 2017"
    )

    assert (read["role"], read["person"], read["deputy"]) == (
        "Principal Social Worker",
        "U0001LEAD",
        "U0002DEPUTY",
    )


def test_a_person_has_to_be_chosen_from_slacks_list() -> None:
    with pytest.raises(CommandNotUnderstood, match="choose one"):
        _parse('/plan role set "Head" shaun')


def test_an_outcome_is_read() -> None:
    assert _parse("/action outcome 2.3.5 not achieved: no change")["outcome"] is Outcome.NOT_ACHIEVED


@pytest.mark.parametrize(
    ("said", "note", "url"),
    [
        ("issued https://example.org/t", "issued", "https://example.org/t"),
        ("see <https://example.org/t|example.org/t>.", "see .", "https://example.org/t"),
        ("https://example.org/a?b=1&c=2, issued", "issued", "https://example.org/a?b=1&c=2"),
        ("nothing", "nothing", None),
        ("javascript:alert(1)", "javascript:alert(1)", None),
    ],
)
def test_the_first_link_is_the_evidence(said: str, note: str, url: str | None) -> None:
    assert split_evidence(said) == (note, url)


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("ask <@U0001LEAD|lead> in <#C0001PLAN|plan>", "ask @lead in #plan"),
        ("<https://example.org/x|x>", "https://example.org/x"),
    ],
)
def test_what_is_stored_is_what_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def _sentence(verb: SubCommand, said: str) -> str | None:
    """Why a verb does not take these words, or None when it does."""
    try:
        parse(verb.arguments, said, TODAY)
    except CommandNotUnderstood as refused:
        return str(refused)
    return None


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_one_sentence(said: str) -> None:
    for command in COMMANDS:
        for verb in command.sub_commands:
            assert _sentence(verb, said) is None or len(_sentence(verb, said) or "") > 10


@pytest.mark.parametrize(
    ("verbs", "told"),
    [
        ((SubCommand("a", (), "help", "a", lambda ask, said: text_answer("x")),) * 2, "named twice"),
        ((SubCommand("a", (), "", "a", lambda ask, said: text_answer("x")),), "help and an example"),
        ((SubCommand("a", (), "help", "b", lambda ask, said: text_answer("x")),), "help and an example"),
    ],
)
def test_a_table_that_would_fail_somebody_fails_at_start(verbs: tuple[SubCommand, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        check_commands([Command("/x", "about", "hint", verbs)])
