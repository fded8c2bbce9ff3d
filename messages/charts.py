"""A KPI as a chart and as a table, each with the same in words: not everybody sees a picture.

Slack draws the chart and the table itself; where it does not, the chart is a picture and the table an
older kind of table, or text. Hidden figures are in neither.
"""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from slackblocks import (
    AxisConfig,
    BarChart,
    Block,
    DataPoint,
    DataSeries,
    DataTableBlock,
    DataVisualizationBlock,
    LineChart,
    RawNumber,
    RawText,
    TableBlock,
)

from db.models import Kpi, Observation, TargetType, Unit
from db.rules.figure_texts import figure_text, period_text, target_text
from db.rules.readings import Reading
from messages.blocks import Answer, button, buttons, context_block, escape, section, shorten, text_sections
from messages.kpi_board import board_cells
from messages.kpi_figures import plain_source
from messages.kpis import brief
from messages.wording import count_text

# Older pages of Slack's give lower limits than the newest: six series, 101 rows, 10,000 characters.
_TITLE, _LABEL, _POINTS, _SERIES = 50, 20, 20, 6
_ROWS, _TEXT, _SOURCE = 99, 9_000, 120
_INCHES, _DOTS = (8, 4.5), 110


@dataclass(frozen=True)
class Plot:
    """What is drawn: points by label, and levels to compare them with, such as the target."""

    title: str
    unit: str
    labels: tuple[str, ...]
    points: tuple[float, ...]
    levels: tuple[tuple[str, float], ...] = ()
    over_time: bool = True
    regular: bool = True
    left_out: int = 0
    # The labels uncut, for a picture, which has room for them.
    names: tuple[str, ...] = ()

    @property
    def is_line(self) -> bool:
        """A line shows how fast a value moved: only for points that are as far apart as they are drawn."""
        return self.over_time and self.regular and len(self.points) > 1


def plot(reading: Reading) -> Plot | None:
    """The whole over time, else its parts side by side; None where less than two numbers may be shown."""
    kpi = reading.kpi
    over_time = sum(row.value is not None for row in reading.main) > 1
    rows = list(reading.main) if over_time else (reading.parts or list(reading.main))
    shown = _alike([row for row in rows if row.value is not None])[-_POINTS:]
    if len(shown) < 2:
        # One value is no chart.
        return None
    names = [_label(kpi, row, over_time=over_time) for row in shown]
    points = tuple(row.value for row in shown if row.value is not None)
    return Plot(
        shorten(kpi.name, _TITLE),
        kpi.unit,
        tuple(_short_names(names)),
        points,
        tuple(_levels(reading)),
        over_time,
        reading.regular,
        len(rows) - len(shown),
        tuple(names),
    )


def _alike(rows: Sequence[Observation]) -> list[Observation]:
    """The figures of the most frequent dimension: ages beside sexes would look like one list."""
    dimensions = Counter(row.dimension for row in rows)
    most = max(dimensions, key=lambda one: dimensions[one], default="")
    return [row for row in rows if row.dimension == most]


def _label(kpi: Kpi, row: Observation, *, over_time: bool) -> str:
    return period_text(kpi, row).removeprefix("at ") if over_time else row.category or kpi.name


def _short_names(names: Sequence[str]) -> list[str]:
    """Names that fit and differ: where their beginnings are the same, their ends are kept too."""
    short = [name[:_LABEL] for name in names]
    if len(set(short)) < len(short):
        short = [_both_ends(name, _LABEL) for name in names]
    return [
        one if short.count(one) == 1 else f"{at} {_both_ends(name, _LABEL - len(str(at)) - 1)}"
        for at, (name, one) in enumerate(zip(names, short, strict=True), start=1)
    ]


def _both_ends(name: str, longest: int) -> str:
    tail = longest // 2
    return name if len(name) <= longest else f"{name[: longest - tail - 1]}…{name[-tail:]}"


def _levels(reading: Reading) -> list[tuple[str, float]]:
    target, kpi = reading.judgement.target, reading.kpi
    levels = []
    if target is not None and target.value is not None and target.type is not TargetType.RISE_EACH_PERIOD:
        levels.append(("Target", target.value))
        if target.upper is not None:
            levels[-1] = ("Target, least", target.value)
            levels.append(("Target, most", target.upper))
    newest = {one.name: one for one in kpi.comparators}
    levels += [(f"{name} {one.year}", one.value) for name, one in newest.items()]
    levels = levels[: _SERIES - 1]
    return list(zip(_short_names([name for name, _ in levels]), (value for _, value in levels), strict=True))


