"""Terms, half terms and INSET days among a calendar's entries."""

from datetime import date
from pathlib import Path

import pytest

from db.models import DateStatus, SpanKind
from documents.draft import DocumentError
from documents.term_events import TermEvent, find_spans
from documents.terms import read_terms
from tests.conftest import Program

TERM, HALF, INSET = SpanKind.TERM, SpanKind.HALF_TERM, SpanKind.INSET


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _event(name: str, first: str, last: str | None = None) -> TermEvent:
    return TermEvent(name, _day(first), _day(last or first))


@pytest.mark.parametrize(
    ("events", "spans"),
    [
        (
            [
                _event("Spring Term begins", "2026-01-05"),
                _event("Break up for half term", "2026-02-13"),
                _event("Pupils return", "2026-02-23"),
                _event("Term ends (1.30pm finish)", "2026-03-27"),
            ],
            [
                ("Spring 2026", TERM, "2026-01-05", "2026-03-27"),
                ("Spring 2026", HALF, "2026-02-14", "2026-02-22"),
            ],
        ),
        (
            [
                _event("Autumn Term begins", "2025-09-03"),
                _event("Last day before half term", "2025-10-24"),
                _event("School reopens", "2025-11-03"),
                _event("Non-pupil day", "2025-11-04"),
                _event("Autumn Term ends", "2025-12-19"),
            ],
            [
                ("Autumn 2025", TERM, "2025-09-03", "2025-12-19"),
                ("Autumn 2025", HALF, "2025-10-25", "2025-11-02"),
                ("Autumn 2025", INSET, "2025-11-04", "2025-11-04"),
            ],
        ),
        (
            [_event("Spring term", "2026-01-05", "2026-03-27")],
            [("Spring 2026", TERM, "2026-01-05", "2026-03-27")],
        ),
        (
            [_event("Term 3 starts", "2026-01-05"), _event("Term 3 ends", "2026-02-13")],
            [("Term 3 2025-26", TERM, "2026-01-05", "2026-02-13")],
        ),
        (
            [
                _event("Summer Term begins", "2026-04-14"),
                _event("Summer term last teaching day", "2026-07-21"),
            ],
            [("Summer 2026", TERM, "2026-04-14", "2026-07-21")],
        ),
        (
            [_event("First day of autumn term", "2025-09-03"), _event("School breaks up", "2025-12-19")],
            [("Autumn 2025", TERM, "2025-09-03", "2025-12-19")],
        ),
        (
            [
                _event("Autumn term", "2025-09-03", "2025-12-19"),
                _event("Last day of half term", "2025-10-24"),
                _event("First day back after half term", "2025-11-03"),
            ],
            [
                ("Autumn 2025", TERM, "2025-09-03", "2025-12-19"),
                ("Autumn 2025", HALF, "2025-10-25", "2025-11-02"),
            ],
        ),
        (
            [
                _event("Autumn term", "2025-09-03", "2025-12-19"),
                _event("Half term begins", "2025-10-27"),
                _event("Half term ends", "2025-10-31"),
                _event("INSET day", "2025-11-03"),
            ],
            [
                ("Autumn 2025", TERM, "2025-09-03", "2025-12-19"),
                ("Autumn 2025", HALF, "2025-10-27", "2025-10-31"),
                ("Autumn 2025", INSET, "2025-11-03", "2025-11-03"),
            ],
        ),
    ],
)
def test_spans_are_found_by_what_they_are_called(
    events: list[TermEvent], spans: list[tuple[str, SpanKind, str, str]]
) -> None:
    found, doubts = find_spans(events)
    assert [(one.term, one.kind, one.first.isoformat(), one.last.isoformat()) for one in found] == spans
    assert doubts == []


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (_event("Spring Fair", "2026-03-21"), "is not a term"),
        (_event("Summer reports home", "2026-07-03"), "is not a term"),
        (_event("Christmas holiday", "2025-12-22", "2026-01-02"), "is not a term"),
        (_event("Autumn term", "2025-09-03"), "is a term of one day"),
        (_event("Autumn term starts", "2025-09-03"), "has no last day"),
        (_event("Summer term ends", "2026-07-21"), "has no first day"),
        (_event("Last day of half term", "2025-10-24"), "has no last day"),
        (_event("First day back after half term", "2025-11-03"), "the other is not given"),
    ],
)
def test_what_is_no_whole_term_is_a_doubt(event: TermEvent, why: str) -> None:
    found, doubts = find_spans([event])
    assert found == []
    [doubt] = doubts
    assert why in doubt
    assert event.name in doubt


