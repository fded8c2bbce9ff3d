"""Files: those that people share with a message, and those that the app uploads. Both are downloaded here.

An app uploads in three steps: it asks for a URL, uploads there, then shares the file in a channel.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from sandbox.faults import answer_with
from sandbox.workspace import Message, Refusal, Workspace

# Slack's `filetype`, media type and `pretty_type` by the ending of a file's name.
_KINDS: Mapping[str, tuple[str, str, str]] = {
    ".csv": ("csv", "text/csv", "CSV"),
    ".doc": ("doc", "application/msword", "Word Document"),
    ".docx": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word Document",
    ),
    ".html": ("html", "text/html", "HTML"),
    ".ics": ("ics", "text/calendar", "iCalendar"),
    ".jpg": ("jpg", "image/jpeg", "JPEG"),
    ".pdf": ("pdf", "application/pdf", "PDF"),
    ".png": ("png", "image/png", "PNG"),
    # Slack calls plain text by its kind, not by its ending.
    ".txt": ("text", "text/plain", "Plain Text"),
    ".xls": ("xls", "application/vnd.ms-excel", "Excel Spreadsheet"),
    ".xlsx": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel Spreadsheet",
    ),
    ".zip": ("zip", "application/zip", "Zip"),
}


@dataclass
class File:
    """A file. `content` is None until it is uploaded, `channel` is empty until it is shared.

    `created` is in seconds since 1970, `length` in bytes.
    """

    id: str
    name: str
    user: str
    created: int
    length: int
    content: bytes | None = None
    channel: str = ""
    alt_text: str = ""
    deleted: bool = False

    @property
    def mimetype(self) -> str:
        return _kind(self.name)[1]


def _kind(name: str) -> tuple[str, str, str]:
    ending = PurePath(name).suffix.lower()
    extension = ending.removeprefix(".") or "binary"
    return _KINDS.get(ending, (extension, "application/octet-stream", extension.capitalize()))


def new(space: Workspace, name: str, user: str, length: int) -> File:
    """A file that the workspace does not have yet, stamped by its clock."""
    return File(space.new_id("F"), name, user, int(space.clock().timestamp()), length)


def as_json(space: Workspace, file: File) -> dict[str, Any]:
    """Slack's file object."""
    filetype, mimetype, pretty_type = _kind(file.name)
    # In its URLs, Slack writes a name in lower case and without special characters.
    in_url = re.sub(r"[^a-z0-9._-]", "_", file.name.lower()) or "file"
    private = f"{space.base_url}/files-pri/{space.home}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": pretty_type,
        "user": file.user,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "url_private": f"{private}/{in_url}",
        "url_private_download": f"{private}/download/{in_url}",
        "permalink": f"{space.base_url}/files/{file.user}/{file.id}/{in_url}",
    }


def of(space: Workspace, message: Message) -> list[File]:
    """The files of a message. Leaves out those that went when the workspace started over."""
    with space.lock:
        return [space.files[file_id] for file_id in message.files if file_id in space.files]


def in_message(space: Workspace, message: Message) -> list[dict[str, Any]]:
    """The files of a message, as an event or a history has them.

    A channel that is shared with another workspace has only the ID: the app must call `files.info`.
    """
    shared = space.channel(message.channel).shared_with is not None
    reference: dict[str, Any] = {
        "mode": "file_access",
        "file_access": "check_file_info",
        "created": 0,
        "timestamp": 0,
    }
    described: list[dict[str, Any]] = []
    for file in of(space, message):
        if file.deleted:
            described.append({"id": file.id, "mode": "tombstone"})
        elif shared:
            described.append({"id": file.id, **reference, "user": ""})
        else:
            described.append(as_json(space, file))
    return described


def delete(space: Workspace, user: str, file_id: str) -> None:
    """Delete a file of one's own; its message stays. Raises `Refusal`."""
    file = space.files.get(file_id)
    if file is None:
        raise Refusal("file_not_found")
    if file.user != user:
        raise Refusal("cant_delete_file")
    file.content, file.deleted = None, True
    space.changed()


