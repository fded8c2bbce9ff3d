"""Files that a coordinator sends in a direct message: a preview, their doubts one by one, then the import.

The file is not kept: it is fetched from Slack again for each step. What a person has said of it and answered
waits in a row of its own. Nothing else is written before *Import*.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackClientError
from slackblocks import ModalView
from sqlmodel import Session

from db import audit_log, pending_changes, plans, text_checks
from db import engine as engines
from db.audit_log import IMPORT_PREFIX, Author, Change
from db.errors import Refused
from db.models import DoubtAbout
from db.rules.doubts import DoubtKey
from db.rules.import_reports import OPTION, ImportReport, OpenDoubt, digest_of, letters_digest
from documents.draft import DocumentError
from documents.file_checks import LARGEST_FILE
from documents.file_kinds import FileKind
from documents.import_wishes import ImportWish, read_wish
from documents.imports import ImportContext, check_against_slack, run_import
from handlers.core.access import coordinators_only
from handlers.core.forms import form_metadata
from handlers.core.registered_people import fault_of_user
from handlers.core.requests import Request
from handlers.core.slack_files import fetched
from handlers.core.typed_text import as_typed
from handlers.doubts import answer_in_form
from messages import imports as render
from messages.blocks import Answer
from messages.doubts import doubt_form

_WHAT = "import a file"
# So many doubts wait at a time; the next come when these are settled.
_MOST_DOUBTS = 200
# So many like one are shown with it, and settled with one press.
_MOST_ALIKE = 19


@dataclass(frozen=True)
class SentFile:
    """A file that waits for its import: what is said of it, what is answered, what was shown of it.

    `file` is its Slack ID. `answers` are rows of ref, about, cell and answer; `doubts` are those that are not
    settled, as rows of `OpenDoubt`; `later` are the ids of those that are left for later. `shown` tells
    whether an import still does what the person was shown.
    """

    file: str
    name: str
    kind: str
    plan: str = ""
    is_new: bool = False
    title: str = ""
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Sequence[Sequence[str]] = ()
    doubts: Sequence[Mapping[str, Any]] = ()
    later: Sequence[str] = ()
    shown: str = ""

    @property
    def wish(self) -> ImportWish:
        answers = {DoubtKey(ref, DoubtAbout(about), cell): value for ref, about, cell, value in self.answers}
        kind = FileKind(self.kind)
        return ImportWish(kind, self.plan, self.is_new, self.title, self.options, answers)

    def with_answers(self, new: Mapping[DoubtKey, str]) -> "SentFile":
        """The file with more of its doubts answered."""
        answers = [*self.answers, *([*map(str, key), answer] for key, answer in new.items())]
        left = [one for one in self.doubts if OpenDoubt(**one).key not in new]
        return replace(self, answers=answers, doubts=left)

    def open_doubts(self) -> list[OpenDoubt]:
        """The doubts that can be settled with a button and are not left for later."""
        found = [OpenDoubt(**one) for one in self.doubts]
        return [one for one in found if one.choices and one.id not in self.later]


def receive(request: Request, file_id: str, text: str) -> Answer:
    """Say what a file is, what its import would do, and which doubts it has. Writes nothing of it."""
    coordinators_only(request, _WHAT)
    words = as_typed(request.cleaned(text))
    with request.reading() as session:
        codes = {plan.code.lower() for plan in plans.all_plans(session)}
    with _file(request, file_id) as path:
        wish = read_wish(words, path, codes)
        sent = SentFile(file_id, path.name, wish.kind, wish.plan, wish.is_new, wish.title, wish.options)
        sent, report = _look(request, sent, path)
    with request.writing() as session:
        pending = pending_changes.save_pending(session, request.author, pending_changes.FILE, asdict(sent))
    return _preview(sent, report, pending)


def _preview(sent: SentFile, report: ImportReport, pending: str) -> Answer:
    # An answer about a figure's KPI is kept with the KPI, and so it changes something.
    is_answered = bool(report.plan and (sent.answers or any(sent.options.values())))
    return render.preview(sent.name, report, pending, is_answered=is_answered)


@contextmanager
def _file(request: Request, file_id: str) -> Iterator[Path]:
    """The file, whose faults become sentences for the person."""
    with fetched(request.services.client, file_id, LARGEST_FILE) as path:
        try:
            yield path
        except DocumentError as fault:
            sentence = text_checks.without_details(fault.in_chat)
            raise Refused(f"I can't import that file: {sentence}.") from None


def _look(request: Request, sent: SentFile, path: Path) -> tuple[SentFile, ImportReport]:
    """What the import of a file would do now, and the file as it waits for it. Writes nothing."""
    _check_against_slack(request, sent, path)
    if sent.wish.kind is FileKind.PLAN:
        # Not `request.reading()`: answers would wait while the whole file is read.
        with engines.reading(request.services.engine) as session:
            report = run_import(session, path, sent.wish, _context(request, sent), write=False)
    else:
        with engines.writing(request.services.engine) as session:
            report = run_import(session, path, sent.wish, _context(request, sent), write=False)
            session.rollback()
    report = _without_details(report)
    doubts = [asdict(one) for one in report.doubts[:_MOST_DOUBTS]]
    return replace(sent, doubts=doubts, shown=_fingerprint(path, report)), report


def _check_against_slack(request: Request, sent: SentFile, path: Path) -> None:
    """Refuse people whom Slack does not know: before a transaction, because Slack is asked."""
    try:
        check_against_slack(path, sent.wish, fault_of_user(request.services.client, request.services.engine))
    except (SlackClientError, OSError):
        raise Refused("Slack did not say who these people are. Please send the file again.") from None


def _context(request: Request, sent: SentFile) -> ImportContext:
    author = replace(request.author, who=f"{IMPORT_PREFIX}{sent.name}"[:64])
    return ImportContext(author, request.today, request.services.zone, request.author)


def _fingerprint(path: Path, report: ImportReport) -> str:
    return letters_digest(path.read_bytes() + report.fingerprint.encode())


def _without_details(report: ImportReport) -> ImportReport:
    """The report without what looks like a person's details: it stays in the conversation."""
    clean = text_checks.without_details
    return replace(
        report,
        lines=[clean(line) for line in report.lines],
        columns=[(clean(heading), meaning) for heading, meaning in report.columns],
        doubts=[_shown_doubt(one) for one in report.doubts],
    )