def test_edges_of_two_terms_are_not_joined() -> None:
    found, doubts = find_spans(
        [_event("Autumn term starts", "2025-09-03"), _event("Summer term ends", "2026-07-21")]
    )
    assert found == []
    assert len(doubts) == 2


def _ics(path: Path, *events: str, zone: str = "") -> Path:
    text = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//x//EN",
            "X-WR-CALNAME:Anytown",
            *(
                f"BEGIN:VEVENT\r\nUID:{at}\r\nDTSTAMP:20250101T000000Z\r\n{one}\r\nEND:VEVENT"
                for at, one in enumerate(events)
            ),
            "END:VCALENDAR",
            "",
        ]
    )
    path.write_text(text, "utf-8")
    return path


def test_moments_are_days_of_the_zone_and_rules_are_followed(tmp_path: Path) -> None:
    path = _ics(
        tmp_path / "t.ics",
        "DTSTART:20260412T230000Z\r\nDTEND:20260722T230000Z\r\nSUMMARY:Summer term",
        "DTSTART;TZID=Europe/London:20260601T090000\r\nDTEND;TZID=Europe/London:20260601T150000\r\n"
        "SUMMARY:INSET day\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;TZID=Europe/London:20260608T090000",
        "DTSTART;VALUE=DATE:20260525\r\nDTEND;VALUE=DATE:20260530\r\nSUMMARY:Half term",
        "DTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261201\r\nSUMMARY:Autumn term\r\nSTATUS:CANCELLED",
    )
    read = read_terms(path)
    assert [(one.term, one.kind, one.starts.isoformat(), one.ends.isoformat()) for one in read.spans] == [
        ("Summer 2026", TERM, "2026-04-13", "2026-07-22"),
        ("Summer 2026", HALF, "2026-05-25", "2026-05-29"),
        ("Summer 2026", INSET, "2026-06-01", "2026-06-01"),
        ("Summer 2026", INSET, "2026-06-15", "2026-06-15"),
    ]


def test_a_calendar_without_a_term_is_refused(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    path = _ics(tmp_path / "t.ics", "DTSTART;VALUE=DATE:20260321\r\nSUMMARY:Spring Fair")
    told = run("terms", "import", str(path))
    assert told.code == 1
    assert "t.ics has no term" in told.err
    assert "Spring Fair" in told.err


def test_a_councils_own_table_is_read_and_listed(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    path = tmp_path / "council.csv"
    path.write_text(
        "School term dates 2025/26,,\n"
        "Term or holiday,Date from,Date to\n"
        "Autumn term 2025,3 September 2025,19 December 2025\n"
        "October half term,27 October 2025,31 October 2025\n"
        "INSET day,1 September 2025,\n"
        "Christmas holiday,22 December 2025,2 January 2026\n",
        "utf-8",
    )
    assert "has no column calendar" in run("terms", "import", str(path)).err
    told = run("terms", "import", str(path), "--calendar", "Anytown")
    assert "3 terms, half terms or INSET days changed." in told.out
    assert "“Christmas holiday” on 22 Dec 2025 is not a term" in told.out
    listed = run("terms", "list").out
    assert "Anytown  Autumn 2025  term: 3 Sep 2025 to 19 Dec 2025" in listed
    assert "Anytown  Autumn 2025  half term: 27 Oct 2025 to 31 Oct 2025" in listed


def test_a_date_that_only_assumes_its_day_is_no_term_date(tmp_path: Path) -> None:
    path = tmp_path / "council.csv"
    path.write_text("Term,Start,End\nAutumn,Easter 2025,19 December 2025\n", "utf-8")
    with pytest.raises(DocumentError, match='"Easter 2025" in column starts is not a date'):
        read_terms(path, "Anytown")


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("27 - 31 October 2025", "2025-10-27", "2025-10-31"),
        ("Monday 27 to Friday 31 October", "2025-10-27", "2025-10-31"),
        ("27 October 2025 to 31 October 2025", "2025-10-27", "2025-10-31"),
    ],
)
def test_a_half_term_may_name_its_month_once(tmp_path: Path, written: str, first: str, last: str) -> None:
    headings, row = (
        "Term,First day,Half-term holiday,Last day",
        f"2 September 2025,{written},19 December 2025",
    )
    (tmp_path / "terms.csv").write_text(f"{headings}\nAutumn 2025,{row}\n", encoding="utf-8")
    spans = read_terms(tmp_path / "terms.csv", "council").spans

    assert [(row.starts, row.ends) for row in spans if row.kind is HALF] == [(_day(first), _day(last))]


