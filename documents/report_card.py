"""Write a theme's report card as a Word file: its numbers, what explains them, and what is to be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from db.models import DueKind, Kpi, Observation, StatementKind, Unit
from db.private_files import private_file
from db.report_card import ReportCard
from db.rules.dates import day_text, month_text
from db.rules.figure_texts import difference_text, figure_text, period_text
from db.rules.judging import Verdict, same_length
from db.rules.readings import Reading
from documents.board_paper import lead_words, state_words
from documents.draft import DocumentError
from documents.paper_words import (
    Table,
    comparator_lines,
    count_words,
    in_words,
    target_line,
    with_columns_used,
)
from documents.word_paper import Chart, add_figures, add_table, new_document

# So many notes of a figure are shown, the newest first.
_MOST_NOTES = 10


def write_card(
    card: ReportCard, path: Path, charts: Mapping[str, Chart], template: Path | None = None
) -> None:
    """Write the report card to a .docx file.

    `charts` are by the KPI's code. `template` is a council's own .docx or .dotx, whose styles are used by
    name. Raises `DocumentError` for another ending, and `OSError` where the file cannot be written.
    """
    if path.suffix.lower() != ".docx":
        raise DocumentError(f"{path.name} does not end in .docx: a report card is a Word file")
    document = new_document(*title_lines(card.theme, card.day), card.day, template)
    document.add_heading("Summary", level=1)
    for line in summary_lines(card.readings):
        document.add_paragraph(line)
    add_table(document, numbers_table(card), "None of these figures has been recorded.")
    if any(one.caution for one in card.readings):
        document.add_paragraph("* A caution goes with this figure, and stands under it below.")
    document.add_heading("The figures one by one", level=1)
    if not any(card.explanations.values()):
        document.add_paragraph("No explanation of these figures is on record.")
    known = [one for one in card.readings if one.latest]
    add_figures(document, known, charts, lambda reading: note_lines(card, reading), width=15)
    if card.threads:
        add_table(document, findings_table(card))
    add_table(document, actions_table(card), _nothing_to_do(card))
    document.add_heading("Recommendation", level=1)
    document.add_paragraph("The meeting is asked to note this report card.")
    with private_file(path) as part:
        document.save(str(part))


def title_lines(theme: str, day: date) -> tuple[str, str]:
    """The title, and as at which day."""
    return f"{theme}: report card", f"As at {day_text(day)}"


def summary_lines(readings: Sequence[Reading]) -> list[str]:
    """The card's first words: how each figure has moved, how old they are, and which meet their target."""
    known = [one for one in readings if one.has_number]
    lines = [line for one in known if (line := _movement(one))]
    missing = [one.kpi.name for one in readings if one.latest is None]
    without = [one.kpi.name for one in readings if one.latest is not None and not one.has_number]
    lines += [f"There is no figure for {in_words(missing, 'or')}."] if missing else []
    lines += [f"The latest figure for {in_words(without, 'and for')} is not shown."] if without else []
    return [*lines, *_age_lines(known), _targets_line(known)]


def _age_lines(known: Sequence[Reading]) -> list[str]:
    """From when the newest figure is, and of which a later one is due."""
    ends = [one.latest.period_end for one in known if one.latest]
    if not ends:
        return []
    late = [one.kpi.name for one in known if one.days_late]
    lines = [f"The newest of these figures is for {month_text(max(ends))}."]
    return [*lines, f"A later figure for {in_words(late, 'and for')} is overdue."] if late else lines


def _targets_line(known: Sequence[Reading]) -> str:
    verdicts = Counter(one.judgement.verdict for one in known if one.judgement.is_judged)
    if not any(one.kpi.targets for one in known):
        return "None of them has a target."
    if not verdicts:
        return "None of them can be judged against its target."
    parts = in_words([f"{verdicts[verdict]} {verdict}" for verdict in _VERDICTS if verdicts[verdict]])
    return f"Judged against a target: {parts}."


_VERDICTS = (Verdict.MET, Verdict.WITHIN_TOLERANCE, Verdict.NOT_MET)


def _ends(figures: Sequence[Observation]) -> tuple[Observation, Observation] | None:
    """The first number of a series and the last, of periods of one length.

    None without two, and where the last figure has no number: an earlier one would be taken for the latest.
    """
    if not figures or figures[-1].value is None:
        return None
    alike = [one for one in figures if one.value is not None and same_length(one, figures[-1])]
    return (alike[0], alike[-1]) if len(alike) > 1 else None


def _movement(reading: Reading) -> str:
    """`Children on a plan: from 422 (Jul 2013) to 626 (Jul 2015), up 48.3%.`"""
    kpi, ends = reading.kpi, _ends(reading.main)
    if ends is None:
        return ""
    first, last = (f"{figure_text(kpi, one)} ({period_text(kpi, one)})" for one in ends)
    change = _change(kpi, *ends)
    return f"{kpi.name}: from {first} to {last}{f', {change}' if change else ''}."


