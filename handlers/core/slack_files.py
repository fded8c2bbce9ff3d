"""Files in Slack: one that somebody sent, fetched with the bot's token, and one that is sent to a person."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from db.errors import Refused

_SECONDS = 20
_LONGEST_NAME = 100
_GONE = frozenset({"file_not_found", "file_deleted"})
_NO_PERMISSION = Refused(
    "Slack does not let me read files yet. Please ask whoever looks after me to give the app the scope "
    "`files:read` and install it again."
)
_NOT_FETCHED = Refused("Slack did not give me that file. Please send it again.")


@contextmanager
def fetched(client: WebClient, file_id: str, largest: int) -> Iterator[Path]:
    """A file by its Slack ID, under its own name in a folder of its own, while the block runs.

    `largest` is in bytes. Raises `Refused`, one sentence, where Slack does not give it.
    """
    info = _file_info(client, file_id)
    if int(info.get("size") or 0) > largest:
        raise _too_large(largest)
    url = str(info.get("url_private_download") or "")
    if not url or info.get("is_external"):
        raise Refused("That is a link to a file kept elsewhere. Download it, and send me the file itself.")
    if not _is_slacks(client, url):
        # The token is for Slack alone.
        raise _NOT_FETCHED
    with TemporaryDirectory(prefix="partnership-") as folder:
        path = Path(folder) / _safe_name(str(info.get("name") or "file"))
        _download(client, url, path, largest)
        if info.get("size") != path.stat().st_size:
            # A connection that is cut ends a download without an error, and half a plan looks like a plan.
            raise _NOT_FETCHED
        yield path


def _file_info(client: WebClient, file_id: str) -> Mapping[str, Any]:
    try:
        info = client.files_info(file=file_id)["file"]
    except SlackApiError as refused:
        error = refused.response.get("error")
        if error == "missing_scope":
            raise _NO_PERMISSION from None
        if error in _GONE:
            raise Refused("That file is no longer in Slack. Please send it again.") from None
        raise _NOT_FETCHED from None
    except (SlackClientError, OSError):
        raise _NOT_FETCHED from None
    return info if isinstance(info, Mapping) else {}


def _too_large(largest: int) -> Refused:
    most = f"{largest // 1_000_000} MB"
    return Refused(f"That file is too large: the most I can read is {most}. Remove pictures or split it.")


def _safe_name(name: str) -> str:
    """The file's own name, which messages show, without what could lead out of its folder."""
    name = re.sub(r"[\x00-\x1f\x7f/\\]", "-", name).strip(". ") or "file"
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" if dot else name[:_LONGEST_NAME]


def _is_slacks(client: WebClient, url: str) -> bool:
    """Whether an address belongs to the Slack whose Web API the client calls: `files.slack.com`."""
    address, api = urlsplit(url), urlsplit(client.base_url)
    host, slack = address.hostname or "", (api.hostname or "").removeprefix("www.")
    return address.scheme == api.scheme and (host == slack or host.endswith(f".{slack}"))


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to another scheme or host: the library would send the token there."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            # Another host, or the same one without encryption.
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(client: WebClient, url: str, path: Path, largest: int) -> None:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {client.token}"})
    opener = urllib.request.build_opener(_SameHost)
    try:
        with opener.open(request, timeout=_SECONDS) as answer, path.open("wb") as file:
            if answer.headers.get_content_type() == "text/html":
                # Without the scope Slack answers with the page to sign in.
                raise _NO_PERMISSION
            while chunk := answer.read(1 << 16):
                file.write(chunk)
                if file.tell() > largest:
                    raise _too_large(largest)
    except (urllib.error.URLError, HTTPException, OSError):
        raise _NOT_FETCHED from None


def written(write: Callable[[Path], None], ending: str) -> bytes:
    """What `write` writes to a file with this ending, which is gone afterwards."""
    with TemporaryDirectory(prefix="partnership-") as folder:
        file = Path(folder) / f"file{ending}"
        write(file)
        return file.read_bytes()


def send_to(client: WebClient, person: str, content: bytes, name: str, title: str) -> None:
    """Send a file to a person alone, by direct message. Raises `Refused` where Slack does not take it."""
    try:
        channel = client.conversations_open(users=person)["channel"]["id"]
        client.files_upload_v2(channel=channel, content=content, filename=name, title=title)
    except (SlackClientError, OSError) as error:
        raise Refused("Slack did not take the file. Please try again.") from error
