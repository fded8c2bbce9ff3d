"""The neutral form between a file of KPIs and the store."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from db.kpis import Figure
from db.models import Disclosure, PeriodType, Polarity, TargetType, Unit

LONGEST_CODE = 60
# The options of an import that say what its file does not.
POLARITY = "polarity"
UNIT = "unit"


def code_of(name: str) -> str:
    """A KPI's code made from its name: small letters, digits and dashes, and whole words."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("%", " percent ")).strip("-")
    if len(words) > LONGEST_CODE:
        words = words[: LONGEST_CODE + 1].rpartition("-")[0] or words[:LONGEST_CODE]
    return words or "kpi"


def default_disclosure(unit: Unit) -> Disclosure:
    """Counts are protected unless their definition says that they are open."""
    return Disclosure.SMALL_COUNTS if unit is Unit.NUMBER else Disclosure.OPEN


@dataclass(frozen=True)
class KpiDefinition:
    """A definition as a file gives it: columns of `Kpi`, the target, and the refs of linked actions.

    `target` is its type, value, upper value of a range, first day and last day. `links` is None where the
    file does not say which actions it is about.
    """

    code: str
    values: Mapping[str, Any]
    target: tuple[TargetType, float | None, float | None, date | None, date | None]
    links: tuple[str, ...] | None


@dataclass(frozen=True)
class ComparatorValue:
    code: str
    name: str
    year: str
    value: float
    source: str


class KpiTerms(NamedTuple):
    """What a figure is read by: its KPI's unit, and whether it counts one day or a period.

    By its polarity and the type of the target it has, a target is read that says only a number.
    """

    unit: Unit
    period_type: PeriodType
    polarity: Polarity = Polarity.NEUTRAL
    target_type: TargetType | None = None


@dataclass(frozen=True)
class KpiQuestion:
    """What a file does not say of a KPI: `option` is the option of the import that says it.

    `choices` are the answers, each as its label and the value for this KPI.
    """

    text: str
    code: str
    option: str
    choices: tuple[tuple[str, str], ...]

    @property
    def with_option(self) -> str:
        """The question, and what to write on the command line."""
        words = " or ".join(f'"{self.code}={value}"' for _, value in self.choices)
        return f"{self.text}: import with --{self.option} {words}"


def ask_polarity(code: str, text: str) -> KpiQuestion:
    choices = (("High is good", "high"), ("Low is good", "low"), ("Neither", "neutral"))
    return KpiQuestion(text, code, POLARITY, choices)


def ask_unit(code: str, text: str) -> KpiQuestion:
    return KpiQuestion(text, code, UNIT, tuple((unit.value, unit.value) for unit in Unit))


@dataclass
class KpiDraft:
    """The content of the files. `hidden` counts the rows whose figure was hidden when they were written.

    `doubts` are sentences about rows that are left out, `questions` what an option of the import settles.
    """

    definitions: list[KpiDefinition] = field(default_factory=list)
    figures: list[tuple[str, Figure]] = field(default_factory=list)
    comparators: list[ComparatorValue] = field(default_factory=list)
    hidden: int = 0
    doubts: list[str] = field(default_factory=list)
    questions: list[KpiQuestion] = field(default_factory=list)