def test_a_provisional_term_and_remarks_in_names_are_read_and_told() -> None:
    spans, doubts = find_spans(
        [
            TermEvent("Autumn Term 2025 (ends 19 Dec)", date(2025, 9, 2), date(2025, 12, 19)),
            TermEvent("Provisional: Spring term 2026", date(2026, 1, 5), date(2026, 3, 27)),
            TermEvent("PD day", date(2025, 9, 1), date(2025, 9, 1)),
            TermEvent("INSET day", date(2025, 10, 5), date(2025, 10, 5)),
        ]
    )
    assert [one.term for one in spans if one.kind is SpanKind.TERM] == ["Autumn 2025", "Spring 2026"]
    assert [one.first for one in spans if one.kind is SpanKind.INSET] == [date(2025, 9, 1)]
    assert "“Provisional: Spring term 2026” is provisional: check its days when they are settled" in doubts
    assert any("is an INSET day on a Sunday" in one for one in doubts)


def test_a_list_of_labels_below_the_titles_of_terms_is_read(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(
        "School term and holiday dates 2025 to 2026,\n"
        "Autumn term 2025,\n"
        "Term starts,Tuesday 2 September 2025\n"
        "Half term,Monday 27 to Friday 31 October 2025\n"
        "Term ends,Friday 19 December 2025\n"
        "Spring term 2026,\n"
        "Term starts,Monday 5 January 2026\n"
        "Half term,Monday 16 - Friday 20 February 2026\n"
        "Term ends,Friday 27 March 2026\n",
        "utf-8",
    )
    read = read_terms(path, calendar="Eastbridge")
    assert [(one.term, one.starts, one.ends, one.kind) for one in read.spans] == [
        ("Autumn 2025", date(2025, 9, 2), date(2025, 12, 19), SpanKind.TERM),
        ("Spring 2026", date(2026, 1, 5), date(2026, 3, 27), SpanKind.TERM),
        ("Autumn 2025", date(2025, 10, 27), date(2025, 10, 31), SpanKind.HALF_TERM),
        ("Spring 2026", date(2026, 2, 16), date(2026, 2, 20), SpanKind.HALF_TERM),
    ]


def test_days_that_stand_in_a_name_are_told(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(
        'Term,Start,End\nAutumn 2025,1 September 2025,19 December 2025\n"INSET days: 1 Sept, 2 Jan",,\n',
        "utf-8",
    )
    read = read_terms(path, calendar="Eastbridge")
    assert read.doubts == ["row 3 “INSET days: 1 Sept, 2 Jan” has no day in its own column: it is left out"]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("Autumn Term begins", "Break up for Christmas"),
        ("Autumn Term begins", "School closes for Christmas"),
        ("Autumn Term begins", "School closes for the Christmas holidays"),
    ],
)
def test_a_term_ends_where_school_closes_for_a_holiday(begins: str, ends: str) -> None:
    found, doubts = find_spans([_event(begins, "2026-09-03"), _event(ends, "2026-12-18")])

    assert [(one.term, one.first, one.last) for one in found] == [
        ("Autumn 2026", _day("2026-09-03"), _day("2026-12-18"))
    ]
    assert doubts == []


@pytest.mark.parametrize(
    "event",
    [
        _event("Twilight INSET – staff only", "2027-02-25"),
        _event("INSET session for new governors", "2027-02-25"),
        _event("No INSET day this half term", "2027-02-25"),
        _event("INSET (Year 7-9 only)", "2027-02-25"),
        _event("INSET Day (Sixth form only)", "2027-02-25"),
        TermEvent("INSET", _day("2027-02-25"), _day("2027-02-25"), is_late=True),
    ],
)
def test_what_takes_no_school_day_is_no_inset_day(event: TermEvent) -> None:
    found, doubts = find_spans([event])

    assert found == []
    assert "is no day without school by its name or its hour" in doubts[0]


