"""Answers about KPIs. A figure always comes with its date, target, gap, age and source."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import assert_never

from slackblocks import Element

from db.models import Kpi, KpiKind, KpiLink, Observation, Unit
from db.rules import spc
from db.rules.dates import Span, day_text
from db.rules.figure_texts import (
    difference_text,
    figure_text,
    judgement_text,
    number_text,
    period_text,
    target_text,
)
from db.rules.judging import TrendKind, Verdict
from db.rules.readings import Reading
from messages.blocks import (
    Answer,
    ask_buttons,
    button,
    buttons,
    escape,
    mention,
    section,
    text_sections,
    words,
)
from messages.kpi_figures import source_text, verdict_text
from messages.wording import count_text, short_ref

_EARLIER = 10
_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def detail(
    reading: Reading,
    line: str,
    also: Sequence[Reading] = (),
    *,
    default_plan: str | None = None,
) -> Answer:
    """Everything about one KPI. `line` is its command; `also` are other KPIs of that name."""
    text = [*_detail_lines(reading, default_plan), *(f"Also: {brief(one)}" for one in also)]
    return Answer(
        text_sections(filter(None, text)), buttons(_buttons(reading.kpi, line)), more="`/kpi history NAME`"
    )


def detail_at(reading: Reading, day: date, line: str) -> Answer:
    """One KPI as it was known at the end of a day."""
    head = f"As it was known on {day_text(day)}:"
    if reading.latest is None:
        text = [f"*{escape(reading.kpi.name)}*: no figure was known on {day_text(day)}."]
    else:
        text = [head, *filter(None, _detail_lines(reading, None, linked=False))]
    now = button("Now", "ask_0", f"/kpi {reading.kpi.code}")
    return Answer(text_sections(text), buttons([now, button("Share in channel", "share", line)]))


def of_period(readings: Sequence[Reading], period: Span, line: str) -> Answer:
    """The figures of KPIs for a time, by breakdown; where there are none, of which periods there are."""
    text = [one for reading in readings for one in _lines_of_period(reading, period)]
    only = readings[0].kpi if len(readings) == 1 else None
    footer = _buttons(only, line) if only else [button("Share in channel", "share", line)]
    return Answer(text_sections(text), buttons(footer), more="`/kpi history NAME`")


def _lines_of_period(reading: Reading, period: Span) -> Iterable[str]:
    kpi = reading.kpi
    rows = sorted(
        (row for rows in reading.series.values() for row in rows),
        key=lambda row: (row.period_end, row.period_start, row.breakdown),
    )
    chosen = [row for row in rows if period[0] <= row.period_start and row.period_end <= period[1]]
    if not chosen:
        held = dict.fromkeys(period_text(kpi, row) for row in rows)
        yield f"*{escape(kpi.name)}*: no figure is held for {_span_text(period)}."
        yield f"Held: {', '.join(held) or 'none'}."
    elif len(chosen) == 1:
        yield f"*{figure_text(kpi, chosen[0])}*: {escape(kpi.name)}, {period_text(kpi, chosen[0])}."
        yield f"Source: {source_text(chosen[0])}"
    else:
        yield f"*{escape(kpi.name)}*, {_span_text(period)}:"
        for row in chosen:
            of = f"{escape(row.category)} " if row.breakdown else ""
            status = "" if row.status == "final" else f" ({row.status})"
            yield f"• {of}*{figure_text(kpi, row)}*, {period_text(kpi, row)}{status}. {source_text(row)}"


def _span_text(period: Span) -> str:
    first, last = period
    if first == last:
        return day_text(last)
    if first == date(last.year, 1, 1) and last == date(last.year, 12, 31):
        return str(last.year)
    return f"{day_text(first)} to {day_text(last)}"


def several(
    readings: Sequence[Reading],
    line: str,
    also: Sequence[Reading] = (),
    *,
    default_plan: str | None = None,
) -> Answer:
    """Two or three KPIs of one name, each in full."""
    text = [one for reading in readings for one in _detail_lines(reading, default_plan)]
    text += [f"Also: {brief(one)}" for one in also]
    share = [button("Share in channel", "share", line)] if line else []
    return Answer(text_sections(filter(None, text)), buttons(share))


def _buttons(kpi: Kpi, line: str) -> list[Element]:
    if not line:
        return []
    return [
        button("Chart", "kpi_chart", kpi.code),
        button("Table", "kpi_table", kpi.code),
        button("Record", "kpi_record", kpi.code),
        button("History", "ask_0", f"/kpi history {kpi.code}"),
        button("Share in channel", "share", line),
    ]


def _detail_lines(reading: Reading, default_plan: str | None, *, linked: bool = True) -> Iterable[str]:
    kpi, latest = reading.kpi, reading.latest
    if latest is None:
        yield f"*{escape(kpi.name)}*: no figure recorded."
        yield _target_line(reading)
        yield linked_text(kpi.links, default_plan)
        return
    if reading.main:
        status = "" if latest.status == "final" else f" ({latest.status})"
        head = f"*{figure_text(kpi, latest)}*: {escape(kpi.name)}, {period_text(kpi, latest)}{status}"
    else:
        head = f"*{escape(kpi.name)}*, {period_text(kpi, latest)}"
    yield f"{head}.{_change_text(reading)}"
    yield from _part_lines(reading)
    yield _target_line(reading)
    if reading.baseline is not None:
        when = f" ({day_text(kpi.baseline_date)})" if kpi.baseline_date else ""
        yield f"Baseline: {number_text(kpi.unit, reading.baseline)}{when}."
    yield _comparator_line(kpi)
    yield _trend_line(reading)
    yield _earlier_line(reading)
    yield age_text(reading)
    yield from _note_lines(reading)
    if linked:
        yield linked_text(kpi.links, default_plan)
    yield f"Source: {source_text(latest)}"


def _change_text(reading: Reading) -> str:
    """` Up 13% from 690 (at 31 Mar 2018).`, with `better` or `worse` where a way is good."""
    kpi, series, before = reading.kpi, reading.main, reading.previous
    if before is None or not reading.direction:
        return ""
    was = f"{figure_text(kpi, before)} ({period_text(kpi, before)})"
    if reading.direction == "no change":
        return f" The same as {was}."
    judged = f", {reading.direction}" if reading.direction in ("better", "worse") else ""
    if kpi.unit is Unit.YES_NO:
        return f" Before that {was}{judged}."
    latest, earlier = series[-1].value or 0, before.value or 0
    by = ""
    if kpi.unit is Unit.PERCENT:
        by = f" {difference_text(kpi, abs(latest - earlier))}"
    elif reading.change is not None:
        size = abs(reading.change)
        by = f" {size:.0f}%" if size >= 10 else f" {size:.1f}%"
    return f" {'Up' if latest > earlier else 'Down'}{by} from {was}{judged}."


def _part_lines(reading: Reading) -> Iterable[str]:
    kpi = reading.kpi
    by_dimension: dict[str, list[str]] = {}
    for row in reading.parts:
        judgement = reading.judgements.get(row.breakdown)
        verdict = f" ({verdict_text(kpi, judgement)})" if judgement and judgement.is_judged else ""
        text = f"{escape(row.category)} *{figure_text(kpi, row)}*{verdict}"
        by_dimension.setdefault(row.dimension, []).append(text)
    for name, parts in by_dimension.items():
        yield f"{f'{escape(name)}: ' if name else ''}{', '.join(parts)}."


def _target_line(reading: Reading) -> str:
    kpi, judgement = reading.kpi, reading.judgement
    if kpi.kind is KpiKind.CONTEXTUAL:
        return "No target (contextual): for information only."
    if not reading.series and kpi.targets:
        return f"Target: {target_text(kpi, kpi.targets[-1])}."
    if judgement.target is None:
        return "No target is set, so it cannot be judged."
    aim = f"Target: {target_text(kpi, judgement.target)}"
    if not judgement.is_judged:
        return f"{aim}: {judgement_text(judgement)}."
    parts = [reading.judgements[one.breakdown] for one in reading.parts]
    if reading.main:
        judged = [one for one in parts if one.is_judged]
        missed_everywhere = all(one.verdict is Verdict.NOT_MET for one in judged)
        names = {
            one.dimension.lower() for one in reading.parts if reading.judgements[one.breakdown].is_judged
        }
        everywhere = f"; *not met in any {names.pop()}*" if missed_everywhere and len(names) == 1 else ""
        return f"{aim}: {verdict_text(kpi, judgement)}{everywhere}."
    missed = sum(one.verdict is Verdict.NOT_MET for one in parts)
    if missed == len(parts):
        return f"{aim}: *not met in any*."
    if missed:
        return f"{aim}: *not met in {missed} of {len(parts)}*."
    return f"{aim}: *{judgement_text(judgement)} in all*."


def _comparator_line(kpi: Kpi) -> str:
    if not kpi.comparators:
        return ""
    text = [
        f"{escape(one.name)} {number_text(kpi.unit, one.value)} ({escape(one.year)})"
        for one in kpi.comparators[:6]
    ]
    return f"Compared with: {', '.join(text)}."


def _trend_line(reading: Reading) -> str:
    if not reading.main:
        return ""
    points = sum(row.value is not None for row in reading.main)
    match reading.trend.kind:
        case TrendKind.NO_VALUE:
            return ""
        case TrendKind.ONE_VALUE:
            return "One value held, so no trend."
        case TrendKind.TOO_FEW_POINTS:
            return f"{points} values held: too few points for a trend."
        case TrendKind.IRREGULAR_DATES:
            return "Dates are irregular: no trend test."
        case (
            TrendKind.NO_SPECIAL_CAUSE
            | TrendKind.IMPROVEMENT
            | TrendKind.CONCERN
            | TrendKind.SPECIAL_CAUSE_HIGH
            | TrendKind.SPECIAL_CAUSE_LOW
        ):
            return f"Trend: {reading.trend} ({spc.RULES}, {points} points)."
        case _:
            assert_never(reading.trend.kind)


def _earlier_line(reading: Reading) -> str:
    before = list(reversed(reading.main[:-1]))
    if not before:
        return ""
    text = [
        f"{figure_text(reading.kpi, row)} ({period_text(reading.kpi, row).removeprefix('at ')})"
        for row in before[:_EARLIER]
    ]
    rest = f", and {len(before) - _EARLIER} more" if len(before) > _EARLIER else ""
    return f"Earlier: {', '.join(text)}{rest}."


def age_text(reading: Reading) -> str:
    """How old the figure is, where that is older than it should be; else nothing."""
    if reading.years_old >= 2:
        years = reading.years_old
        number = _NUMBER_WORDS[years] if years < len(_NUMBER_WORDS) else years
        return f"*Over {number} years old; no later value held.*"
    if reading.days_late:
        return f"*The next value is {count_text(reading.days_late, 'day')} late.*"
    return ""


def _note_lines(reading: Reading) -> Iterable[str]:
    if reading.caution:
        yield f"*Caution*: {words(reading.caution, 900)}"
    latest = reading.latest
    if latest is not None and reading.main and latest.note:
        yield f"Note: {words(latest.note, 300)}"


def linked_text(links: Sequence[KpiLink], default_plan: str | None = None) -> str:
    """The actions that a KPI is about, each with how far it is; or nothing."""
    text = []
    for one in links:
        if one.action is None:
            text.append(f"`{escape(one.ref)}` (not in a plan held here)")
            continue
        ref = short_ref(one.action, default_plan)
        text.append(f"`{escape(ref)}` {words(one.action.title, 60)} ({one.action.progress})")
    return f"Linked actions: {'; '.join(text)}." if text else ""


def brief(reading: Reading) -> str:
    """One line: the figure with its date, and the judgement with its gap."""
    kpi, latest = reading.kpi, reading.latest
    if latest is None:
        return f"{escape(kpi.name)}: no figure recorded"
    if reading.main:
        figure = f"*{figure_text(kpi, latest)}*"
    else:
        figure = ", ".join(f"{escape(row.category)} *{figure_text(kpi, row)}*" for row in reading.parts[:4])
    judgement = reading.judgement
    aim = f", target {target_text(kpi, judgement.target)}" if judgement.target else ""
    verdict = f": {verdict_text(kpi, judgement)}" if judgement.is_judged else ""
    age = age_text(reading).strip("*").rstrip(".")
    old = f", {age[0].lower()}{age[1:]}" if age else ""
    change = _change_text(reading).strip().rstrip(".")
    change = f", {change[0].lower()}{change[1:]}" if change else ""
    return f"{escape(kpi.name)} {figure}, {period_text(kpi, latest)}{change}{aim}{verdict}{old}"


def newest_first(readings: Sequence[Reading]) -> list[Reading]:
    """Those with the newest figures first, those without any last."""

    def newest(reading: Reading) -> date:
        return reading.latest.period_end if reading.latest else date.min

    return sorted(readings, key=newest, reverse=True)


def listed(readings: Sequence[Reading], which: str, today: date, line: str) -> Answer:
    """KPIs, one line each, the newest figures first; `which` is the filter, empty for all."""
    if not readings:
        none = f"No KPI is “{escape(which)}” at {day_text(today)}." if which else "There are no KPIs yet."
        return Answer([section(none)])
    head = f"*{count_text(len(readings), 'KPI')}{f', {escape(which)}' if which else ''}* at {day_text(today)}"
    return Answer(
        [section(head)],
        buttons([button("Share in channel", "share", line)]),
        rows=[f"• {brief(one)}" for one in newest_first(readings)],
    )


def history(
    kpi: Kpi, rows: Sequence[Observation], notes: Sequence[tuple[str, date, str, int]], line: str
) -> Answer:
    """Every figure ever recorded, the newest period first; a replaced one says so.

    `notes` are the explanations, which come first: who gave it and when, its words, its entry's number.
    """
    text = [
        f"• _{day_text(day)}, {mention(who)}_: {words(note, 600)} (entry {number})"
        for who, day, note, number in notes
    ]
    for row in rows:
        part = f" {escape(row.breakdown)}" if row.breakdown else ""
        replaced = f", replaced {day_text(row.replaced_at.date())}" if row.replaced_at else ""
        by = f" by {mention(row.recorded_by)}" if row.recorded_by else ""
        source = f"; {words(row.source, 100)}" if row.source else ""
        text.append(
            f"• {period_text(kpi, row)}{part}: *{figure_text(kpi, row)}*, {row.status}{replaced}{source} "
            f"(recorded {day_text(row.recorded_at.date())}{by})"
        )
    if not rows:
        text.append("None.")
    share = buttons([button("Share in channel", "share", line)])
    noted = f"{count_text(len(notes), 'note')}, then " if notes else ""
    head = section(f"*{escape(kpi.name)}*: {noted}every figure recorded, newest period first")
    return Answer([head], share, more="`partnership-bot kpi export FILE`", rows=text)


def none_found(asked: str, suggestions: Sequence[tuple[str, str]]) -> Answer:
    """No KPI has that name: the nearest ones, each with a button that asks for it."""
    if not suggestions:
        return Answer([section(f"No KPI matches “{words(asked, 80)}”. There are no KPIs yet.")])
    return _choice(f"No KPI matches “{words(asked, 80)}”. Closest:", suggestions)


def several_found(asked: str, found: Sequence[tuple[str, str]], command: str = "/kpi {}") -> Answer:
    """More than one KPI has that name: each with a button that gives its code to the `command`."""
    nothing_yet = "" if command == "/kpi {}" else " Nothing is recorded yet."
    return _choice(f"“{words(asked, 80)}” is more than one KPI.{nothing_yet} Choose one:", found, command)


def _choice(head: str, suggestions: Sequence[tuple[str, str]], command: str = "/kpi {}") -> Answer:
    names = [f"• {escape(name)}" for _, name in suggestions]
    chosen = ask_buttons((name, command.replace("{}", code)) for code, name in suggestions)
    return Answer(text_sections([head, *names]), buttons(chosen))