def _shown_doubt(doubt: OpenDoubt) -> OpenDoubt:
    """The doubt as it may be shown and kept. One that quotes a detail is for the file to mend."""
    clean = text_checks.without_details
    if clean(doubt.cell) == doubt.cell:
        return replace(doubt, text=clean(doubt.text))
    return replace(doubt, text=clean(doubt.text), cell="", choices=())


def _waiting(request: Request, pending: str) -> SentFile:
    """The file that waits. Raises `Refused` where it does no more, or is another person's."""
    coordinators_only(request, _WHAT)
    with request.reading() as session:
        return _stored(session, request, pending)


def _stored(session: Session, request: Request, pending: str) -> SentFile:
    values = pending_changes.find_pending(session, request.author, pending_changes.FILE, pending)
    if values is None:
        raise Refused("That file is no longer waiting. Please send it again.")
    return SentFile(**values)


def _keep(request: Request, pending: str, sent: SentFile) -> None:
    with request.writing() as session:
        pending_changes.update_pending(session, request.author, pending_changes.FILE, pending, asdict(sent))


def preview(request: Request, pending: str) -> Answer:
    """The preview as it is with the answers so far."""
    sent = replace(_waiting(request, pending), later=())
    with _file(request, sent.file) as path:
        sent, report = _look(request, sent, path)
    _keep(request, pending, sent)
    return _preview(sent, report, pending)


def import_file(request: Request, pending: str) -> Answer:
    """Import a file as its preview showed it; where it would do something else by now, show that."""
    sent = _waiting(request, pending)
    # The file is imported once, however often the button is pressed.
    request = replace(request, key=f"pending:{pending}:{sent.shown[:16]}")
    with _file(request, sent.file) as path:
        _check_against_slack(request, sent, path)
        try:
            report = _import(request, pending, sent, path)
        except _ChangedSince:
            sent, report = _look(request, _waiting(request, pending), path)
            _keep(replace(request, key=None), pending, sent)
            return render.changed_since(_preview(sent, report, pending))
    return render.imported(sent.name, report)


class _ChangedSince(Exception):
    """The import would do something else than its preview showed, so nothing of it is written."""


