"""Match column headings by meaning: councils' plans name the same things in many ways.

A heading row is read in three steps: each heading by itself, then the headings that only a row of known ones
makes clear, and last what the cells below say: a column of scores is no outcome, whatever its heading.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from documents.draft import FileChoice, FileDoubt
from documents.heading_meanings import HeadingRow, in_one_language, meaning, plain, public_name
from documents.heading_periods import latest_first, split_period
from documents.heading_sections import Column, group_column, meanings_of_groups, refs_of_rows
from documents.heading_values import (
    has_parts,
    is_set_aside,
    meaning_of_outcomes,
    mostly_agree,
    rating_columns,
    sentence_score,
    share_of_dates,
    status_column,
    though_status,
    weeks_of_chart,
)
from documents.heading_words import (
    JOINED,
    LEGEND,
    LONGEST_HEADING,
    LOOSE_FORMS,
    MAY_NAME_ACTIONS,
    MOST_ARE_DATES,
    NAMES_ACTIONS,
    NEVER,
    OF_AGENCIES,
    OF_PERCENT,
    OTHER_DATE,
    PUBLIC_NAMES,
    SAYS_END,
    SERIES,
    UNREAD_CHOICES,
    action_rank,
)

# Beside a column of actions it says what they answer.
_TO_IMPROVE = re.compile(r"what (?:needs|has) to (?:improve|change)\b")


def read_headings(
    cells: Sequence[str],
    below: Sequence[Sequence[str]] = (),
    mapping: Mapping[str, str] | None = None,
) -> HeadingRow | None:
    """How these cells are read as a heading row, or None where they are none.

    A heading row names the actions and at least one more meaning besides ref, section and finding. `below`
    are the texts of the rows under it. `mapping` is what a person has said: meaning by plain heading.
    """
    # One search in the whole row: nearly all of a plan's rows end here.
    words = "\n".join([cell for cell in cells if len(cell) <= LONGEST_HEADING]).lower()
    if not mapping and not (MAY_NAME_ACTIONS.is_in(words) and NAMES_ACTIONS.search(words)):
        return None
    reader = _Reader(cells, below, mapping or {})
    reader.read()
    return reader.result() if reader.is_plan() else None


def guess_headings(
    cells: Sequence[str], below: Sequence[Sequence[str]], mapping: Mapping[str, str] | None = None
) -> HeadingRow | None:
    """As `read_headings`, for a row that names no actions: the best column of sentences is taken for them.

    At least two other meanings must be known.
    """
    reader = _Reader(cells, below, mapping or {})
    reader.read()
    if "text" not in reader.places:
        reader.guess_action()
    return reader.result() if reader.is_plan() else None


@dataclass
class _Reader:
    cells: Sequence[str]
    below: Sequence[Sequence[str]]
    mapping: Mapping[str, str]
    places: dict[str, list[int]] = field(default_factory=dict)
    ignored: list[int] = field(default_factory=list)
    doubts: list[FileDoubt] = field(default_factory=list)
    # Columns of which another doubt says, or a person has said, that a better one is taken.
    compared: set[int] = field(default_factory=set)

    def read(self) -> None:
        of_one = map(plain, in_one_language(self.cells))
        both = zip(map(plain, self.cells), of_one, strict=True)
        self._plain = [whole if whole in self.mapping else half for whole, half in both]
        meant = [self._meaning_of(at) for at in range(len(self.cells))]
        self._find_sections(meant)
        self._find_ratings(meant)
        self._find_action(meant)
        for name in dict.fromkeys(filter(None, meant)):
            if name != "text":
                self._place(name, [at for at, one in enumerate(meant) if one == name])
        if len(self.places) >= 2:
            self._read_loosely()
            self._find_due()
        self._set_aside_scores()
        if "text" in self.places and self._is_nearly_empty(self.places["text"][0]):
            # Of Jira's columns "Description" is mostly empty, and "Summary" says what is to be done.
            (sparse,) = self.places.pop("text")
            self.guess_action()
            self.places.setdefault("text", [sparse])

    def _is_nearly_empty(self, at: int) -> bool:
        return self._plain[at] not in self.mapping and 2 * len(self._values(at)) < len(self.below)

    def is_plan(self) -> bool:
        if "text" in self.places and self._chosen(self.places["text"]):
            # A person who was told to name the actions' column has done so.
            return True
        informative = set(self.places) - {"ref", "section", "issues"}
        return "text" in self.places and len(informative) >= 2

    def result(self) -> HeadingRow:
        taken = {at for found in self.places.values() for at in found} | set(self.ignored)
        unread = [at for at, text in enumerate(self.cells) if text.strip() and at not in taken]
        weeks = weeks_of_chart(self._plain, unread)
        if weeks:
            names = f'"{self._name(weeks[0])}" to "{self._name(weeks[-1])}"'
            self._doubt(f"{len(weeks)} columns called by dates, {names}, are not used: their words are notes")
        for at in unread:
            if LEGEND.fullmatch(self._plain[at]) and 2 * len(self._values(at)) < len(self.below):
                self.ignored.append(at)
                continue
            if at not in self.compared and at not in weeks:
                though = though_status(self._values(at), self.places)
                text = f'the column "{self._name(at)}" is not used{though}: its words are kept as notes'
                # To take it for what another column is already would lose that one.
                free = [one for one in UNREAD_CHOICES if one[1] in JOINED or one[1] not in self.places]
                self._doubt(text, [(label, at, name) for label, name in free])
        places = {name: tuple(found) for name, found in self.places.items()}
        unread, ignored = [at for at in unread if at not in self.ignored], tuple(self.ignored)
        return HeadingRow(
            tuple(self.cells), places, tuple(unread), ignored, tuple(dict.fromkeys(self.doubts))
        )

    def _doubt(self, text: str, choices: Iterable[tuple[str, int, str]] = ()) -> None:
        """Raise a doubt about columns; a choice is what its button says, a column and the meaning it has."""
        answers = (
            FileChoice(label, "map", f"{self._name(at)}={PUBLIC_NAMES[name]}")
            for label, at, name in choices
            if name in PUBLIC_NAMES
        )
        self.doubts.append(FileDoubt(None, text, tuple(answers)))

    def _by_name(self, found: Iterable[int], name: str) -> list[tuple[str, int, str]]:
        """The choice between columns for one meaning."""
        return [(self._name(at), at, name) for at in found]

    def _chosen(self, found: Iterable[int]) -> list[int]:
        """Those of the columns of which a person has said what they are."""
        return [at for at in found if self._plain[at] in self.mapping]

    def _name(self, at: int) -> str:
        name = " ".join(self.cells[at].split())
        # Several columns may have one name.
        return f"{name} in column {at + 1}" if self._plain.count(self._plain[at]) > 1 else name

    def _values(self, at: int) -> list[str]:
        return [row[at].strip() for row in self.below if at < len(row) and row[at].strip()]

    def _meaning_of(self, at: int) -> str | None:
        text = self._plain[at]
        if not text:
            return None
        if text in self.mapping:
            if self.mapping[text] == "ignore":
                self.ignored.append(at)
                return None
            return self.mapping[text]
        if (found := meaning(text)) is not None:
            return found
        base, period = split_period(text)
        found = meaning(base) if period else None
        return found if found in SERIES else None

    def _find_sections(self, meant: list[str | None]) -> None:
        """Columns that part the rows although their headings do not say so, and one that only seems to."""
        named = zip(self._plain, meant, strict=True)
        columns = [Column(text, name, self._values(at)) for at, (text, name) in enumerate(named)]
        for at, name in {**meanings_of_groups(columns), **refs_of_rows(columns, len(self.below))}.items():
            meant[at] = name
        group = None if "section" in meant else group_column(columns, self.below)
        if group is not None:
            meant[group] = "section"
            text = f'"{self._name(group)}" is filled only where a group begins: it is read as the section'
            self._doubt(text, [("Read as sections", group, "section"), ("Keep as notes", group, "notes")])

    def _find_ratings(self, meant: list[str | None]) -> None:
        """Columns whose cells say how far actions are, though their headings do not."""
        values = [self._values(at) for at in range(len(self.cells))]
        for at, name in enumerate(meant):
            # Minutes call it so where they say what became of an action.
            if name == "outcome" and not {"status", "progress"} & set(meant) and values[at]:
                meant[at] = meaning_of_outcomes(values[at])
        for at in rating_columns(self._plain, meant, values):
            meant[at] = "rating"
        found = status_column(self._plain, meant, values)
        if found is not None:
            meant[found] = "status"
            text = f'"{self._name(found)}" is read as the status, for its cells say how far each action is'
            self._doubt(text, [("Status", found, "status"), ("Keep as notes", found, "notes")])

    def _find_action(self, meant: list[str | None]) -> None:
        """Place the action's column: the one whose heading says so most plainly."""
        found = [at for at, name in enumerate(meant) if name == "text"]
        if not found:
            return
        found += [at for at in self._recommendations(meant) if self._is_only_agreed(found)]
        chosen = self._chosen(found)
        best = chosen[0] if chosen else min(found, key=self._rank_as_action)
        self.places["text"] = [best]
        self.compared |= set(found)
        for at in found:
            if at == best:
                continue
            is_finding = _TO_IMPROVE.match(self._plain[at]) and "issues" not in meant
            meant[at] = "issues" if is_finding else None
            if not chosen:
                text = f'"{self._name(best)}" is read as the action, not "{self._name(at)}"'
                self._doubt(text, self._by_name((best, at), "text"))

    def _rank_as_action(self, at: int) -> tuple[bool, int, int]:
        agreed = self._is_only_agreed([at]) if "response" in self._plain[at] else False
        return agreed, action_rank(self._plain[at]), at

    def _recommendations(self, meant: list[str | None]) -> list[int]:
        return [
            at for at, name in enumerate(meant) if name == "issues" and "recommendation" in self._plain[at]
        ]

    def _is_only_agreed(self, found: list[int]) -> bool:
        """Whether a management response only agrees, so that the recommendation beside it is the action."""
        return mostly_agree(
            [value for at in found if "response" in self._plain[at] for value in self._values(at)]
        )

    def _place(self, name: str, found: list[int]) -> None:
        if name == "outcome" and len(found) > 1 and "outcome_status" not in self.places:
            # Trackers name two columns "Outcome", first for the intended one and then for the one found.
            self.places["outcome_status"] = [found[1]]
            found = [found[0], *found[2:]]
        if name in JOINED:
            agencies = [at for at in found if name == "leads" and OF_AGENCIES.fullmatch(self._plain[at])]
            if agencies and len(agencies) < len(found):
                self.places["lead_agency"] = agencies
                found = [at for at in found if at not in agencies]
            self.places[name] = found
            return
        if name in SERIES and len(found) > 1:
            self._place_series(name, found)
            return
        if name == "due":
            found = self._with_dates(found)
        elif name == "ref":
            found = sorted(found, key=lambda at: not has_parts(self._values(at)))
        elif name == "revised_due":
            # The last revision is the furthest to the right.
            found = found[::-1]
        chosen = self._chosen(found)
        found = [*chosen, *(at for at in found if at not in chosen)]
        is_dated = name in ("due", "revised_due")
        self.places[name] = found if is_dated and not chosen else found[:1]
        self.compared |= set(found)
        for at in [] if chosen else found[1:]:
            use = "only where it is empty" if is_dated else "is kept as a note"
            text = (
                f'two columns are read as {public_name(name)}: "{self._name(found[0])}" is taken, and '
                f'"{self._name(at)}" {use}'
            )
            self._doubt(text, self._by_name((found[0], at), name))

    def _with_dates(self, found: list[int]) -> list[int]:
        """The columns of due dates, the one with most of them first, an end before a start.

        Where one has dates, a column "Completed by" without any says who did it.
        """
        dates = {at: self._dates_in(at) for at in found}
        if max(dates.values()) > MOST_ARE_DATES:
            found = [at for at in found if dates[at] or not self._values(at) or at in self._chosen(found)]
        return sorted(found, key=lambda at: (-dates[at], not SAYS_END.search(self._plain[at])))

    def _find_due(self) -> None:
        """Take the one column of dates as that of the due dates, where none that is called so has any."""
        before = self.places.get("due", [])
        if "revised_due" in self.places or any(
            at in self._chosen(before) or self._dates_in(at) for at in before
        ):
            return
        taken = {at for found in self.places.values() for at in found} | set(self.ignored)
        free = [at for at, text in enumerate(self._plain) if text and at not in taken]
        free = [at for at in free if not NEVER.fullmatch(self._plain[at])]
        free = [at for at in free if not OTHER_DATE.search(self._plain[at])]
        dated = [at for at in free if share_of_dates(self._values(at), alone=True) > MOST_ARE_DATES]
        if len(dated) != 1:
            return
        self.places["due"] = dated
        self.compared |= set(before)
        kept = f', and "{self._name(before[0])}" is kept as a note' if before else ""
        text = f'"{self._name(dated[0])}" is read as the due date, for its cells are dates{kept}'
        self._doubt(text, self._by_name([*dated, *before], "due"))

    def _place_series(self, name: str, found: list[int]) -> None:
        """Place the columns of a meaning that a file has for several periods, the latest first."""
        found = latest_first({at: self._plain[at] for at in found})
        # A word says more than a percentage beside it.
        found = sorted(found, key=lambda at: OF_PERCENT.search(self._plain[at]) is not None)
        chosen = self._chosen(found)
        self.places[name] = [*chosen, *(at for at in found if at not in chosen)]
        if chosen:
            return
        others = " and ".join(f'"{self._name(at)}"' for at in found[1:])
        text = (
            f'several columns say how far it is: "{self._name(found[0])}" is taken as the latest, and '
            f"{others} only where it is empty"
        )
        self._doubt(text, self._by_name(found, name))

    def _dates_in(self, at: int) -> float:
        """Which share of a column's values can be read as dates."""
        return share_of_dates(self._values(at))

    def _read_loosely(self) -> None:
        taken = {at for found in self.places.values() for at in found} | set(self.ignored)
        loose: dict[str, list[int]] = {}
        for at, text in enumerate(self._plain):
            if at in taken or not text or NEVER.fullmatch(text) or meaning(self._plain[at]) == "text":
                continue
            if text.startswith("risk ") and "leads" in self.places:
                # Whose the risk is, beside who acts on it.
                continue
            for name, form in LOOSE_FORMS:
                if form.fullmatch(text) and (name not in self.places or name in JOINED):
                    loose.setdefault(name, []).append(at)
                    break
        for name, found in loose.items():
            if name == "text":
                self.places[name] = found[:1]
            elif name in self.places:
                self.places[name] = sorted([*self.places[name], *found])
            else:
                self._place(name, found)

    def _set_aside_scores(self) -> None:
        """Leave out columns of scores, such as the impact of a risk, and of priorities, years or letters."""
        for name in {"outcome", "section", "measures", "ref", "leads", "supporters"} & set(self.places):
            for at in [one for one in self.places[name] if self._plain[one] not in self.mapping]:
                if is_set_aside(name, at, self._plain, self._values(at)):
                    self.places[name].remove(at)
            if not self.places[name]:
                del self.places[name]

    def guess_action(self) -> None:
        """Take the best column of sentences that has no meaning yet for the actions."""
        if len(set(self.places) - {"issues"}) < 2:
            return
        if "title" in self.places:
            # A SharePoint list calls it so.
            self.places["text"] = self.places.pop("title")
            self._doubt_guess(f'"{self._name(self.places["text"][0])}" is read as the action', ())
            return
        taken = {at for name, found in self.places.items() if name != "issues" for at in found}
        taken -= {at for at in self.places.get("section", ()) if self._is_of_own_sentences(at)}
        free = [at for at, text in enumerate(self._plain) if text and at not in taken | set(self.ignored)]
        free = [at for at in free if not NEVER.fullmatch(self._plain[at])]
        free = [at for at in free if meaning(self._plain[at]) in (None, "issues", "section")]
        free = [at for at in free if self._dates_in(at) < 0.5]
        best = max(free, key=self._sentence_score, default=None)
        if best is None or self._sentence_score(best) <= 0:
            return
        for name in [name for name, found in self.places.items() if best in found]:
            del self.places[name]
        self.places["text"] = [best]
        of_best = f'"{self._name(best)}" is kept as a note'
        self.doubts = [one for one in self.doubts if not one.text.endswith(of_best)]
        self._doubt_guess(f'no column is called the action: "{self._name(best)}" is read as it', free)

    def _is_of_own_sentences(self, at: int) -> bool:
        """Whether a column says something else in each row, as "Objective" does where it is the action."""
        values = self._values(at)
        return len(values) > 1 and len(set(values)) == len(values) == len(self.below)

    def _doubt_guess(self, text: str, free: Iterable[int]) -> None:
        """Raise a doubt about the column that is taken for the actions, with those that it may be."""
        taken = self.places["text"][0]
        self._doubt(text, self._by_name((taken, *(at for at in free if at != taken)), "text"))

    def _sentence_score(self, at: int) -> float:
        return sentence_score(self._plain[at], self._values(at), len(self.below))
