"""What one action says of others: "see above", "the survey in 1", "part of training in 2.1"."""

import re
from collections.abc import Callable, Sequence

from db.models import MeasureKind
from documents.draft import DraftAction, DraftReference

_REF = r"(?P<ref>\d+(?:\.\d+)*)"
_EVIDENCE_ABOVE = re.compile(r"\b(?:see|as)\b[^.]*\bevidence\b[^.]*\babove\b", re.IGNORECASE)
_ABOVE = re.compile(r"^(?:see|as)\s+above\b", re.IGNORECASE)
_WORD_IN = re.compile(rf"\b(?P<word>[a-z]+)s?\s+in\s+(?:section\s+|action\s+)?{_REF}\b", re.I)
_PLAIN = re.compile(
    rf"\b(?:as part of|from|under|of|see|with)\s+(?:section\s+|action\s+)?{_REF}\b(?!\s*%)"
    rf"|\b(?:section|action)\s+(?P<other>\d+(?:\.\d+)*)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    rf"^(?:please )?(?:see|refer to|as|cf\.?)\s+(?:also )?(?:section |action |item )?{_REF}\b|"
    r"^(?:see|as) (?:above|below)\.?$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_STOP_WORDS = frozenset(
    {
        *(
            "the",
            "and",
            "for",
            "with",
            "that",
        ),
        *(
            "this",
            "from",
            "all",
            "are",
            "has",
        ),
        *(
            "have",
            "been",
            "will",
            "into",
            "out",
        ),
        *(
            "see",
            "above",
            "audit",
            "survey",
            "training",
        ),
        *(
            "work",
            "cases",
            "case",
            "part",
            "set",
        ),
    }
)


def is_pointer(text: str, others: Sequence[str]) -> bool:
    """A row that only sends the reader elsewhere is no action: it has nobody and no date."""
    return bool(_POINTER.match(text.strip())) and not any(other.strip() for other in others)


class ReferenceFinder:
    """The refs of a draft, for finding what a cross-reference means."""

    def __init__(self, actions: Sequence[DraftAction], sections: Sequence[str]) -> None:
        self._actions = actions
        self._by_ref = {action.ref: action for action in actions}
        self._sections = set(sections)
        self._in_section: dict[str, list[DraftAction]] = {}
        for action in actions:
            self._in_section.setdefault(action.section, []).append(action)

    def references(self, action: DraftAction) -> list[DraftReference]:
        """What the action's text and measures refer to, in the order written, each target once."""
        found = [
            *self._in_text(action, action.text, lambda _: False),
            *self._above(action),
            *self._in_text(action, action.measure_text, _by_reference_in(action)),
        ]
        unique: dict[tuple[str, ...], DraftReference] = {}
        for reference in found:
            earlier = unique.get(reference.targets)
            if earlier is None or (reference.evidence and not earlier.evidence):
                unique[reference.targets] = reference
        return list(unique.values())

    def _above(self, action: DraftAction) -> list[DraftReference]:
        if "above" not in action.measure_text.lower():
            return []
        before = self._before(action)
        if not before:
            return []
        if _EVIDENCE_ABOVE.search(action.measure_text):
            # Anything above may be meant, so nothing is concluded from it; the nearest comes first.
            targets = tuple(other.ref or "" for other in reversed(before))
            return [DraftReference(action.measure_text.strip(), targets, evidence=True)]
        if _ABOVE.match(action.measure_text.strip()):
            return [DraftReference(action.measure_text.strip(), (before[-1].ref or "",), True)]
        return []

    def _before(self, action: DraftAction) -> list[DraftAction]:
        """The actions above this one in its section whose own measure says something."""
        section = self._in_section[action.section]
        above = section[: section.index(action)]
        return [other for other in above if not _ABOVE.match(other.measure_text.strip())]

    def _in_text(
        self, action: DraftAction, text: str, is_evidence: Callable[[str], bool]
    ) -> list[DraftReference]:
        found: list[tuple[int, DraftReference]] = []
        if not _DIGIT.search(text):
            return []
        taken: set[int] = set()
        for match in _WORD_IN.finditer(text):
            places = self._named(action, match["ref"], match["word"])
            if places:
                taken.add(match.start("ref"))
                written = match.group()
                reference = DraftReference(written, places[:1], is_evidence(written), places[1:])
                found.append((match.start(), reference))
        for match in _PLAIN.finditer(text):
            group = "ref" if match["ref"] else "other"
            if match.start(group) not in taken and self._known(match[group], action):
                written = match.group()
                reference = DraftReference(written, (match[group],), is_evidence(written))
                found.append((match.start(), reference))
        return [reference for _, reference in sorted(found, key=lambda pair: pair[0])]

    def _known(self, ref: str, action: DraftAction) -> bool:
        return ref != action.ref and (ref in self._by_ref or self._is_section(ref))

    def _is_section(self, ref: str) -> bool:
        return ref in self._sections or any(name.startswith(f"{ref}.") for name in self._sections)

    def _named(self, action: DraftAction, ref: str, word: str) -> tuple[str, ...]:
        """The action that "the survey in 1" means: the one in that section whose text has the word.

        Where several have it, the one that shares most with the action that refers to it comes
        first; where none has it, the section itself is meant, if it is one.
        """
        if ref in self._by_ref and not self._is_section(ref):
            return (ref,) if ref != action.ref else ()
        stem = word.lower().rstrip("s")
        inside = [
            other
            for name, others in self._in_section.items()
            if name == ref or name.startswith(f"{ref}.")
            for other in others
            if other is not action and re.search(rf"\b{stem}", other.text, re.IGNORECASE)
        ]
        if not inside:
            return (ref,) if self._is_section(ref) else ()
        about = _content_words(f"{action.text} {action.measure_text}")
        best = sorted(inside, key=lambda other: -len(about & _content_words(other.text)))
        return tuple(other.ref or "" for other in best)


def _content_words(text: str) -> set[str]:
    words = re.findall(r"[a-z]{4,}", text.lower())
    return {word.rstrip("s") for word in words if word not in _STOP_WORDS}


def _by_reference_in(action: DraftAction) -> Callable[[str], bool]:
    """Whether the words stand in a measure that rests on what they point to."""
    return lambda written: any(
        written in measure.text for measure in action.measures if measure.kind is MeasureKind.BY_REFERENCE
    )
