"""External file upload: the app asks for a URL, uploads the file there, then shares it in a channel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from sandbox.workspace import Refusal, Workspace


@dataclass
class Upload:
    """A file that an app has announced. `content` is None until it is uploaded."""

    name: str
    length: int
    alt_text: str
    content: bytes | None = None


def announce(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.getUploadURLExternal`: the URL to which to upload a file of `length` bytes."""
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit():
        raise Refusal("invalid_arguments")
    file_id = space.new_id("F")
    space.files[file_id] = Upload(name, int(length), str(args.get("alt_txt") or ""))
    return {"file_id": file_id, "upload_url": f"{space.base_url}/upload/{file_id}"}


def receive(space: Workspace, file_id: str, content: bytes) -> bool:
    """Store an uploaded file. Returns whether it was announced and has the announced length."""
    upload = space.files.get(file_id)
    if upload is None or len(content) != upload.length:
        return False
    upload.content = content
    return True


def complete(space: Workspace, args: Mapping[str, Any]) -> dict[str, Any]:
    """`files.completeUploadExternal`: share uploaded files in a channel, with a comment."""
    ids = [file["id"] for file in json.loads(str(args.get("files") or "[]"))]
    uploads = [(file_id, space.files.get(file_id)) for file_id in ids]
    if not uploads or any(upload is None or upload.content is None for _, upload in uploads):
        raise Refusal("file_not_found")
    blocks = [
        {
            "type": "image",
            "image_url": f"{space.base_url}/files/{file_id}",
            "alt_text": upload.alt_text or upload.name,
        }
        for file_id, upload in uploads
        if upload is not None
    ]
    channel = str(args.get("channel_id") or "")
    space.post(channel, space.bot["id"], str(args.get("initial_comment") or "A file"), blocks=blocks)
    return {"files": [{"id": file_id} for file_id in ids]}


def blueprint(space: Workspace) -> Blueprint:
    """The routes to which apps upload files and from which the page loads them."""
    routes = Blueprint("files", __name__)

    @routes.post("/upload/<name>")
    def upload(name: str) -> Response:
        return Response("OK") if receive(space, name, request.get_data()) else Response("gone", 404)

    @routes.get("/files/<name>")
    def show(name: str) -> Response:
        file = space.files.get(name)
        if file is None or file.content is None:
            return Response("gone", 404)
        return Response(file.content, mimetype="image/png")

    return routes
