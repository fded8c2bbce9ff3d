"""A figure in words: never without its date, its target and gap, its age and where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from slackblocks import Element

from db.models import (
    CONTEXTUAL,
    FEWER,
    MET,
    NOT_MET,
    SYMBOLS,
    WITHHELD,
    WITHIN,
    Judgement,
    Kpi,
    KpiKind,
    KpiLink,
    Observation,
    PeriodType,
    Reading,
    Target,
    TargetType,
    Unit,
)
from messages.limits import Answer, button, buttons, escape, mention, section, text_sections, words
from messages.times import day_text, month_text

_EARLIER = 10
_LISTED = 60
_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SYMBOL_WORDS = {
    **SYMBOLS,
    FEWER: "fewer than 6",
    WITHHELD: "fewer than 6, or kept back with one that is",
}
_AFTER = {Unit.DAYS: " days", Unit.WEEKS: " weeks", Unit.MONTHS: " months", Unit.PER_10_000: " per 10,000"}


def number_text(unit: Unit, value: float) -> str:
    """A number in its unit: `34%`, `2,805`, `£1,200`, `4.5 per 10,000`, `yes`."""
    if unit is Unit.YES_NO:
        return "yes" if value else "no"
    plain = f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
    if unit is Unit.PERCENT:
        return f"{plain}%"
    return f"£{plain}" if unit is Unit.POUNDS else f"{plain}{_AFTER.get(unit, '')}"


def figure_text(kpi: Kpi, row: Observation) -> str:
    """The number, or in words why there is none."""
    if row.value is None:
        return _SYMBOL_WORDS.get(row.symbol or "", "not given")
    return number_text(kpi.unit, row.value)


def period_text(kpi: Kpi, row: Observation) -> str:
    """`at 31 Mar 2019`, `2018/19`, `Apr to Sep 2015`, `Jul 2015`, or from day to day."""
    starts, ends = row.period_start, row.period_end
    if starts == ends:
        return f"at {day_text(ends)}"
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    whole_months = starts.day == 1 and _ends_month(ends)
    if not whole_months:
        told = f"{day_text(starts)} to {day_text(ends)}"
    elif months == 1:
        told = month_text(ends)
    elif months == 12 and starts.month == 4:
        told = f"{starts.year}/{ends.year % 100:02d}"
    elif starts.year == ends.year:
        told = f"{starts:%b} to {month_text(ends)}"
    else:
        told = f"{month_text(starts)} to {month_text(ends)}"
    return f"12 months to {day_text(ends)}" if kpi.period_type is PeriodType.ROLLING else told


def _ends_month(day: date) -> bool:
    return day.toordinal() + 1 == date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal()


def target_text(kpi: Kpi, target: Target) -> str:
    """`at least 75%`, `10 to 20`, `a rise in each of 4 periods`."""
    if target.type is TargetType.RISE_EACH_PERIOD:
        many = int(target.value or 1)
        return "a rise each period" if many == 1 else f"a rise in each of {many} periods"
    figure = number_text(kpi.unit, target.value) if target.value is not None else "no figure"
    if target.type is TargetType.RANGE and target.upper is not None:
        return f"{figure} to {number_text(kpi.unit, target.upper)}"
    return {TargetType.AT_LEAST: "at least ", TargetType.AT_MOST: "at most "}.get(target.type, "") + figure


def gap_text(kpi: Kpi, judgement: Judgement) -> str:
    """`41 points below`, `8 above`, or nothing where there is no gap."""
    if not judgement.gap:
        return ""
    size = abs(judgement.gap)
    if kpi.unit is Unit.PERCENT:
        told = f"{number_text(Unit.NUMBER, size)} point{'' if size == 1 else 's'}"
    else:
        told = number_text(kpi.unit, size)
    return f"{told} {'above' if judgement.gap > 0 else 'below'}"


def _judged(kpi: Kpi, judgement: Judgement) -> str:
    gap = gap_text(kpi, judgement)
    return f"*{judgement.word}*{f', {gap}' if gap else ''}"


def detail(reading: Reading, today: date, line: str, also: Sequence[Reading] = ()) -> Answer:
    """All that is known of a KPI; `line` asks it again, `also` are others that its name may mean."""
    told = [*_told(reading), *(f"Also: {brief(one)}" for one in also)]
    return Answer(
        text_sections(filter(None, told)), buttons(_buttons(reading.kpi, line)), more="/kpi history NAME"
    )


def several(readings: Sequence[Reading], line: str, also: Sequence[Reading] = ()) -> Answer:
    """Two or three that were asked as one: each by itself, as they are different things."""
    told = [text for one in readings for text in _told(one)]
    told += [f"Also: {brief(one)}" for one in also]
    share = [button("Share in channel", "share", line)] if line else []
    return Answer(text_sections(filter(None, told)), buttons(share))


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


def _told(reading: Reading) -> Iterable[str]:
    kpi, latest = reading.kpi, reading.latest
    if latest is None:
        yield f"*{escape(kpi.name)}*: no value is held."
        yield _target_line(reading)
        yield linked_text(kpi.links)
        return
    if reading.main:
        status = "" if latest.status == "final" else f" ({latest.status})"
        head = f"*{figure_text(kpi, latest)}*: {escape(kpi.name)}, {period_text(kpi, latest)}{status}"
    else:
        head = f"*{escape(kpi.name)}*, {period_text(kpi, latest)}"
    yield f"{head}.{_change(reading)}"
    yield from _parts(reading)
    yield _target_line(reading)
    if reading.baseline is not None:
        when = f" ({day_text(kpi.baseline_date)})" if kpi.baseline_date else ""
        yield f"Baseline: {number_text(kpi.unit, reading.baseline)}{when}."
    yield _compared(kpi)
    yield _trend(reading)
    yield _earlier(reading)
    yield age_text(reading)
    yield from _notes(reading)
    yield linked_text(kpi.links)
    yield f"Source: {words(latest.source or kpi.source or 'not given', 200)}"


def _change(reading: Reading) -> str:
    """` Up 13% from 690 (at 31 Mar 2018).`, with `better` or `worse` where a way is good."""
    kpi, series, before = reading.kpi, reading.main, reading.before
    if before is None or not reading.direction:
        return ""
    was = f"{figure_text(kpi, before)} ({period_text(kpi, before)})"
    if reading.direction == "no change":
        return f" The same as {was}."
    latest, earlier = series[-1].value or 0, before.value or 0
    way = "Up" if latest > earlier else "Down"
    if kpi.unit is Unit.PERCENT:
        points = round(abs(latest - earlier), 4)
        by = f"{number_text(Unit.NUMBER, points)} point{'' if points == 1 else 's'}"
    elif reading.change is not None:
        size = abs(reading.change)
        by = f"{size:.0f}%" if size >= 10 else f"{size:.1f}%"
    else:
        by = ""
    judged = f": {reading.direction}" if reading.direction in ("better", "worse") else ""
    return f" {way}{f' {by}' if by else ''} from {was}{judged}."


def _parts(reading: Reading) -> Iterable[str]:
    kpi = reading.kpi
    shown: dict[str, list[str]] = {}
    for row in reading.parts:
        judgement = reading.judgements.get(row.breakdown)
        judged = f" ({_judged(kpi, judgement)})" if judgement and judgement.judged else ""
        told = f"{escape(row.category)} *{figure_text(kpi, row)}*{judged}"
        shown.setdefault(row.dimension, []).append(told)
    for name, many in shown.items():
        yield f"{f'{escape(name)}: ' if name else ''}{', '.join(many)}."


def _target_line(reading: Reading) -> str:
    kpi, judgement = reading.kpi, reading.judgement
    if kpi.kind is KpiKind.CONTEXTUAL:
        return "No target (contextual): it is told, and not judged."
    if judgement.target is None:
        return "No target is set, so it cannot be judged."
    aim = f"Target: {target_text(kpi, judgement.target)}"
    if not judgement.judged:
        return f"{aim}: {judgement.word}."
    if reading.main:
        parts = [one for one in reading.parts if reading.judgements[one.breakdown].judged]
        nowhere = all(reading.judgements[one.breakdown].word == NOT_MET for one in parts)
        names = {one.dimension.lower() for one in parts}
        everywhere = f"; *not met in any {names.pop()}*" if nowhere and len(names) == 1 else ""
        return f"{aim}: {_judged(kpi, judgement)}{everywhere}."
    judged = [reading.judgements[one.breakdown] for one in reading.parts]
    missed = sum(one.word == NOT_MET for one in judged)
    if missed == len(judged):
        return f"{aim}: *not met in any*."
    return (
        f"{aim}: *not met in {missed} of {len(judged)}*." if missed else f"{aim}: *{judgement.word} in all*."
    )


def _compared(kpi: Kpi) -> str:
    if not kpi.comparators:
        return ""
    told = [
        f"{escape(one.name)} {number_text(kpi.unit, one.value)} ({escape(one.year)})"
        for one in kpi.comparators[:6]
    ]
    return f"Compared: {', '.join(told)}."


def _trend(reading: Reading) -> str:
    many = sum(row.value is not None for row in reading.main)
    if not reading.main:
        return ""
    if reading.trend == "one value":
        return "One value held, so no trend."
    if reading.trend == "too few points":
        return f"{many} values held: too few points for a trend."
    if reading.trend == "irregular dates":
        return "Dates are irregular: no trend test."
    if reading.rules is None:
        return ""
    return f"Trend: {reading.trend} ({reading.rules}, {many} points)."


def _earlier(reading: Reading) -> str:
    before = list(reversed(reading.main[:-1]))
    if not before:
        return ""
    told = [
        f"{figure_text(reading.kpi, row)} ({period_text(reading.kpi, row).removeprefix('at ')})"
        for row in before[:_EARLIER]
    ]
    rest = f", and {len(before) - _EARLIER} more" if len(before) > _EARLIER else ""
    return f"Earlier: {', '.join(told)}{rest}."


def age_text(reading: Reading) -> str:
    """How old the figure is, where that is older than it should be; else nothing."""
    if reading.years_old >= 2:
        old = reading.years_old
        return f"*Over {_IN_WORDS[old] if old < len(_IN_WORDS) else old} years old; no later value held.*"
    if reading.days_late:
        return f"*The next value is {reading.days_late} days late.*"
    return ""


def _notes(reading: Reading) -> Iterable[str]:
    if reading.kpi.note:
        yield f"*Caution*: {words(reading.kpi.note, 900)}"
    latest = reading.latest
    if latest is not None and reading.main and latest.note:
        yield f"Note: {words(latest.note, 300)}"


def linked_text(links: Sequence[KpiLink]) -> str:
    """The actions that a KPI is about, each with how far it is; or nothing."""
    told = []
    for one in links:
        action = one.action
        state = f" {words(action.title, 60)} ({action.progress})" if action is not None else ""
        told.append(f"`{escape(one.ref)}`{state}")
    return f"Linked actions: {'; '.join(told)}." if told else ""


def brief(reading: Reading) -> str:
    """One line: the figure with its date, and the judgement with its gap."""
    kpi, latest = reading.kpi, reading.latest
    if latest is None:
        return f"{escape(kpi.name)}: no value is held"
    if reading.main:
        figure = f"*{figure_text(kpi, latest)}*"
    else:
        figure = ", ".join(f"{escape(row.category)} *{figure_text(kpi, row)}*" for row in reading.parts[:4])
    judgement = reading.judgement
    aim = f", target {target_text(kpi, judgement.target)}" if judgement.target else ""
    judged = f": {_judged(kpi, judgement)}" if judgement.judged else ""
    old = f", {age_text(reading).strip('*').rstrip('.').lower()}" if age_text(reading) else ""
    change = _change(reading).strip().rstrip(".")
    change = f" ({change[0].lower()}{change[1:]})" if change else ""
    return f"{escape(kpi.name)} {figure}, {period_text(kpi, latest)}{change}{aim}{judged}{old}"


def board(readings: Sequence[Reading], today: date, line: str) -> Answer:
    """Every KPI by what can be said of it: judged ones first, what is only context, what nobody can judge."""
    groups: Mapping[str, list[Reading]] = {
        "Not met": [one for one in readings if one.judgement.word == NOT_MET],
        "Within tolerance": [one for one in readings if one.judgement.word == WITHIN],
        "Met": [one for one in readings if one.judgement.word == MET],
        "Has a target and cannot be judged": [one for one in readings if _stuck(one)],
        "Contextual: told, and not judged": [one for one in readings if one.judgement.word == CONTEXTUAL],
        "No baseline or target (what action 3.2.1 is about)": [one for one in readings if _bare(one)],
    }
    told = [f"*KPIs at {day_text(today)}*: {len(readings)} held"]
    for name, many in groups.items():
        if many:
            told.append(f"*{name}* ({len(many)})")
            told += [f"• {brief(one)}" for one in many[:_LISTED]]
    return Answer(text_sections(told), buttons([button("Share in channel", "share", line)]), more="/kpi NAME")


def _stuck(reading: Reading) -> bool:
    judgement = reading.judgement
    return judgement.target is not None and not judgement.judged


def _bare(reading: Reading) -> bool:
    judgement = reading.judgement
    return judgement.word != CONTEXTUAL and judgement.target is None


def listed(readings: Sequence[Reading], which: str, today: date, line: str) -> Answer:
    if not readings:
        return Answer(
            [section(f"No KPI is {escape(which)} at {day_text(today)}." if which else "No KPI is held.")]
        )
    head = f"*{len(readings)} KPIs{f', {escape(which)}' if which else ''}* at {day_text(today)}"
    told = [f"• {brief(one)}" for one in readings[:_LISTED]]
    return Answer(text_sections([head, *told]), buttons([button("Share in channel", "share", line)]))


def history(kpi: Kpi, rows: Sequence[Observation], line: str) -> Answer:
    """Every figure ever held, the newest period first; a replaced one says so."""
    told = [f"*{escape(kpi.name)}*: every figure held, the newest period first"]
    for row in rows:
        part = f" {escape(row.breakdown)}" if row.breakdown else ""
        replaced = f", replaced {day_text(row.replaced_at.date())}" if row.replaced_at else ""
        by = f" by {mention(row.recorded_by)}" if row.recorded_by else ""
        source = f"; {words(row.source, 100)}" if row.source else ""
        told.append(
            f"• {period_text(kpi, row)}{part}: *{figure_text(kpi, row)}*, {row.status}{replaced}{source} "
            f"(recorded {day_text(row.recorded_at.date())}{by})"
        )
    if not rows:
        told.append("None.")
    return Answer(
        text_sections(told), buttons([button("Share in channel", "share", line)]), more="kpi export FILE"
    )


def none_found(said: str, close: Sequence[tuple[str, str]]) -> Answer:
    """That nothing matches, and what is closest."""
    if not close:
        return Answer([section(f"No KPI matches “{words(said, 80)}”, and none is held yet.")])
    named = [f"• {escape(name)}" for _, name in close]
    chosen = [button(name, f"ask_{at}", f"/kpi {code}") for at, (code, name) in enumerate(close)]
    return Answer(text_sections([f"No KPI matches “{words(said, 80)}”. Closest:", *named]), buttons(chosen))