def _change(kpi: Kpi, first: Observation, last: Observation) -> str:
    """`up 48.3%` on the first number; of two shares `up 3 points`."""
    before, moved = first.value or 0, (last.value or 0) - (first.value or 0)
    if kpi.unit is Unit.YES_NO:
        return ""
    if not moved:
        return "no change"
    relative = kpi.unit is not Unit.PERCENT and before
    size = f"{abs(100 * moved / before):.1f}%" if relative else difference_text(kpi, abs(moved))
    return f"{'up' if moved > 0 else 'down'} {size}"


_NUMBER_HEADINGS = ("Figure", "Earlier", "Latest", "Change", "Target", "Elsewhere")
_NUMBER_WIDTHS = (4.4, 2.8, 2.8, 2.0, 2.4, 3.0)


def numbers_table(card: ReportCard) -> Table:
    """Each figure, or each group of one that has no total: the first and the last number, and the change.

    A column in which nothing stands is left out.
    """
    rows = []
    for reading in card.readings:
        kpi = reading.kpi
        target = target_line(reading) if kpi.targets and reading.latest else ""
        elsewhere = "\n".join(comparator_lines(kpi))
        groups = {"": reading.main} if reading.main else reading.series
        for at, figures in enumerate(groups.values()):
            name = kpi.name if reading.main else f"{kpi.name}: {figures[-1].category}"
            name += " *" if reading.caution else ""
            ends = _ends(figures)
            texts = [f"{figure_text(kpi, one)}, {period_text(kpi, one)}" for one in ends or figures[-1:]]
            first, latest = texts if ends else ("–", *texts)
            change = (_change(kpi, *ends) if ends else "") or "–"
            # What is said of the KPI as a whole stands beside its first group.
            rows.append((name, first, latest, change, *((target, elsewhere) if not at else ("", ""))))
    return with_columns_used("Numbers", _NUMBER_HEADINGS, rows, _NUMBER_WIDTHS)


def findings_table(card: ReportCard) -> Table:
    """What documents say of the matters that these figures would show to be settled, the earliest first."""
    rows = []
    for thread in card.threads:
        for one in thread.statements:
            kind = "" if one.kind is StatementKind.FOUND else f"{one.kind[:1].upper()}{one.kind[1:]}: "
            rows.append(
                (thread.title, month_text(one.day), f"{kind}{one.text}", f"{one.document}, {one.paragraph}")
            )
    headings = ("Matter", "Published", "What it says", "Document")
    return Table("What inspections and reports say", headings, rows, (3.2, 2.2, 6.6, 5.4))


def note_lines(card: ReportCard, reading: Reading) -> list[str]:
    """What people said of a KPI, its caution, and the notes of its figures, each the newest first.

    A note that several figures have in common is listed once, with all of them.
    """
    kpi = reading.kpi
    lines = [f"{one.note} ({day_text(one.day)})" for one in card.explanations.get(kpi.id or 0, ())]
    lines += [reading.caution] if reading.caution else []
    noted: dict[str, list[str]] = {}
    rows = [one for figures in reading.series.values() for one in figures if one.note]
    for one in sorted(rows, key=lambda one: one.period_end, reverse=True):
        group = f", {one.category}" if one.breakdown else ""
        noted.setdefault(one.note, []).append(f"{period_text(kpi, one)}{group}")
    lines += [f"{'; '.join(figures)}: {note}" for note, figures in list(noted.items())[:_MOST_NOTES]]
    left = len(noted) - _MOST_NOTES
    if left > 0:
        lines.append(f"{count_words(left, 'earlier note is', 'earlier notes are')} in the KPI's history.")
    return [line[:1].upper() + line[1:] for line in lines]


_ACTION_HEADINGS = ("Ref", "Issue raised", "Action", "Lead", "Due", "Position")
_ACTION_WIDTHS = (2.0, 3.6, 4.6, 2.6, 1.9, 2.7)


def actions_table(card: ReportCard) -> Table:
    """The open actions that these figures measure, each with what was last recorded."""
    rows = []
    for one in card.open_actions:
        last = card.words.get(one.id or 0)
        position = f"{state_words(one, card.day)}. "
        position += f"{day_text(last.day)}: {last.note}" if last and last.note else ""
        position += "" if last else "Nothing is recorded yet."
        due = month_text(one.due) if one.due and one.due_kind is DueKind.BY else one.due_as_written or "–"
        issue = one.finding or one.section.findings
        text = one.text or one.title
        rows.append((f"{one.section.plan.title} {one.ref}", issue, text, lead_words(one), due, position))
    return with_columns_used("What needs to be done", _ACTION_HEADINGS, rows, _ACTION_WIDTHS)


def _nothing_to_do(card: ReportCard) -> str:
    if card.actions:
        return "Every action that these figures measure is closed."
    return "No action of a plan is linked to these figures."
