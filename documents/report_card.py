"""Write a theme's report card as a Word file: its numbers, what explains them, and what is to be done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from db.models import Kpi, Observation, Unit
from db.private_files import private_file
from db.report_card import ReportCard
from db.rules.dates import day_text
from db.rules.figure_texts import difference_text, figure_text, period_text
from db.rules.judging import Verdict, same_length
from db.rules.readings import Reading
from documents.board_paper import due_words, lead_words, state_words
from documents.draft import DocumentError
from documents.paper_words import Table, comparator_lines, count_words, in_words, target_line
from documents.word_paper import Chart, add_figures, add_table, new_document, style_of

# The notes of a figure that are told, the newest first.
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
    document.add_heading("The figures one by one", level=1)
    add_figures(document, [one for one in card.readings if one.latest], charts)
    if card.threads:
        add_table(document, findings_table(card))
    document.add_heading("Explanations and cautions", level=1)
    explained = [(one, notes) for one in card.readings if (notes := note_lines(card, one))]
    for reading, notes in explained:
        document.add_heading(reading.kpi.name, level=2)
        for note in notes:
            document.add_paragraph(note, style=style_of(document, "List Bullet"))
    if not explained:
        document.add_paragraph("Nobody has recorded a note on these figures.")
    add_table(document, actions_table(card), _nothing_to_do(card))
    document.add_heading("Recommendation", level=1)
    document.add_paragraph("The meeting is asked to note this report card.")
    with private_file(path) as part:
        document.save(str(part))


def title_lines(theme: str, day: date) -> tuple[str, str]:
    """The title, and as at which day."""
    return f"{theme}: report card", f"As at {day_text(day)}"


def summary_lines(readings: Sequence[Reading]) -> list[str]:
    """The card's first words: how many figures there are, which meet their target, and how each has moved."""
    known = [one for one in readings if one.has_number]
    lines = [
        f"This report card has {count_words(len(readings), 'figure', 'figures')}. {_targets_line(known)}"
    ]
    lines += [line for one in known if (line := _movement(one))]
    missing = [one.kpi.name for one in readings if not one.has_number]
    if missing:
        lines.append(f"No number is known of {in_words(missing, 'or')}.")
    return lines


def _targets_line(known: Sequence[Reading]) -> str:
    verdicts = Counter(one.judgement.verdict for one in known if one.judgement.is_judged)
    if not verdicts:
        return "None of them can be judged against a target."
    parts = in_words([f"{verdicts[verdict]} {verdict}" for verdict in _VERDICTS if verdicts[verdict]])
    return f"Judged against a target: {parts}."


_VERDICTS = (Verdict.MET, Verdict.WITHIN_TOLERANCE, Verdict.NOT_MET)


def _ends(figures: Iterable[Observation]) -> tuple[Observation, Observation] | None:
    """The first and the last of a series that have a number, of periods of one length; None without two."""
    numbers = [one for one in figures if one.value is not None]
    alike = [one for one in numbers if same_length(one, numbers[-1])]
    return (alike[0], alike[-1]) if len(alike) > 1 else None


def _movement(reading: Reading) -> str:
    """`Children on a plan: from 422 (Jul 2013) to 626 (Jul 2015), up 48.3%.`"""
    kpi, ends = reading.kpi, _ends(reading.main)
    if ends is None:
        return ""
    first, last = (f"{figure_text(kpi, one)} ({period_text(kpi, one)})" for one in ends)
    return f"{kpi.name}: from {first} to {last}, {_change(kpi, *ends)}."


def _change(kpi: Kpi, first: Observation, last: Observation) -> str:
    """`up 48.3%` on the first number; of two shares `up 3 points`."""
    before, moved = first.value or 0, (last.value or 0) - (first.value or 0)
    if not moved:
        return "no change"
    relative = kpi.unit is not Unit.PERCENT and before
    size = f"{abs(100 * moved / before):.1f}%" if relative else difference_text(kpi, abs(moved))
    return f"{'up' if moved > 0 else 'down'} {size}"


def numbers_table(card: ReportCard) -> Table:
    """Each figure, or each group of one that has no total: the first and the last number, and the change."""
    rows = []
    for reading in card.readings:
        kpi = reading.kpi
        target = target_line(reading) if reading.latest else ""
        compared = "\n".join(comparator_lines(kpi))
        groups = {"": reading.main} if reading.main else reading.series
        for at, figures in enumerate(groups.values()):
            name = kpi.name if reading.main else f"{kpi.name}: {figures[-1].category}"
            ends = _ends(figures)
            told = [f"{figure_text(kpi, one)}, {period_text(kpi, one)}" for one in ends or figures[-1:]]
            first, latest = told if ends else ("none", *told)
            change = _change(kpi, *ends) if ends else ""
            # What is said of the KPI as a whole stands beside its first group.
            rows.append((name, first, latest, change, *((target, compared) if not at else ("", ""))))
    headings = ("Figure", "First", "Latest", "Change", "Target", "Compared with")
    return Table("Numbers", headings, rows, (7.0, 4.0, 4.0, 2.4, 4.5, 4.2))


def findings_table(card: ReportCard) -> Table:
    """What inspections found that these figures would show to be answered, and what was said of it since."""
    rows = [
        (thread.title, day_text(one.day), str(one.kind), one.text, f"{one.document}, {one.paragraph}")
        for thread in card.threads
        for one in thread.statements
    ]
    headings = ("Finding", "Published", "What it is", "What it says", "Source")
    return Table("What inspections found", headings, rows, (4.6, 2.4, 2.4, 10.2, 6.5))


def note_lines(card: ReportCard, reading: Reading) -> list[str]:
    """What people said of a KPI, its caution, and the notes of its figures, each the newest first."""
    kpi = reading.kpi
    said = [f"{one.note} ({day_text(one.day)})" for one in card.explanations.get(kpi.id or 0, ())]
    noted = [one for figures in reading.series.values() for one in figures if one.note]
    noted.sort(key=lambda one: one.period_end, reverse=True)
    lines = [*said, *([reading.caution] if reading.caution else [])]
    for one in noted[:_MOST_NOTES]:
        group = f", {one.category}" if one.breakdown else ""
        lines.append(f"{period_text(kpi, one)}{group}: {one.note}")
    left = len(noted) - _MOST_NOTES
    if left > 0:
        lines.append(f"{count_words(left, 'earlier note is', 'earlier notes are')} in the KPI's history.")
    return [line[:1].upper() + line[1:] for line in lines]


def actions_table(card: ReportCard) -> Table:
    """The open actions that these figures measure, each with what was last recorded."""
    rows = []
    for one in card.open_actions:
        last = card.words.get(one.id or 0)
        told = f"{day_text(last.day)}: {last.note}" if last and last.note else ""
        rows.append(
            (one.qualified_ref, one.title, lead_words(one), due_words(one), state_words(one, card.day), told)
        )
    headings = ("Ref", "Action", "Lead", "Date", "State", "Last recorded")
    return Table("What needs to be done", headings, rows, (2.6, 7.2, 5.0, 2.6, 3.4, 5.3))


def _nothing_to_do(card: ReportCard) -> str:
    if card.actions:
        return "Every action that these figures measure is closed."
    return "No action of a plan is linked to these figures."