def chart(reading: Reading) -> Answer:
    """Slack's own chart, with what it shows in words below it."""
    drawn = plot(reading)
    if drawn is None:
        return Answer([section(f"{brief(reading)}. A chart needs two figures at least.")])
    series = [
        ("Value", drawn.points),
        *((name, (value,) * len(drawn.points)) for name, value in drawn.levels),
    ]
    data = [
        DataSeries(name, [DataPoint(label, value) for label, value in zip(drawn.labels, values, strict=True)])
        for name, values in series
    ]
    axes = AxisConfig(list(drawn.labels), None, drawn.unit)
    kind = LineChart(data, axes) if drawn.is_line else BarChart(data, axes)
    return Answer([DataVisualizationBlock(drawn.title, kind), *_in_words(reading, drawn)], _foot(reading))


def in_words(reading: Reading) -> Answer:
    """What the chart shows, without it."""
    drawn = plot(reading)
    return Answer(_in_words(reading, drawn) if drawn else [section(brief(reading))], _foot(reading))


def _in_words(reading: Reading, drawn: Plot) -> list[Block]:
    pairs = zip(drawn.labels, drawn.points, strict=True)
    points = ", ".join(f"{escape(label)}: {value:g}" for label, value in pairs)
    levels = ", ".join(f"{escape(name)} {value:g}" for name, value in drawn.levels)
    lines = [
        brief(reading),
        f"Shown ({drawn.unit}): {points}.",
        f"Compared with: {levels}." if levels else "",
    ]
    if drawn.left_out:
        figures = count_text(drawn.left_out, "figure")
        lines.append(f"Not shown: {figures}, earlier, of other groups or without a number.")
    if drawn.over_time and not drawn.regular:
        lines.append("The periods are irregular, so the bars are evenly spaced but their dates are not.")
    latest = reading.latest
    source = f"Source: {plain_source(latest)}" if latest else ""
    below = [context_block(escape(source))] if source else []
    return [*text_sections(filter(None, lines)), *below]


def _foot(reading: Reading) -> list[Block]:
    return buttons([button("Table", "kpi_table", reading.kpi.code)])


def picture(drawn: Plot) -> bytes:
    """The same chart as a PNG, for where Slack does not draw it."""
    # Loading it takes half a second and 30 MB, so it is loaded only where a picture is needed.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_INCHES, dpi=_DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(drawn.points))
    if drawn.is_line:
        axes.plot(places, drawn.points, marker="o", color="#1d4f91", label="Value")
    else:
        axes.bar(places, drawn.points, color="#1d4f91", label="Value")
    for (name, value), style in zip(drawn.levels, ("--", ":", "-.", "--", ":", "-."), strict=False):
        axes.axhline(value, linestyle=style, color="#555555", label=f"{name}: {value:g}")
    many = len(drawn.points) > 5
    names = [fill(name, _LABEL) for name in drawn.names or drawn.labels]
    axes.set_xticks(places, names, rotation=30 if many else 0, ha="right" if many else "center")
    # Without a top, a chart of nothing but zeros would have twentieths of a child on its scale.
    levels = [value for _, value in drawn.levels]
    axes.set_ylim(bottom=min(0, *drawn.points), top=None if any([*drawn.points, *levels]) else 1)
    if drawn.unit != Unit.NUMBER:
        axes.set_ylabel(drawn.unit)
    if drawn.over_time and not drawn.regular:
        axes.set_xlabel("These dates are not evenly spaced.", fontsize="small")
    axes.set_title(drawn.title)
    axes.grid(axis="y", alpha=0.3)
    if drawn.levels:
        axes.legend(loc="best", fontsize="small")
    made = io.BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()


def pictures(readings: Sequence[Reading]) -> dict[str, tuple[bytes, str]]:
    """The charts of those that have one, by code, each as a PNG and in words."""
    found = {}
    for reading in readings:
        drawn = plot(reading)
        if drawn is not None:
            found[reading.kpi.code] = (picture(drawn), str(in_words(reading).body()["text"]))
    return found


_HEADINGS = ("Period", "Area or group", "Value", "Status", "Source")


