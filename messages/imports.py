"""A file that a coordinator has sent: what its import would do, its doubts one by one, and what was done."""

from collections import Counter
from collections.abc import Sequence

from slackblocks import Block, Element

from db.rules.import_reports import OPTION, ImportReport, OpenDoubt, digest_of
from messages.blocks import Answer, button, buttons, context_block, escape, section, text_sections, words
from messages.doubts import doubt_text
from messages.wording import count_text, plural

# Of each part so many lines are shown in a message.
_MOST_LINES = 40
_MOST_COLUMNS = 30
_MOST_DOUBTS = 3
_MOST_WITHOUT_CHOICES = 20
_KINDS = {"due": "a date", "status": "a status", "leads": "a lead"}
# By the option that settles the doubt.
_OPTIONS = {
    "map": "a column",
    "same-role": "a role",
    "polarity": "which way is good",
    "unit": "a unit",
}


def preview(name: str, report: ImportReport, pending: str, *, is_answered: bool = False) -> Answer:
    """What an import would do, with *Import*, *Settle doubts* and *Cancel*.

    `is_answered`: something was said of the file that holds for the next import too.
    """
    head = f"*{escape(name)}* is {escape(report.about)}."
    if report.nothing_changed:
        keep: list[Element] = [button("Keep the answers", "file_import", pending)] if is_answered else []
        also = " Your answers can be kept for the next import." if is_answered else ""
        unchanged = section(f"{head} Nothing would change.{also}")
        return Answer([unchanged, *_doubts(report.doubts)], buttons([*keep, *_offered(report, pending)]))
    blocks: list[Block] = [section(f"{head} Nothing is written yet.\n{escape(report.counts)}")]
    blocks += _lines(report.lines)
    blocks += _columns(report.columns)
    blocks += _doubts(report.doubts)
    if report.plan:
        text = (
            "Not the right plan? Send the file again and write `update of CODE` or `new plan CODE` with it."
        )
        blocks.append(context_block(text))
    offered: list[Element] = [button("Import", "file_import", pending, style="primary")]
    return Answer(blocks, buttons([*offered, *_offered(report, pending)]))


def _offered(report: ImportReport, pending: str) -> list[Element]:
    to_settle = [one for one in report.doubts if one.choices]
    settle: list[Element] = [button("Settle doubts", "file_doubts", pending)] if to_settle else []
    return [*settle, button("Cancel", "file_cancel", pending)]


def _lines(lines: Sequence[str]) -> list[Block]:
    shown = [f"• {words(line, 200)}" for line in lines[:_MOST_LINES]]
    return text_sections([*shown, *_more(lines, _MOST_LINES)])


def _more(listed: Sequence[object], shown: int) -> list[str]:
    rest = len(listed) - shown
    return [f"… and {rest:,} more."] if rest > 0 else []


def _columns(columns: Sequence[tuple[str, str | None]]) -> list[Block]:
    if not columns:
        return []
    read = [f"{words(heading, 60)} → {meaning or 'not used'}" for heading, meaning in columns[:_MOST_COLUMNS]]
    return [section(f"*Columns*: {'; '.join(read)}.")]


def _doubts(doubts: Sequence[OpenDoubt]) -> list[Block]:
    if not doubts:
        return []
    kinds = Counter(_kind(one) for one in doubts)
    counts = ", ".join(f"{number} about {kind}" for kind, number in kinds.items())
    # Those that have buttons are shown one by one; the others nowhere else.
    shown = [one for one in doubts if not one.choices][:_MOST_WITHOUT_CHOICES]
    shown += [one for one in doubts if one.choices][: max(_MOST_DOUBTS - len(shown), 0)]
    lines = [f"• {doubt_text(one)}" for one in doubts if one in shown]
    head = f"*{count_text(len(doubts), 'doubt')}*: {counts}."
    return text_sections([head, *lines, *_more(doubts, len(lines))])


def _kind(doubt: OpenDoubt) -> str:
    if doubt.about == OPTION and doubt.choices:
        option, _, _ = doubt.choices[0][1].partition(":")
        return _OPTIONS.get(option, "the file")
    return _KINDS.get(doubt.about, "the words of an action" if doubt.ref else "the file")


def one_doubt(
    name: str, doubt: OpenDoubt, left: int, pending: str, alike: Sequence[OpenDoubt] = ()
) -> Answer:
    """The next doubt of a file that is not imported yet, with its answers.

    `alike` are doubts that say the same of other cells: one press settles all of them as they are read.
    """
    answers: list[Element] = [
        button(label, f"file_settle_{at}", f"{pending}\n{doubt.id}\n{value}")
        for at, (label, value) in enumerate(doubt.choices)
    ]
    if doubt.is_about_a_field:
        answers.append(button("Something else", "file_settle_other", f"{pending}\n{doubt.id}"))
    ways: list[Element] = [
        button("Leave it for later", "file_settle_later", f"{pending}\n{doubt.id}"),
        button("Back to the preview", "file_preview", pending),
    ]
    head = f"*{escape(name)}*: {count_text(left, 'doubt')} to settle. Nothing is written yet."
    asked = [section(head), section(doubt_text(doubt)), *buttons(answers)]
    return Answer([*asked, *_like_it(doubt, alike, pending), *buttons(ways)])


def _like_it(doubt: OpenDoubt, alike: Sequence[OpenDoubt], pending: str) -> list[Block]:
    if not alike:
        return []
    head = f"*{count_text(len(alike), 'more doubt')} {plural(len(alike), 'is', 'are')} like it*:"
    lines = [f"• {doubt_text(one)}{_as_read(one)}" for one in alike]
    value = f"{pending}\n{doubt.id}\n{digest_of([doubt, *alike])}"
    press = button(f"All {len(alike) + 1} are right as read", "file_settle_alike", value)
    return [*text_sections([head, *lines]), *buttons([press])]


def _as_read(doubt: OpenDoubt) -> str:
    """What a doubt comes to if the file is right as it is read."""
    return f" → {words(doubt.as_read[0], 100)}" if doubt.is_about_a_field and doubt.as_read else ""


def imported(name: str, report: ImportReport) -> Answer:
    """What an import has done, and what is left to settle."""
    text = f"*{escape(name)}* is imported: {escape(report.about)}.\n{escape(report.counts)}"
    blocks: list[Block] = [section(text)]
    if not report.plan:
        # What was left out of other files waits nowhere: it is put right in the file.
        return Answer([*blocks, *_doubts(report.doubts)])
    left = count_text(len(report.doubts), "doubt is left", "doubts are left")
    waits = f" {left}: `/plan waiting {report.plan}`." if report.doubts else ""
    return Answer([*blocks, section(f"`/plan summary {report.plan}` shows how it stands.{waits}")])


def changed_since(again: Answer) -> Answer:
    """The preview `again`, because an import would do something else than was shown."""
    text = "*Not imported*: the plan or the file has changed since I showed you this. Please look again."
    return Answer([section(text), *again.blocks], again.footer)


def cancelled(name: str) -> Answer:
    return Answer([section(f"*{escape(name)}*: cancelled. Nothing was written.")])
