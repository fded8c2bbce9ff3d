"""Slack's limits: an answer too long is shortened, never refused."""

from hypothesis import given
from hypothesis import strategies as st

from messages.blocks import (
    BLOCKS,
    MESSAGE_TEXT,
    Answer,
    button,
    buttons,
    context_block,
    escape,
    link,
    mention,
    section,
    shorten,
    text_sections,
    words,
)
from sandbox.blocks import check_blocks

_SOME = st.text(min_size=1, max_size=5000).filter(lambda text: bool(text.strip()))


@given(st.lists(_SOME, min_size=1, max_size=120))
def test_whatever_is_said_slack_would_take_it(many: list[str]) -> None:
    escaped = [words(text, 4000) or "-" for text in many]
    answer = Answer(
        [*(section(text) for text in escaped), context_block(escaped[0])],
        buttons([button(many[0], "a", many[0] * 3)]),
    )
    body = answer.body()

    check_blocks(body["blocks"])
    assert len(body["blocks"]) <= BLOCKS
    assert 0 < len(body["text"]) <= MESSAGE_TEXT


@given(st.lists(_SOME, min_size=1, max_size=60))
def test_lines_are_gathered_whole_into_sections_that_fit(many: list[str]) -> None:
    blocks = [block._resolve() for block in text_sections(words(text, 400) or "-" for text in many)]

    check_blocks(blocks)


def test_what_does_not_fit_is_counted_and_how_to_see_it_said() -> None:
    body = Answer([section(f"line {n}") for n in range(80)], more="ask for one").body()

    assert len(body["blocks"]) == BLOCKS
    assert "… and more: ask for one." in body["text"]


@given(st.text(max_size=300), st.integers(2, 60))
def test_no_escape_is_cut_in_two(text: str, longest: int) -> None:
    cut = shorten(escape(text), longest)

    assert len(cut) <= longest
    assert cut.count("&") == sum(cut.count(mark) for mark in ("&amp;", "&lt;", "&gt;"))


def test_the_text_says_what_the_blocks_say_without_their_marks() -> None:
    body = Answer([section(":red_circle: *2.3* due <https://example.org|here>, *late*")]).body()

    assert body["text"] == "2.3 due here (https://example.org), late"


def test_links_lead_to_the_web_only() -> None:
    assert link("https://example.org/a?b&c", "x") == "<https://example.org/a?b&amp;c|x>"
    assert link("javascript:alert(1)", "x") == "javascript:alert(1)"
    assert "<" not in link("https://a|b>", "x")


def test_only_an_id_is_a_mention() -> None:
    assert mention("U0001LEAD") == "<@U0001LEAD>"
    assert mention("head@example.org") == "head@example.org"
    assert mention("<!channel>") == "&lt;!channel&gt;"