def test_the_two_parts_of_a_term_are_joined_with_the_half_term_between_them() -> None:
    found, doubts = find_spans(
        [_event("Autumn term", "2026-09-03", "2026-10-23"), _event("Autumn term", "2026-11-02", "2026-12-18")]
    )

    assert [(one.kind, one.first, one.last) for one in found] == [
        (TERM, _day("2026-09-03"), _day("2026-12-18")),
        (HALF, _day("2026-10-24"), _day("2026-11-01")),
    ]
    assert "has two parts: read as one" in doubts[0]


def test_halves_of_terms_are_told_apart_by_words_and_edges() -> None:
    halves, _ = find_spans(
        [
            _event("Autumn term 2026 (first half)", "2026-09-03", "2026-10-23"),
            _event("Autumn term 2026 (second half)", "2026-11-02", "2026-12-18"),
        ]
    )
    edges, _ = find_spans(
        [
            _event("School re-opens for Autumn Term", "2026-09-02"),
            _event("End of Autumn 1", "2026-10-23"),
            _event("Start of Autumn 2", "2026-11-02"),
            _event("End of Autumn 2", "2026-12-18"),
        ]
    )

    assert [one.term for one in halves] == [one.term for one in edges] == ["Autumn 1 2026", "Autumn 2 2026"]


def test_what_comes_each_week_has_one_doubt() -> None:
    _, doubts = find_spans([_event("Breakfast club", f"2026-09-{day:02d}") for day in (7, 14, 21)])

    assert len(doubts) == 1
    assert doubts[0].startswith("“Breakfast club” on 3 days from 7 Sep 2026 to 21 Sep 2026 is not a term")


def test_an_inset_after_school_in_a_calendar_takes_no_day(tmp_path: Path) -> None:
    entries = [
        ("Autumn term", "VALUE=DATE:20260903", "VALUE=DATE:20261219"),
        ("INSET", "TZID=Europe/London:20261008T154500", "TZID=Europe/London:20261008T173000"),
        ("INSET day", "TZID=Europe/London:20261009T090000", "TZID=Europe/London:20261009T153000"),
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//school//"]
    for number, (name, starts, ends) in enumerate(entries):
        lines += ["BEGIN:VEVENT", f"UID:{number}", f"SUMMARY:{name}", f"DTSTART;{starts}", f"DTEND;{ends}"]
        lines.append("END:VEVENT")
    (tmp_path / "school.ics").write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), "utf-8")
    file = read_terms(tmp_path / "school.ics", calendar="Rivershire")

    assert [one.starts for one in file.spans if one.kind is INSET] == [_day("2026-10-09")]
    assert "its hour" in file.doubts[0]


def test_a_councils_table_with_its_years_and_weekdays(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(
        "Event,First day for pupils,Last day for pupils\n"
        "Autumn term 2026,Thursday 3 September 2026,Friday 18 December 2026\n"
        "Autumn half term,Monday 26 October – Friday 30 October 2026,\n"
        "Academic year 2027 to 2028 (proposed),,\n"
        "Autumn term 2027,Monday 1 September 2027,Friday 17 December 2027\n",
        "utf-8",
    )
    file = read_terms(path, calendar="Rivershire")

    found = [(one.kind, one.starts, one.ends, one.standing) for one in file.spans]
    assert found == [
        (TERM, _day("2026-09-03"), _day("2026-12-18"), DateStatus.PUBLISHED),
        (TERM, _day("2027-09-01"), _day("2027-12-17"), DateStatus.PROVISIONAL),
        (HALF, _day("2026-10-26"), _day("2026-10-30"), DateStatus.PUBLISHED),
    ]
    assert "row 5: “Monday 1 September 2027” is a Wednesday: check the weekday and the day" in file.doubts


def test_terms_that_are_only_numbered_are_read(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(
        "Term,Pupils return,Break up\n1,3 Sep 2026,23 Oct 2026\n2,2 Nov 2026,18 Dec 2026\n", "utf-8"
    )

    assert [one.term for one in read_terms(path, calendar="R").spans] == ["Term 1 2026-27", "Term 2 2026-27"]