def _import(request: Request, pending: str, sent: SentFile, path: Path) -> ImportReport:
    """Write an import in one transaction. Raises `_ChangedSince`, which undoes it."""
    with request.writing() as session:
        # Somebody may have cancelled it, or answered a doubt, while the file was fetched.
        if _stored(session, request, pending) != sent:
            raise _ChangedSince
        context = _context(request, sent)
        report = _without_details(run_import(session, path, sent.wish, context, write=True))
        if _fingerprint(path, report) != sent.shown:
            raise _ChangedSince
        person = Author(request.person.user, request.now, request.channel, context.author.act)
        change = Change("import", None, report.plan or sent.kind, "file", None, sent.name)
        audit_log.append(session, person, [change])
        pending_changes.delete_pending(session, pending)
    return report


def cancel(request: Request, pending: str) -> Answer:
    coordinators_only(request, _WHAT)
    with request.writing() as session:
        sent = _stored(session, request, pending)
        pending_changes.delete_pending(session, pending)
    return render.cancelled(sent.name)


def next_doubt(request: Request, pending: str) -> Answer:
    """The first doubt that is not settled; the preview when there is none left."""
    return _go_on(request, pending, _waiting(request, pending))


def _go_on(request: Request, pending: str, sent: SentFile, *, read_again: bool = False) -> Answer:
    """Keep what was answered, and show the next doubt or, when there is none left, the preview."""
    report = None
    if read_again or not sent.open_doubts():
        with _file(request, sent.file) as path:
            sent, report = _look(request, sent, path)
    _keep(request, pending, sent)
    left = sent.open_doubts()
    if report is not None and not left:
        return _preview(sent, report, pending)
    return render.one_doubt(sent.name, left[0], len(left), pending, _alike(sent, left[0]))


def _alike(sent: SentFile, doubt: OpenDoubt) -> list[OpenDoubt]:
    """The other doubts that say the same of other cells: as many as can be shown with it."""
    others = [one for one in sent.open_doubts() if one.id != doubt.id and one.sort == doubt.sort]
    return [one for one in others if one.as_read][:_MOST_ALIKE] if doubt.as_read else []


def leave_for_later(request: Request, value: str) -> Answer:
    """Show the next doubt. After the import this one waits with the plan; of figures it is asked again."""
    pending, _, doubt_id = value.partition("\n")
    sent = _waiting(request, pending)
    return _go_on(request, pending, replace(sent, later=[*sent.later, doubt_id]))


def _doubt(sent: SentFile, doubt_id: str) -> OpenDoubt:
    found = next((one for one in sent.open_doubts() if one.id == doubt_id), None)
    if found is None:
        raise Refused("That doubt is settled already.")
    return found


def settle(request: Request, value: str) -> Answer:
    """Settle a doubt with one of the answers offered, and show the next."""
    pending, _, rest = value.partition("\n")
    doubt_id, _, answer = rest.partition("\n")
    sent = _waiting(request, pending)
    found = _doubt(sent, doubt_id)
    if answer not in [offered for _, offered in found.choices]:
        raise Refused("That doubt is settled already.")
    return _answered(request, pending, sent, found, answer)


def settle_alike(request: Request, value: str) -> Answer:
    """Settle a doubt and those that were shown as like it as they are read, and show the next."""
    pending, _, rest = value.partition("\n")
    doubt_id, _, shown = rest.partition("\n")
    sent = _waiting(request, pending)
    found = _doubt(sent, doubt_id)
    alike = [found, *_alike(sent, found)]
    if digest_of(alike) != shown:
        # Others than those that were shown: nobody has looked at them.
        return _go_on(request, pending, sent)
    new = {one.key: one.as_read[1] for one in alike if one.as_read}
    return _go_on(request, pending, sent.with_answers(new))


def _answered(request: Request, pending: str, sent: SentFile, found: OpenDoubt, answer: str) -> Answer:
    option, _, value = answer.partition(":")
    if found.about == OPTION and value:
        # What a column is changes the other doubts: the file is read again.
        options = {**sent.options, option: [*sent.options.get(option, []), value]}
        return _go_on(request, pending, replace(sent, options=options), read_again=True)
    return _go_on(request, pending, sent.with_answers({found.key: answer}))


def form(request: Request, value: str) -> ModalView:
    """The form for another answer than those offered."""
    pending, _, doubt_id = value.partition("\n")
    return doubt_form(_doubt(_waiting(request, pending), doubt_id), pending=pending, doubt=doubt_id)


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Settle a doubt with what was filled in, and show the next. Raises `Refused`."""
    metadata = form_metadata(view)
    pending = str(metadata.get("pending"))
    sent = _waiting(request, pending)
    found = _doubt(sent, str(metadata.get("doubt")))
    answer = answer_in_form(request, view, DoubtAbout(found.about))
    return _answered(request, pending, sent, found, answer)
