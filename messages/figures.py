"""Recording a figure: what is asked before, what is told after, and the form."""

import json
from collections.abc import Sequence
from datetime import date

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput, StaticSelectMenu

from db.models import Kpi, Observation, Reading, Unit
from messages.kpis import brief, figure_text, linked_text, period_text
from messages.limits import (
    Answer,
    button,
    buttons,
    context_block,
    escape,
    option,
    section,
    text_sections,
    words,
)
from messages.times import day_text

RECORD = "kpi_record_form"
_SHOWN = 20


def recorded(kpi: Kpi, row: Observation, judged: str, act: str) -> Answer:
    figure = f"*{figure_text(kpi, row)}*, {period_text(kpi, row)}"
    part = f" ({escape(row.breakdown)})" if row.breakdown else ""
    told = f"Recorded: {escape(kpi.name)}{part} {figure}, {row.status}."
    return Answer(
        [section(told), *([context_block(judged)] if judged else [])], buttons([button("Undo", "undo", act)])
    )


def asks(kpi: Kpi, doubts: Sequence[str], line: str) -> Answer:
    """What arithmetic asks before a figure is recorded."""
    told = [
        f"*Nothing is recorded yet*: {escape(kpi.name)} raises a question.",
        *(f"• {escape(one)}" for one in doubts),
    ]
    yes = button("It is right: record it", "kpi_confirm", line, style="primary")
    return Answer(text_sections(told), buttons([yes]))


def form(kpi: Kpi) -> ModalView:
    """Recording a figure: the fields' ids are `value`, `period`, `area`, `status` and `note`."""
    unit = "" if kpi.unit is Unit.NUMBER else f" ({kpi.unit})"
    states = [option("Final", "final"), option("Provisional", "provisional")]
    return ModalView(
        title=PlainText("Record a figure"),
        blocks=[
            section(f"*{escape(kpi.name)}*\n{words(kpi.definition, 600)}"),
            InputBlock(PlainText(f"Value{unit}"), PlainTextInput("value", max_length=30), block_id="value"),
            InputBlock(
                PlainText("Period"),
                PlainTextInput("period", max_length=40),
                block_id="period",
                hint=PlainText("Such as 2018/19, Mar 2019, Q2 2016/17 or 31 Mar 2019"),
            ),
            InputBlock(
                PlainText("Area, if it is of one"),
                PlainTextInput("area", max_length=100),
                block_id="area",
                optional=True,
            ),
            InputBlock(
                PlainText("Is it final?"),
                StaticSelectMenu("status", states, initial_option=states[0]),
                block_id="status",
            ),
            InputBlock(
                PlainText("Where is it from?"),
                PlainTextInput("note", max_length=1000),
                block_id="note",
                optional=True,
            ),
        ],
        submit=PlainText("Record"),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({"kpi": kpi.code}),
        callback_id=RECORD,
    )


def closed(missing: Sequence[tuple[date, Reading]], breached: Sequence[Reading], today: date) -> Answer:
    """Figures that are wanted, each with its button, and what missed its target in two periods running."""
    blocks: list[Block] = []
    if missing:
        noun = "One figure is" if len(missing) == 1 else f"{len(missing)} figures are"
        blocks.append(section(f"*{noun} due* and not recorded yet."))
    for ends, reading in missing[:_SHOWN]:
        told = f"*{escape(reading.kpi.name)}*, the period to {day_text(ends)}. Held: {brief(reading)}."
        blocks.append(section(told, button("Record", "kpi_record", reading.kpi.code)))
    if len(missing) > _SHOWN:
        blocks.append(context_block(f"… and {len(missing) - _SHOWN} more: `/kpi list stale`"))
    if breached:
        blocks.append(section("*Missed the target in two periods running*"))
    for reading in breached[:_SHOWN]:
        linked = linked_text(reading.kpi.links)
        blocks.append(
            section(f"{brief(reading)}.{f' {linked}' if linked else ' No action is linked to it.'}")
        )
    return Answer(blocks)
