"""What a person says of a plan's file: what its columns are and which sheets to read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from documents.draft import DocumentError
from documents.heading_words import PUBLIC_NAMES
from documents.headings import plain

_MEANINGS = {public: name for name, public in PUBLIC_NAMES.items()}


@dataclass(frozen=True)
class ImportOptions:
    """`mapping` has a meaning by the plain heading, `sheets` the names of the sheets to read.

    `given` are the headings that this import names; the others were kept from an earlier one.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[str] = ()
    given: frozenset[str] = frozenset()

    @classmethod
    def from_text(cls, text: str) -> "ImportOptions":
        """The options as they are kept with the plan."""
        kept = json.loads(text) if text else {}
        return cls(kept.get("map", {}), tuple(kept.get("sheets", ())))

    def as_text(self) -> str:
        if not self.mapping and not self.sheets:
            return ""
        return json.dumps({"map": dict(self.mapping), "sheets": list(self.sheets)}, sort_keys=True)

    def with_new(self, mapping: Mapping[str, str], sheets: Sequence[str]) -> "ImportOptions":
        """These options with those of this import, which come first."""
        return ImportOptions({**self.mapping, **mapping}, tuple(sheets) or self.sheets, frozenset(mapping))


def read_mapping(texts: Sequence[str]) -> dict[str, str]:
    """`HEADING=MEANING` texts as a meaning by plain heading. Raises `DocumentError`."""
    mapping = {}
    for text in texts:
        heading, found, meaning = text.rpartition("=")
        name = " ".join(meaning.lower().split())
        if not found or not plain(heading):
            raise DocumentError(f'--map: "{text}" is not in the form "HEADING=MEANING"')
        if name not in _MEANINGS:
            raise DocumentError(
                f'--map: "{meaning.strip()}" is no meaning: use one of {", ".join(_MEANINGS)}'
            )
        mapping[plain(heading)] = _MEANINGS[name]
    return mapping
