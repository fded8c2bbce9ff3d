"""What somebody says of a file of KPIs beside it: options on the command line, words and buttons in chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.models import Polarity, Unit
from documents.draft import DocumentError
from documents.import_options import read_pairs
from documents.kpi_draft import POLARITY, UNIT
from documents.kpi_words import Word, word_meaning


@dataclass(frozen=True)
class KpiOptions:
    """What a file does not say.

    `authority` and `columns` are of a DfE open-data file: each column's name, with its KPI's code. By code
    too are the polarities and the units of KPIs whose file gives none, as a scorecard may.
    """

    authority: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    polarities: Mapping[str, Polarity] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)

    @classmethod
    def from_texts(
        cls,
        authority: str | None,
        columns: Sequence[str],
        polarities: Sequence[str] = (),
        units: Sequence[str] = (),
    ) -> "KpiOptions":
        """From texts `COLUMN=CODE`, `CODE=high` and `CODE=%`. Raises `DocumentError` for any other form."""
        pairs = read_pairs("column", "COLUMN=CODE", columns)
        return cls(
            authority,
            {column: code.lower() for column, code in pairs},
            _by_code(POLARITY, Polarity, polarities),
            _by_code(UNIT, Unit, units),
        )

    def check_codes(self, defined: Sequence[str]) -> None:
        """Raise `DocumentError` where an option names a KPI that the file does not define."""
        for option, named in ((POLARITY, self.polarities), (UNIT, self.units)):
            for code in named:
                if code not in defined:
                    codes = ", ".join(defined[:20]) or "none"
                    fault = f"the file defines no KPI “{code}”: it has {codes}"
                    raise DocumentError(f"--{option}: {fault}", fault)

    def refuse_terms(self, place: str) -> None:
        """Raise `DocumentError` for options that a file needs no answer for, because it says both itself."""
        if self.polarities or self.units:
            raise DocumentError(f"{place} says itself which way is good and the unit: change them there")


NO_OPTIONS = KpiOptions()


def _by_code(option: str, vocabulary: type[Word], texts: Sequence[str]) -> dict[str, Word]:
    words = {}
    for code, written in read_pairs(option, f"CODE={next(iter(vocabulary))}", texts):
        found = word_meaning(written, vocabulary)
        if found is None:
            fault = f"write {', '.join(vocabulary)}, not “{written}”"
            raise DocumentError(f"--{option}: {fault}", fault)
        words[code.lower()] = found
    return words
