"""The target of a scorecard's row, and which way is good."""

from dataclasses import dataclass

from db.models import Polarity, TargetType, Unit
from documents.kpi_draft import POLARITY, ask_polarity
from documents.scorecard_row import ScorecardRow
from documents.scorecard_words import (
    excludes_itself,
    is_change,
    is_no_target,
    plain_target,
    target_kind,
    target_range,
)

_BY_POLARITY = {Polarity.HIGH: TargetType.AT_LEAST, Polarity.LOW: TargetType.AT_MOST}
_NO_TARGET = (TargetType.NONE, None, None)
_ONE_NUMBER = (TargetType.AT_LEAST, TargetType.AT_MOST)


@dataclass
class TargetReader(ScorecardRow):
    """Reads what a row says of its target."""

    def _target(
        self, code: str, unit: Unit, polarity: Polarity, given: Polarity | None, *, shares: bool
    ) -> tuple[TargetType, float | None, float | None]:
        """The target that the row sets. `given` is the polarity where a person or the file gives it."""
        if is_no_target(self._text("target")):
            return _NO_TARGET
        if is_change(self._text("target")):
            text = f"the target {self._text('target')[:40]} says a change and no figure: left out"
            self.draft.doubts.append(f"{self.place}: {text}")
            return _NO_TARGET
        kind, written = target_kind(self._text("target"))
        ends = target_range(written) if kind is None else None
        if ends is not None and polarity is Polarity.NEUTRAL:
            low, high = (self._number(one, unit, "target", shares=shares) for one in ends)
            return (TargetType.RANGE, low, high) if low is not None and high is not None else _NO_TARGET
        plain = ends[polarity is Polarity.LOW] if ends else plain_target(written)
        if plain != written:
            self.draft.doubts.append(f"{self.place}: the target “{written[:40]}” is read as {plain}")
        plain = self._as_percent(plain, unit, "the target")
        target = self._number(plain, unit, "target", shares=shares)
        if target is None:
            return _NO_TARGET
        stored = self.known[code].target_type if code in self.known else None
        if kind is None and given is None and stored is not None:
            # A new number for the target that it has, if that is one that has only a number.
            kind = stored if stored in _ONE_NUMBER else None
        elif kind is None:
            kind = _BY_POLARITY.get(polarity)
        if kind is None:
            self._leave_target_out(code, given)
            return _NO_TARGET
        if excludes_itself(self._text("target")):
            text = f"the target {self._text('target')} is read as at {kind.split('_')[1]} {plain}"
            self.draft.doubts.append(f"{self.place}: {text}, which {plain} itself meets")
        return kind, target, None

    def _stored_polarity(self, code: str) -> Polarity:
        """Which way is good, as it is stored, where nothing gives it."""
        stored = self.known[code].polarity if code in self.known else Polarity.NEUTRAL
        if self._text(POLARITY):
            text = f"{self.place}: “{self._text(POLARITY)[:30]}” does not say which way is good"
            if stored is Polarity.NEUTRAL:
                self.draft.questions.append(ask_polarity(code, text))
            else:
                self.draft.doubts.append(f"{text}: {stored} is kept")
        return stored

    def _leave_target_out(self, code: str, given: Polarity | None) -> None:
        left_out = f"{self.place}: the target {self._text('target')} is left out, because"
        if given is Polarity.NEUTRAL:
            self.draft.doubts.append(f"{left_out} neither high nor low is good")
            return
        text = f"{left_out} nothing says whether high or low is good"
        if (code, POLARITY) in [(one.code, one.option) for one in self.draft.questions]:
            self.draft.doubts.append(text)
        else:
            self.draft.questions.append(ask_polarity(code, text))
