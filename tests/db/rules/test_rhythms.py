"""How often an action comes round, and when next."""

from datetime import date

import pytest

from db.rules.rhythms import Rhythm, next_round, read_rhythm, rhythm_in


@pytest.mark.parametrize(
    ("words", "rhythm"),
    [
        ("monthly", Rhythm(months=1)),
        ("quarterly", Rhythm(months=3)),
        ("6-monthly", Rhythm(months=6)),
        ("every 6 months", Rhythm(months=6)),
        ("half-yearly", Rhythm(months=6)),
        ("annual", Rhythm(months=12)),
        ("every 2 years", Rhythm(months=24)),
        ("6-weekly", Rhythm(weeks=6)),
        ("every 4-6 weeks", Rhythm(weeks=6)),
        ("every 4-6 weeks; bi-annual", Rhythm(weeks=6)),
        ("annual; quarterly", Rhythm(months=3)),
        ("termly", Rhythm()),
        ("every term", Rhythm()),
        ("annually", Rhythm(months=12)),
        ("Yearly", Rhythm(months=12)),
        ("every six months", Rhythm(months=6)),
        ("each month", Rhythm(months=1)),
        ("every two years", Rhythm(months=24)),
        ("when needed", None),
        ("every 0 weeks", None),
        (None, None),
    ],
)
def test_the_shortest_rhythm_that_is_named(words: str | None, rhythm: Rhythm | None) -> None:
    assert read_rhythm(words) == rhythm


@pytest.mark.parametrize(
    ("words", "done", "due", "expected"),
    [
        # Late: the plan's own month comes again.
        ("annual", date(2016, 12, 15), date(2016, 11, 30), date(2017, 11, 30)),
        # Shortly before it is due, that round is the one that is done.
        ("6-monthly", date(2016, 12, 15), date(2017, 1, 31), date(2017, 7, 31)),
        # Well before a last month, the rounds until then are still to come.
        ("quarterly", date(2016, 12, 15), date(2017, 8, 31), date(2017, 2, 28)),
        ("quarterly", date(2017, 2, 28), date(2017, 2, 28), date(2017, 5, 31)),
        ("monthly", date(2016, 12, 15), date(2016, 9, 15), date(2017, 1, 15)),
        ("annual", date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
        ("every 4-6 weeks", date(2016, 12, 15), date(2016, 7, 31), date(2017, 1, 26)),
        ("annual", date(2016, 12, 15), None, date(2017, 12, 15)),
        ("termly", date(2016, 12, 15), date(2016, 12, 31), None),
    ],
)
def test_when_the_next_round_is_due(words: str, done: date, due: date | None, expected: date | None) -> None:
    rhythm = read_rhythm(words)
    assert rhythm is not None
    assert next_round(rhythm, done, due) == expected


@pytest.mark.parametrize(
    ("text", "measure", "often"),
    [
        ("Set up a monthly newsletter", "", None),
        ("Set up a monthly newsletter", "Read by staff each quarter", "quarterly"),
        ("Set up monthly audits", "", "monthly"),
    ],
)
def test_what_an_action_makes_does_not_say_how_often_it_comes_round(
    text: str, measure: str, often: str | None
) -> None:
    assert rhythm_in(text, measure) == often


def test_the_number_of_an_action_is_no_part_of_its_rhythm() -> None:
    assert rhythm_in("1.3 Weekly joint triage audit") == "weekly"
    assert rhythm_in("Every 6-weekly audit") == "6-weekly"
