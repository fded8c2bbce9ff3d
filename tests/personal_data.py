"""How well personal data and disclosures are found, measured on sentences with known answers.

`make personal-data` writes the figures into docs/personal-data.md. More files of the same form can be given:
one JSON object a line with `text`, `kind`, `bad` (must be refused) and `promised` (the README promises it).
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.cli.output import say
from db.rules.harm import describes_harm
from db.rules.personal_data import find_personal_data

SENTENCES = Path(__file__).parent / "db" / "rules" / "sentences.jsonl"
# Written by somebody who tried to get details past the rules. Many are odder than anybody would write.
ATTACKS = SENTENCES.with_name("attacks.jsonl")
PAGE = Path(__file__).parents[1] / "docs" / "personal-data.md"
INNOCENT = ("of the job", "school question")
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"
_BEGIN_ATTACKS = "<!-- figures of attacks -->"


@dataclass
class Figure:
    number: int = 0
    refused: int = 0
    # Sentences that should have been refused, or should not.
    wrong: list[str] = field(default_factory=list)


def read_sentences(*paths: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def measure(sentences: Iterable[Mapping[str, Any]]) -> dict[str, Figure]:
    """How many of each kind are refused. What is bad and not promised is left out."""
    figures: dict[str, Figure] = {}
    for one in sentences:
        if one["bad"] and not one["promised"]:
            continue
        figure = figures.setdefault(one["kind"], Figure())
        refused = bool(find_personal_data(one["text"])) or describes_harm(one["text"])
        figure.number += 1
        figure.refused += refused
        if refused is not one["bad"]:
            figure.wrong.append(one["text"])
    return figures


def table(figures: Mapping[str, Figure]) -> str:
    rows = ["| kind | sentences | refused | share |", "|---|---|---|---|"]
    for kind, one in sorted(figures.items(), key=lambda item: (item[0] in INNOCENT, item[0])):
        name = f"innocent: {kind}" if kind in INNOCENT else kind
        rows.append(f"| {name} | {one.number} | {one.refused} | {one.refused / one.number:.1%} |")
    return "\n".join(rows)


def main(paths: Sequence[str]) -> None:
    figures = measure(read_sentences(SENTENCES, *map(Path, paths)))
    page = PAGE.read_text("utf-8")
    for begin, found in ((_BEGIN, figures), (_BEGIN_ATTACKS, measure(read_sentences(ATTACKS)))):
        before, _, after = page.partition(begin)
        page = f"{before}{begin}\n{table(found)}\n{_END}{after.partition(_END)[2]}"
    PAGE.write_text(page, "utf-8")
    say(table(figures))
    for kind, one in figures.items():
        for text in one.wrong:
            say(f"wrong: {kind}: {text}")


if __name__ == "__main__":
    main(sys.argv[1:])
