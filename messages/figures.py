"""Recording a figure: what is asked before, what is said after, and the form."""

import json
from collections.abc import Sequence
from datetime import date

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput, StaticSelectMenu

from db.models import Kpi, Observation, Unit
from db.rules.dates import day_text
from db.rules.figure_texts import figure_text, period_text
from db.rules.readings import Reading
from messages.blocks import (
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
from messages.kpis import brief, linked_text
from messages.wording import plural

RECORD_FORM = "kpi_record_form"
_SHOWN = 20


def recorded(kpi: Kpi, row: Observation, brief_text: str, act: str) -> Answer:
    figure = f"*{figure_text(kpi, row)}*, {period_text(kpi, row)}"
    part = f" ({escape(row.breakdown)})" if row.breakdown else ""
    text = f"Recorded: {escape(kpi.name)}{part} {figure}, {row.status}."
    below = [context_block(brief_text)] if brief_text else []
    return Answer([section(text), *below], buttons([button("Undo", "undo", act)]))


def explained(kpi: Kpi, act: str) -> Answer:
    """A note on a KPI is recorded."""
    name = escape(kpi.name)
    where = f"It stands in `/kpi history {kpi.code}` and in each report card that has this figure."
    return Answer(
        [section(f"Noted on {name}."), context_block(where)], buttons([button("Undo", "undo", act)])
    )


def confirmation(kpi: Kpi, doubts: Sequence[str], pending: str) -> Answer:
    """Questions about an odd figure; `pending` is the row that holds it until it is confirmed."""
    lines = [
        f"*Nothing is recorded yet.* Please check this figure for {escape(kpi.name)}:",
        *(f"• {escape(one)}" for one in doubts),
    ]
    yes = button("It is right: record it", "kpi_confirm", pending, style="primary")
    return Answer(text_sections(lines), buttons([yes]))


def form(kpi: Kpi) -> ModalView:
    """The form that records a figure; its fields are `value`, `period`, `area`, `status` and `note`."""
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
                hint=PlainText("For example 2018/19, Mar 2019, Q2 2016/17 or 31 Mar 2019"),
            ),
            InputBlock(
                PlainText("Area, if it is for one"),
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
                PlainText("Where does it come from?"),
                PlainTextInput("note", max_length=1000),
                block_id="note",
                optional=True,
            ),
        ],
        submit=PlainText("Record"),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({"kpi": kpi.code}),
        callback_id=RECORD_FORM,
    )


def overdue_figures(missing: Sequence[tuple[date, Reading]], missed_target: Sequence[Reading]) -> Answer:
    """Figures that are due, each with its button, and what missed its target in two periods running.

    `missing` has the end of the period whose figure is due.
    """
    blocks: list[Block] = []
    if missing:
        due = plural(len(missing), "One figure is due", f"{len(missing)} figures are due")
        blocks.append(section(f"*{due}* and not recorded yet."))
    for ends, reading in missing[:_SHOWN]:
        text = f"*{escape(reading.kpi.name)}*, the period to {day_text(ends)}. Latest: {brief(reading)}."
        blocks.append(section(text, button("Record", "kpi_record", reading.kpi.code)))
    if len(missing) > _SHOWN:
        blocks.append(context_block(f"… and {len(missing) - _SHOWN} more: `/kpi list stale`"))
    if missed_target:
        blocks.append(section("*Missed the target in two periods running*"))
    for reading in missed_target[:_SHOWN]:
        linked = linked_text(reading.kpi.links) or "No action is linked to it."
        blocks.append(section(f"{brief(reading)}. {linked}"))
    return Answer(blocks)
