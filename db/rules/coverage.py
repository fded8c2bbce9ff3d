"""Coverage: who of a register an action has reached, by name, and the measure that follows from it.

A termly reminder to schools is one kind of it, where a school is covered when its message was delivered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from db.rules.rounds import Counted, RoundVerdict, judge_share

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class CoverageLine:
    """One on the register: covered on a day, as `by` (a Slack ID) said, or not.

    `gap` says why not, as far as it is known.
    """

    name: str
    agency: str = ""
    covered_on: date | None = None
    by: str = ""
    gap: str = ""


@dataclass(frozen=True)
class Coverage:
    """Everybody on a register on a day, each covered or not.

    `counted` is the measure that says how many should be, `term` the school term that the coverage is
    of, which may be one to come.
    """

    register: str
    lines: tuple[CoverageLine, ...]
    day: date
    counted: Counted | None = None
    term: str = ""
    is_to_come: bool = False

    @property
    def has_begun(self) -> bool:
        """Whether anything is known: somebody is covered, or the reminders of the term have begun."""
        return self.covered > 0 or (bool(self.term) and not self.is_to_come)

    @property
    def covered(self) -> int:
        return sum(one.covered_on is not None for one in self.lines)

    @property
    def missing(self) -> list[CoverageLine]:
        return [one for one in self.lines if one.covered_on is None]

    @property
    def share(self) -> Fraction | None:
        """The percentage that is covered, exactly; None where nobody is on the register."""
        return Fraction(100 * self.covered, len(self.lines)) if self.lines else None

    @property
    def verdict(self) -> RoundVerdict | None:
        """None where there is no measure, nobody on the register, or nothing recorded."""
        if self.share is None or self.counted is None or not self.has_begun:
            return None
        return judge_share(self.share, self.counted.operator, self.counted.pass_mark)


def register_of(counted: Counted, registers: Iterable[str]) -> str | None:
    """The register that a measure counts: `managers who undertake strategy meetings` are `managers`.

    Where several fit, the longest name.
    """
    said = _stems(counted.of)
    fitting = [one for one in registers if _stems(one) and set(_stems(one)) <= set(said)]
    return max(fitting, key=len, default=None)


def _stems(text: str) -> list[str]:
    return [
        word[:-1] if len(word) > 3 and word.endswith("s") else word for word in _WORD.findall(text.lower())
    ]


def split_names(typed: str, known: Sequence[str]) -> list[str]:
    """The names in what somebody typed, separated by commas, semicolons or "and".

    An "and" that belongs to a known name does not separate.
    """
    names: list[str] = []
    for part in re.split(r"[,;\n]", typed):
        part = " ".join(part.split()).removeprefix("and ").strip()
        if not part:
            continue
        lower = {one.lower() for one in known}
        if part.lower() in lower:
            names.append(part)
        else:
            names += [one.strip() for one in re.split(r"\s+(?:and|&)\s+", part) if one.strip()]
    return names


def find_name(typed: str, known: Sequence[str]) -> list[str]:
    """The names that somebody may mean: the one that is equal, else those that have all the words."""
    plain = " ".join(typed.lower().split())
    equal = [one for one in known if one.lower() == plain]
    if equal:
        return equal
    words = plain.split()
    return [one for one in known if all(word in one.lower().split() for word in words)]
