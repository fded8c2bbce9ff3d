"""Find what one action says about others: "see above", "the survey in 1", "part of training in 2.1"."""

import re
from collections.abc import Callable, Sequence

from db.models import MeasureKind
from documents.draft import SECTIONS_OF_ACTS, DraftAction, DraftReference

# "In 2 year review" counts years.
_REF = r"(?P<ref>\d+(?:\.\d+)*)(?![\s-]+(?:working |calendar )?(?:year|month|week|day|term|hour)s?\b)"
_EVIDENCE_ABOVE = re.compile(r"\b(?:see|as)\b[^.]*\bevidence\b[^.]*\babove\b", re.IGNORECASE)
_ABOVE = re.compile(r"^(?:see|as)\s+above\b", re.IGNORECASE)
_WORD_IN = re.compile(rf"\b(?P<word>[a-z]+)s?\s+in\s+(?:section\s+|action\s+)?{_REF}\b", re.I)
_PLAIN = re.compile(
    rf"\b(?:as part of|from|under|of|see|with)\s+(?:section\s+|action\s+)?{_REF}\b(?!\s*%)"
    rf"|\b(?:section|action)\s+(?P<other>\d+(?:\.\d+)*)\b",
    re.IGNORECASE,
)
# "Section 11 audit", "under section 47".
_OF_AN_ACT = re.compile(
    r"(?:(?:as part of|from|under|of|see|with)\s+)?section\s+"
    rf"(?:{SECTIONS_OF_ACTS}\b(?!\.)"
    r"|\d+\s+(?:audit|enquir|assess|dut|return|self|complian|investigation|visit|of the [A-Z])\w*)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    rf"^(?:please )?(?:see|refer to|as|cf\.?)\s+(?:also )?(?:section |action |item )?{_REF}\b|"
    r"^(?:see|as) (?:above|below)\.?$",
    re.IGNORECASE,
)
# Every reference with a number begins so: a quick test that rules out most texts.
_BEGINS = re.compile(
    r"\b(?:in|from|under|of|see|with|section|action)\s+(?:section\s+|action\s+)?\d", re.IGNORECASE
)
# Words that most actions share, so that they do not show which action is meant.
_COMMON_WORDS = """
    the and for with that this from all are has have been will into out see above
    audit survey training work cases case part set
"""
_STOP_WORDS = frozenset(_COMMON_WORDS.split())


def is_pointer(text: str, other_cells: Sequence[str]) -> bool:
    """Whether a row only sends the reader elsewhere: it has no lead, no date and nothing else to do."""
    return bool(_POINTER.match(text.strip())) and not any(cell.strip() for cell in other_cells)


class ReferenceFinder:
    """Finds the cross-references of a draft's actions, all of which have refs."""

    def __init__(self, actions: Sequence[DraftAction], section_refs: Sequence[str]) -> None:
        self._refs = {action.ref for action in actions}
        self._section_refs = set(section_refs)
        self._in_section: dict[str, list[DraftAction]] = {}
        for action in actions:
            self._in_section.setdefault(action.section, []).append(action)

    def references(self, action: DraftAction) -> list[DraftReference]:
        """The references in an action's text and measures, in the order written, each target once.

        A reference that a measure rests on comes in place of a plain one to the same target.
        """
        found = [
            *self._in_text(action, action.text, lambda _: False),
            *self._to_above(action),
            *self._in_text(action, action.measure_text, _is_in_measure_by_reference(action)),
        ]
        unique: dict[tuple[str, ...], DraftReference] = {}
        for reference in found:
            earlier = unique.get(reference.targets)
            if earlier is None or (reference.evidence and not earlier.evidence):
                unique[reference.targets] = reference
        return list(unique.values())

    def _to_above(self, action: DraftAction) -> list[DraftReference]:
        if "above" not in action.measure_text.lower():
            return []
        before = self._before(action)
        if not before:
            return []
        if _EVIDENCE_ABOVE.search(action.measure_text):
            # "Evidence above" may mean any action above, so all are targets, the nearest first.
            targets = tuple(other.ref or "" for other in reversed(before))
            return [DraftReference(action.measure_text.strip(), targets, evidence=True)]
        if _ABOVE.match(action.measure_text.strip()):
            return [DraftReference(action.measure_text.strip(), (before[-1].ref or "",), True)]
        return []

    def _before(self, action: DraftAction) -> list[DraftAction]:
        """The actions above this one in its section, except those whose measure is "see above" itself."""
        section = self._in_section[action.section]
        above = section[: section.index(action)]
        return [other for other in above if not _ABOVE.match(other.measure_text.strip())]

    def _in_text(
        self, action: DraftAction, text: str, is_evidence: Callable[[str], bool]
    ) -> list[DraftReference]:
        """The references written with a number, such as "the survey in 1" or "under section 2"."""
        found: list[tuple[int, DraftReference]] = []
        if not _BEGINS.search(text):
            return []
        matched_at: set[int] = set()
        for match in _WORD_IN.finditer(text):
            targets = self._targets_of_word(action, match["ref"], match["word"])
            if targets:
                matched_at.add(match.start("ref"))
                as_written = match.group()
                reference = DraftReference(as_written, targets[:1], is_evidence(as_written), targets[1:])
                found.append((match.start(), reference))
        for match in _PLAIN.finditer(text):
            group = "ref" if match["ref"] else "other"
            if _OF_AN_ACT.match(text, match.start()):
                continue
            if match.start(group) not in matched_at and self._exists(match[group], action):
                as_written = match.group()
                reference = DraftReference(as_written, (match[group],), is_evidence(as_written))
                found.append((match.start(), reference))
        return [reference for _, reference in sorted(found, key=lambda pair: pair[0])]

    def _exists(self, ref: str, action: DraftAction) -> bool:
        return ref != action.ref and (ref in self._refs or self._is_section(ref))

    def _is_section(self, ref: str) -> bool:
        return ref in self._section_refs or any(name.startswith(f"{ref}.") for name in self._section_refs)

    def _targets_of_word(self, action: DraftAction, ref: str, word: str) -> tuple[str, ...]:
        """The actions that "the survey in 1" may mean: those in section 1 whose text has the word.

        The one that shares most words with the referring action comes first. Where no text has the word, the
        section itself is the target, if it exists.
        """
        if ref in self._refs and not self._is_section(ref):
            return (ref,) if ref != action.ref else ()
        stem = word.lower().rstrip("s")
        with_word = [
            other
            for name, others in self._in_section.items()
            if name == ref or name.startswith(f"{ref}.")
            for other in others
            if other is not action and re.search(rf"\b{stem}", other.text, re.IGNORECASE)
        ]
        if not with_word:
            return (ref,) if self._is_section(ref) else ()
        own_words = _content_words(f"{action.text} {action.measure_text}")
        best_first = sorted(with_word, key=lambda other: -len(own_words & _content_words(other.text)))
        return tuple(other.ref or "" for other in best_first)


def _content_words(text: str) -> set[str]:
    words = re.findall(r"[a-z]{4,}", text.lower())
    return {word.rstrip("s") for word in words if word not in _STOP_WORDS}


def _is_in_measure_by_reference(action: DraftAction) -> Callable[[str], bool]:
    """A test of whether words are in one of the action's measures that rest on what they refer to."""
    return lambda as_written: any(
        as_written in measure.text for measure in action.measures if measure.kind is MeasureKind.BY_REFERENCE
    )
