"""What stands in place of a message that quoted an erased text."""

from datetime import date

from db.rules.dates import day_text
from messages.blocks import Answer, text_answer


def taken_down(today: date) -> Answer:
    return text_answer(
        f"I took this message down on {day_text(today)}, because it quoted a text that was erased from the "
        "record. To see what stands, ask again."
    )
