"""A coordinator's decision on what a lead asked for: a new date, or an edit of the wording."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from slackblocks import ModalView
from sqlmodel import Session

from db.audit_log import Author
from db.errors import Refused
from db.models import Action, DueRequest, EditRequest
from handlers.core.access import coordinators_only
from handlers.core.forms import form_fields, form_metadata, form_text
from handlers.core.replies import Reply
from handlers.core.requests import Request
from handlers.core.typed_text import row_number
from messages.blocks import Answer

AskedT = TypeVar("AskedT", DueRequest, EditRequest)
_Asked = TypeVar("_Asked", contravariant=True)


class Decide(Protocol[_Asked]):
    """Records an approval or a refusal."""

    def __call__(
        self, session: Session, author: Author, asked: _Asked, /, *, approve: bool, reason: str
    ) -> None: ...


@dataclass(frozen=True)
class Approvals(Generic[AskedT]):
    """How one kind of request is decided. `may_only` completes "Only a coordinator can …"."""

    may_only: str
    load: Callable[[Session, int], AskedT | None]
    decide: Decide[AskedT]
    enqueue_decision: Callable[[Session, AskedT, Author], None]
    decided: Callable[[AskedT, Action], Answer]
    form: Callable[[AskedT, Action, str | None], ModalView]

    def _load(self, session: Session, number: str) -> AskedT:
        row = row_number(number)
        asked = None if row is None else self.load(session, row)
        if asked is None:
            raise Refused("I can't find that request any more.")
        return asked

    def approve(self, request: Request, number: str) -> Answer:
        return self._decide(request, number, approve=True)

    def refusal_form(self, request: Request, number: str, line: str | None) -> Reply:
        """The form that asks why; what was decided, where somebody has decided since.

        `line` is the command of the list that the button stands in.
        """
        coordinators_only(request, self.may_only)
        with request.reading() as session:
            asked = self._load(session, number)
            if not asked.pending:
                return self.decided(asked, asked.action)
            return self.form(asked, asked.action, line)

    def submit_refusal(self, request: Request, view: Mapping[str, Any]) -> Answer:
        """Refuse for the reason that the form gives. Raises `Refused` without one."""
        reason = form_text(form_fields(view), "note")
        if not reason:
            raise Refused("Say why, so that the lead knows what to do.", field="note")
        return self._decide(request, str(form_metadata(view).get("request")), approve=False, reason=reason)

    def _decide(self, request: Request, number: str, *, approve: bool, reason: str = "") -> Answer:
        """Approve or refuse a request, by its row's number. Raises `Refused` for others than coordinators."""
        coordinators_only(request, self.may_only)
        with request.writing() as session:
            asked = self._load(session, number)
            if asked.pending:
                self.decide(session, request.author, asked, approve=approve, reason=reason)
                self.enqueue_decision(session, asked, request.author)
            return self.decided(asked, asked.action)