def _seen_by_app(space: Workspace, file_id: str) -> File:
    """A file in a channel that the app's bot is in. Raises `Refusal`."""
    file: File | None = space.files.get(file_id)
    if file is None or not file.channel or space.bot["id"] not in space.channel(file.channel).members:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    return file


def info(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.info`: the file object."""
    return {"file": as_json(space, _seen_by_app(space, str(args.get("file") or "")))}


def announce(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.getUploadURLExternal`: the URL to which to upload a file of `length` bytes."""
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit():
        raise Refusal("invalid_arguments")
    file = new(space, name, space.bot["id"], int(length))
    file.alt_text = str(args.get("alt_txt") or "")
    space.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{space.base_url}/upload/{file.id}"}


def _announced(space: Workspace, file_id: str) -> File | None:
    """A file that the app has announced, uploaded or not; None for a person's."""
    file: File | None = space.files.get(file_id)
    return file if file is not None and file.user == space.bot["id"] else None


def receive(space: Workspace, file_id: str, content: bytes) -> bool:
    """Store an uploaded file. Returns whether it was announced and has the announced length."""
    file = _announced(space, file_id)
    if file is None or len(content) != file.length:
        return False
    file.content = content
    return True


def complete(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.completeUploadExternal`: share uploaded files in a channel, with a comment.

    A picture is shown, another file hangs on the message to be downloaded.
    """
    ids = [file["id"] for file in json.loads(str(args.get("files") or "[]"))]
    uploads = [file for file in map(space.files.get, ids) if file is not None and file.content is not None]
    if not uploads or len(uploads) < len(ids):
        raise Refusal("file_not_found")
    blocks = [
        {
            "type": "image",
            "image_url": f"{space.base_url}/files/{file.id}",
            "alt_text": file.alt_text or file.name,
        }
        for file in uploads
        if file.mimetype.startswith("image/")
    ]
    others = [file.id for file in uploads if not file.mimetype.startswith("image/")]
    comment = str(args.get("initial_comment") or "A file")
    channel = str(args.get("channel_id") or "")
    message = space.post(channel, space.bot["id"], comment, blocks=blocks, files=others)
    for file in uploads:
        file.channel = message.channel
    return {"files": [{"id": file_id} for file_id in ids]}


def _private(space: Workspace, team_and_file: str) -> Response:
    """A file's content, for a token that may read files. Anybody else is sent to the sign-in page."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if "files:read" not in (space.scopes_of(token) or ()):
        sign_in = f"{space.base_url}/?redir={quote(request.path, safe='')}"
        return Response(status=302, headers={"Location": sign_in})
    team, _, file_id = team_and_file.partition("-")
    try:
        file = _seen_by_app(space, file_id if team == space.home else "")
    except Refusal as refusal:
        return Response(f"<!doctype html><title>{refusal.code}</title>", 404)
    return Response(file.content, content_type=file.mimetype)


def blueprint(space: Workspace) -> Blueprint:
    """The routes to which apps upload files, and from which apps and the page load them."""
    routes = Blueprint("files", __name__)

    @routes.post("/upload/<name>")
    def upload(name: str) -> Response:
        return Response("OK") if receive(space, name, request.get_data()) else Response("gone", 404)

    @routes.get("/files/<name>")
    def show(name: str) -> Response:
        """A picture in a message of the app's."""
        file = _announced(space, name)
        if file is None or file.content is None:
            return Response("gone", 404)
        return Response(file.content, mimetype="image/png")

    @routes.get("/files-pri/<place>/<name>")
    @routes.get("/files-pri/<place>/download/<name>")
    def private(place: str, name: str) -> Response:
        return answer_with(space.faults.next("files-pri"), lambda: _private(space, place))

    @routes.get("/ui/files/<file_id>")
    @routes.get("/files/<user>/<file_id>/<name>")
    def download(file_id: str, user: str = "", name: str = "") -> Response:
        """A file for a person, whose browser is signed in: no token."""
        file = space.files.get(file_id)
        if file is None or file.content is None:
            return Response("gone", 404)
        # Never shown in place: a page that somebody uploads must not run as a part of this one.
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        headers = {"Content-Disposition": disposition}
        return Response(file.content, headers=headers, content_type=file.mimetype)

    return routes
