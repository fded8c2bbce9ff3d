"""Files by the external upload: an address is asked for, the file put there, and then shown in a channel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from sandbox.workspace import Refusal, Workspace


@dataclass
class Upload:
    """A file that an app announced; `content` comes later."""

    name: str
    length: int
    alt_text: str
    content: bytes | None = None


def announce(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.getUploadURLExternal`: where to put a file of so many bytes."""
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit():
        raise Refusal("invalid_arguments")
    file_id = space.new_id("F")
    space.files[file_id] = Upload(name, int(length), str(args.get("alt_txt") or ""))
    return {"file_id": file_id, "upload_url": f"{space.base_url}/upload/{file_id}"}


def receive(space: Workspace, file_id: str, content: bytes) -> bool:
    """Put a file at its address. Whether it is the one that was announced."""
    held = space.files.get(file_id)
    if held is None or len(content) != held.length:
        return False
    held.content = content
    return True


def complete(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.completeUploadExternal`: show what was put there in a channel, with a word on it."""
    told = json.loads(str(args.get("files") or "[]"))
    shown = [(one["id"], space.files.get(one["id"])) for one in told]
    if not shown or any(held is None or held.content is None for _, held in shown):
        raise Refusal("file_not_found")
    blocks = [
        {
            "type": "image",
            "image_url": f"{space.base_url}/files/{file_id}",
            "alt_text": held.alt_text or held.name,
        }
        for file_id, held in shown
        if held is not None
    ]
    channel = str(args.get("channel_id") or "")
    space.post(channel, space.bot["id"], str(args.get("initial_comment") or "A file"), blocks=blocks)
    return {"files": [{"id": file_id} for file_id, _ in shown]}


def blueprint(space: Workspace) -> Blueprint:
    """Where files are put, and where the page shows them from."""
    routes = Blueprint("files", __name__)

    @routes.post("/upload/<name>")
    def upload(name: str) -> Response:
        return Response("OK") if receive(space, name, request.get_data()) else Response("gone", 404)

    @routes.get("/files/<name>")
    def show(name: str) -> Response:
        held = space.files.get(name)
        if held is None or held.content is None:
            return Response("gone", 404)
        return Response(held.content, mimetype="image/png")

    return routes
