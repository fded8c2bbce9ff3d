"""Recording a figure: what is asked before, what is told after, and the form."""

import json
from collections.abc import Sequence

from slackblocks import InputBlock, ModalView, PlainText, PlainTextInput, StaticSelectMenu

from db.models import Kpi, Observation, Unit
from messages.kpis import figure_text, period_text
from messages.limits import Answer, button, buttons, context, escape, lines, option, section, words

RECORD = "kpi_record_form"


def recorded(kpi: Kpi, row: Observation, judged: str, act: str) -> Answer:
    figure = f"*{figure_text(kpi, row)}*, {period_text(kpi, row)}"
    part = f" ({escape(row.breakdown)})" if row.breakdown else ""
    told = f"Recorded: {escape(kpi.name)}{part} {figure}, {row.status}."
    return Answer(
        [section(told), *([context(judged)] if judged else [])], buttons([button("Undo", "undo", act)])
    )


def asks(kpi: Kpi, doubts: Sequence[str], line: str) -> Answer:
    """What arithmetic asks before a figure is recorded."""
    told = [
        f"*Nothing is recorded yet*: {escape(kpi.name)} raises a question.",
        *(f"• {escape(one)}" for one in doubts),
    ]
    yes = button("It is right: record it", "kpi_confirm", line, style="primary")
    return Answer(lines(told), buttons([yes]))


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
