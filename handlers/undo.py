"""Taking back what somebody recorded, and telling those who wait for it again."""

from collections.abc import Mapping
from typing import Any

from db import edit_requests, extension_requests
from db.undo import undo as undo_act
from handlers.core.requests import Request
from messages import updates as render
from messages.blocks import Answer


def undo(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Take back the act that a button names, else the asker's last one."""
    coordinators = sorted(request.services.coordinators)
    with request.writing() as session:
        entries = undo_act(session, request.author, request.today, arguments.get("act"))
        for reopened in extension_requests.reopened_requests(session, entries):
            extension_requests.enqueue_request(session, reopened, coordinators, request.author)
            extension_requests.enqueue_decision(session, reopened, request.author)
        for edit in edit_requests.reopened(session, entries):
            edit_requests.enqueue_request(session, edit, coordinators, request.author)
            edit_requests.enqueue_decision(session, edit, request.author)
        return render.undone(entries)
