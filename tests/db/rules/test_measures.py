"""Success measures read from the sentences of a plan."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rules.measures import frequencies, read_measures


def _measures(text: str, action: str = "") -> list[tuple[Any, ...]]:
    return [(m.kind.value, m.operator, m.value, m.unit, m.of) for m in read_measures(text, action)]


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("100% of schools receive it.", [("threshold", "=", 100, "%", "schools")]),
        ("90% of audited cases show it", [("threshold", ">=", 90, "%", "audited cases")]),
        ("At least 60% response rate", [("threshold", ">=", 60, "%", "response rate")]),
        ("No more than 5% of cases reopen", [("threshold", "<=", 5, "%", "cases")]),
        (
            "70% of managers registered and showing skills in 80% of domains.",
            [("threshold", ">=", 70, "%", "managers"), ("threshold", ">=", 80, "%", "domains")],
        ),
        (
            "Of the joint audits, 100% meet the standard.",
            [("threshold", "=", 100, "%", "joint audits")],
        ),
        ("Audits of 50 cases show the standard", [("sample", None, 50, "cases", "cases")]),
        ("One event in each locality", [("threshold", "=", 1, "per locality", "event")]),
        ("Answered within 5 working days", [("threshold", "<=", 5, "working days", None)]),
        ("Fewer than 10 complaints", [("threshold", "<=", 10, "number", "complaints")]),
        ("Incremental rise each quarter in timeliness", [("trend", "rise", None, None, "timeliness")]),
        ("Timeliness rises each quarter", [("trend", "rise", None, None, "Timeliness")]),
        ("Reduction in missing episodes year on year", [("trend", "fall", None, None, "missing episodes")]),
        ("New templates in place.", [("milestone", None, None, None, None)]),
        ("Regular reports to the board", [("process", None, None, None, None)]),
        ("Caseloads meet local standards", [("unquantified", None, None, None, None)]),
        ("See above.", [("by_reference", None, None, None, None)]),
        ("Understood; confirmed by the survey in 1.", [("by_reference", None, None, None, None)]),
        ("", []),
    ],
)
def test_a_sentence_becomes_a_typed_measure(text: str, measures: list[tuple[Any, ...]]) -> None:
    assert _measures(text) == measures


def test_each_sentence_is_a_measure_even_without_a_full_stop() -> None:
    kinds = [
        kind for kind, *_ in _measures("Group running, guidance issued in 2.1 Audit in 2.3 will show it.")
    ]

    assert kinds == ["milestone", "by_reference"]
    assert len(_measures("100% of cases are audited\n90% of them meet the standard")) == 2


def test_a_sample_size_in_the_action_comes_before_the_pass_mark() -> None:
    measures = _measures("75% of cases meet the standard", "20 case audits of planning")

    assert [(kind, value) for kind, _, value, *_ in measures] == [("sample", 20), ("threshold", 75)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6 monthly audits", ["6-monthly"]),
        ("Supervision every 4- 6 weeks", ["every 4-6 weeks"]),
        ("bi-annual observations", ["bi-annual"]),
        ("Run the report 1/4ly", ["quarterly"]),
        ("6 weekly visits", ["6-weekly"]),
        ("a report each term and each quarter", ["termly", "quarterly"]),
        ("an annual review", ["annual"]),
        ("nothing of the kind", []),
    ],
)
def test_a_frequency_is_read_from_many_ways_to_write_it(text: str, found: list[str]) -> None:
    assert frequencies(text) == found


@given(st.text(max_size=200))
def test_any_text_gives_measures_that_quote_it(text: str) -> None:
    for measure in read_measures(text, text):
        assert measure.text.strip()
