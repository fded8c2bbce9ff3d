"""What a person says of a plan's file: what its columns are, which sheets to read, which roles are one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.models import Plan
from db.rules.role_names import tidy_role
from documents.draft import DocumentError
from documents.heading_meanings import plain
from documents.heading_words import PUBLIC_NAMES

_MEANINGS = {public: name for name, public in PUBLIC_NAMES.items()}


@dataclass(frozen=True)
class ImportOptions:
    """`mapping` has a meaning by the plain heading, `sheets` the names of the sheets to read.

    `same_roles` has the role that a spelling means. `given` are the headings that this import names; the
    others were kept from an earlier one.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[str] = ()
    same_roles: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    @classmethod
    def of_plan(cls, plan: Plan | None) -> "ImportOptions":
        """The options that are kept with a stored plan; none without one."""
        held = json.loads(plan.import_options) if plan is not None and plan.import_options else {}
        return cls(held.get("map", {}), tuple(held.get("sheets", ())), held.get("same_roles", {}))

    def as_text(self) -> str:
        held = {"map": dict(self.mapping), "sheets": list(self.sheets), "same_roles": dict(self.same_roles)}
        given = {name: value for name, value in held.items() if value}
        return json.dumps(given, sort_keys=True) if given else ""

    def with_new(
        self, maps: Sequence[str], sheets: Sequence[str], same_roles: Sequence[str] = ()
    ) -> "ImportOptions":
        """These options with those of this import, which come first.

        `maps` are `HEADING=MEANING`, `same_roles` `SPELLING=ROLE`. Raises `DocumentError` for any other form.
        """
        mapping = read_mapping(maps)
        roles = {tidy_role(a): tidy_role(b) for a, b in read_pairs("same-role", "SPELLING=ROLE", same_roles)}
        return ImportOptions(
            {**self.mapping, **mapping},
            tuple(sheets) or self.sheets,
            {**self.same_roles, **roles},
            frozenset(mapping),
        )


def read_pairs(option: str, form: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Texts such as `A=B` as pairs; the last `=` parts them. Raises `DocumentError` naming the option."""
    pairs = []
    for text in texts:
        first, found, second = (part.strip() for part in text.rpartition("="))
        if not (first and found and second):
            fault = f'"{text}" is not in the form "{form}"'
            raise DocumentError(f"--{option}: {fault}", fault)
        pairs.append((first, second))
    return pairs


def read_mapping(texts: Sequence[str]) -> dict[str, str]:
    """`HEADING=MEANING` texts as a meaning by plain heading. Raises `DocumentError`."""
    mapping = {}
    for heading, meaning in read_pairs("map", "HEADING=MEANING", texts):
        name = " ".join(meaning.lower().split())
        if name not in _MEANINGS:
            fault = f'"{meaning}" is no meaning: use one of {", ".join(_MEANINGS)}'
            raise DocumentError(f"--map: {fault}", fault)
        mapping[plain(heading)] = _MEANINGS[name]
    return mapping