def table(reading: Reading) -> Answer:
    """Every current figure, newest first, as Slack's sortable table."""
    rows = _rows(reading)
    if not rows:
        return Answer([section(f"{brief(reading)}: there are no figures for a table.")])
    shown = _that_fit(reading.kpi, rows)
    made: list[list[RawText | RawNumber]] = [[RawText(text) for text in _HEADINGS]]
    for row, texts in shown:
        figure = RawText(texts[2]) if row.value is None else RawNumber(row.value, texts[2])
        made.append([RawText(texts[0]), RawText(texts[1]), figure, *(RawText(text) for text in texts[3:])])
    block = DataTableBlock(made, caption=shorten(reading.kpi.name, 100), page_size=20)  # type: ignore[arg-type]
    return Answer([block, *_beside(reading, len(rows) - len(shown))], _chart_button(reading))


def old_table(reading: Reading) -> Answer:
    """The same as Slack's older kind of table, which holds less."""
    rows = _rows(reading)
    shown = _that_fit(reading.kpi, rows)
    made = [[RawText(text) for text in texts] for texts in (_HEADINGS, *(texts for _, texts in shown))]
    return Answer(
        [TableBlock(made), *_beside(reading, len(rows) - len(shown))],  # type: ignore[arg-type]
        _chart_button(reading),
    )


def _that_fit(kpi: Kpi, rows: Sequence[Observation]) -> list[tuple[Observation, Sequence[str]]]:
    """The newest rows that a table holds, with their texts."""
    fitting, used = [], 0
    for row in rows[:_ROWS]:
        texts = _texts(kpi, row)
        used += sum(map(len, texts))
        if used > _TEXT:
            break
        fitting.append((row, texts))
    return fitting


def table_text(reading: Reading) -> Answer:
    """The same as lines of text."""
    lines = [" · ".join(escape(text) for text in _texts(reading.kpi, row)) for row in _rows(reading)]
    return Answer([*text_sections([f"*{escape(reading.kpi.name)}*", *lines]), *_beside(reading, 0)])


def _rows(reading: Reading) -> list[Observation]:
    rows = [row for series in reading.series.values() for row in series]
    return sorted(rows, key=lambda row: row.period_end, reverse=True)


def _texts(kpi: Kpi, row: Observation) -> Sequence[str]:
    cells = (period_text(kpi, row), row.breakdown or "all", figure_text(kpi, row), str(row.status))
    return (*cells, shorten(plain_source(row), _SOURCE))


def _beside(reading: Reading, left_out: int) -> list[Block]:
    target = reading.judgement.target
    aim = f" Target: {target_text(reading.kpi, target)}." if target else ""
    more = f" {left_out} more: `/kpi history {reading.kpi.code}`." if left_out > 0 else ""
    # A table has no words in the message's plain text, so its newest rows are repeated here.
    newest = "; ".join(
        f"{period_text(reading.kpi, row)}{f' {row.breakdown}' if row.breakdown else ''} "
        f"{figure_text(reading.kpi, row)}"
        for row in _rows(reading)[:30]
    )
    return [section(f"{brief(reading)}.{escape(aim)}{more}"), context_block(escape(newest))]


def _chart_button(reading: Reading) -> list[Block]:
    return buttons([button("Chart", "kpi_chart", reading.kpi.code)])


_BOARD_HEADINGS = ("KPI", "Value", "When", "Target", "Gap", "Trend")


def board_table(readings: Sequence[Reading]) -> Answer:
    """The board as Slack's table, a row for each KPI; what does not fit is counted."""
    rows: list[list[RawText]] = [[RawText(text) for text in _BOARD_HEADINGS]]
    used = 0
    for reading in readings[:_ROWS]:
        cells = board_cells(reading)
        texts = [cells.name, cells.value, cells.period, cells.target, cells.gap, cells.trend]
        used += sum(map(len, texts))
        if used > _TEXT:
            break
        # Slack refuses a cell without text.
        rows.append([RawText(shorten(text, _SOURCE) or "–") for text in texts])
    left_out = len(readings) - len(rows) + 1
    rest = f" {left_out} more: `/kpi board` pages through all." if left_out else ""
    block = DataTableBlock(rows, caption="KPIs", page_size=20)  # type: ignore[arg-type]
    return Answer([block, section(f"{count_text(len(rows) - 1, 'KPI')} in the table.{rest}")])
