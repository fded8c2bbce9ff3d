"""Files that people share: the event, `files.info`, and the download that only a token may make."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from sandbox import files
from sandbox.deliver import App
from sandbox.faults import Fault
from sandbox.server import Sandbox, start
from sandbox.workspace import Refusal
from tests.cast import BOARD_CHANNEL, CHAIR, JOINT_CHANNEL, LEAD, NOW, PLAN_CHANNEL, SCHOOL
from tests.conftest import SECRET, TOKEN
from tests.sandbox.conftest import Recorder

CONTENT = b"\x00a plan\xff" * 100
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SCOPES = ("files:read", "files:write", "chat:write", "channels:history")


def _manifest(*scopes: str) -> dict[str, Any]:
    events = ["message.im", "message.channels", "message.groups"]
    return {
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {"event_subscriptions": {"bot_events": events}},
    }


@pytest.fixture
def start_with() -> Iterator[Callable[..., Sandbox]]:
    """Call it to start a workspace whose app has these scopes."""
    started: list[Sandbox] = []

    def start_workspace(*scopes: str) -> Sandbox:
        url = "http://127.0.0.1:9/"
        running = start(token=TOKEN, secret=SECRET, app_url=url, manifest=_manifest(*scopes), at=NOW)
        started.append(running)
        return running

    yield start_workspace
    for running in started:
        running.stop()


@pytest.fixture
def sandbox(start_with: Callable[..., Sandbox]) -> Sandbox:
    return start_with(*_SCOPES)


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return _client(sandbox)


def _client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=TOKEN, base_url=sandbox.api_url, retry_handlers=[])


def _error_of(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as error:
        call()
    return str(error.value.response["error"])


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _ask(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Make one request, and follow no redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def _get(url: str, token: str | None = None) -> Answer:
    return _ask("GET", url, {} if token is None else {"Authorization": f"Bearer {token}"})


def _shared(sandbox: Sandbox, name: str = "Plan 2016.docx", channel: str = PLAN_CHANNEL) -> Any:
    """Share a file as a lead. Returns its file object."""
    file_id = sandbox.users.share_file(LEAD, channel, name, CONTENT)
    return _client(sandbox).files_info(file=file_id)["file"]


def _event(recorder: Recorder) -> dict[str, Any]:
    """The event that reaches the app, in the background."""
    _, requests, _ = recorder
    deadline = time.monotonic() + 5
    while not requests and time.monotonic() < deadline:
        time.sleep(0.01)
    [(headers, body)] = requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    event: dict[str, Any] = json.loads(body)["event"]
    return event


def test_a_shared_file_is_delivered_as_a_message_of_its_own_kind(
    sandbox: Sandbox, recorder: Recorder
) -> None:
    sandbox.users.app = App(recorder[0], SECRET)
    direct = sandbox.space.direct(LEAD).id
    file_id = sandbox.users.share_file(LEAD, direct, "Plan 2016.docx", CONTENT, "the plan, @chair")
    event = _event(recorder)

    created = int(NOW.timestamp())
    [file] = event.pop("files")
    assert event.pop("event_ts") > event["ts"]
    assert event == {
        "type": "message",
        "subtype": "file_share",
        "channel": direct,
        "user": LEAD,
        "text": f"the plan, <@{CHAIR}>",
        "ts": sandbox.space.messages[-1].ts,
        "channel_type": "im",
        "upload": False,
    }
    private = f"{sandbox.url}/files-pri/T0001HOME-{file_id}"
    assert created <= file["created"] == file.pop("timestamp") <= created + 60
    assert file == {
        "id": file_id,
        "created": file["created"],
        "name": "Plan 2016.docx",
        "title": "Plan 2016.docx",
        "mimetype": WORD,
        "filetype": "docx",
        "pretty_type": "Word Document",
        "user": LEAD,
        "editable": False,
        "size": len(CONTENT),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "url_private": f"{private}/plan_2016.docx",
        "url_private_download": f"{private}/download/plan_2016.docx",
        "permalink": f"{sandbox.url}/files/{LEAD}/{file_id}/plan_2016.docx",
    }


@pytest.mark.parametrize(("channel", "kind"), [(PLAN_CHANNEL, "channel"), (BOARD_CHANNEL, "group")])
def test_a_file_is_shared_in_a_channel_or_a_thread_without_text(
    sandbox: Sandbox, recorder: Recorder, channel: str, kind: str
) -> None:
    begun = sandbox.space.post(channel, CHAIR, "Please send the plan")
    sandbox.users.app = App(recorder[0], SECRET)
    sandbox.users.share_file(CHAIR, channel, "plan.csv", b"a,b", thread=begun.ts)
    event = _event(recorder)

    assert (event["channel_type"], event["thread_ts"], event["text"]) == (kind, begun.ts, "")


def test_in_a_channel_shared_with_another_workspace_the_app_must_ask_about_the_file(
    sandbox: Sandbox, client: WebClient, recorder: Recorder
) -> None:
    sandbox.users.app = App(recorder[0], SECRET)
    file_id = sandbox.users.share_file(LEAD, JOINT_CHANNEL, "plan.docx", CONTENT)

    [file] = _event(recorder)["files"]
    assert (file["id"], file["file_access"]) == (file_id, "check_file_info")
    assert "url_private_download" not in file
    assert client.files_info(file=file_id)["file"]["name"] == "plan.docx"


def test_history_has_a_messages_files(sandbox: Sandbox, client: WebClient) -> None:
    file = _shared(sandbox)

    [message] = client.conversations_history(channel=PLAN_CHANNEL)["messages"]
    assert (message["text"], message["files"]) == ("", [file])
    files.delete(sandbox.space, LEAD, file["id"])
    [message] = client.conversations_history(channel=PLAN_CHANNEL)["messages"]
    assert message["files"] == [{"id": file["id"], "mode": "tombstone"}]


@pytest.mark.parametrize(
    ("name", "filetype", "mimetype", "in_url"),
    [
        ("PLAN.XLSX", "xlsx", SHEET, "plan.xlsx"),
        ("notes.txt", "text", "text/plain", "notes.txt"),
        ("plan", "binary", "application/octet-stream", "plan"),
        ("plan.docx.exe", "exe", "application/octet-stream", "plan.docx.exe"),
        ("Größe (1)/?#.pdf", "pdf", "application/pdf", "gr__e__1____.pdf"),
    ],
)
def test_a_file_is_described_by_its_name(
    sandbox: Sandbox, name: str, filetype: str, mimetype: str, in_url: str
) -> None:
    file = _shared(sandbox, name)

    assert (file["name"], file["filetype"], file["mimetype"]) == (name, filetype, mimetype)
    assert file["url_private"].endswith(f"/{in_url}")
    answer = _get(file["url_private_download"], TOKEN)
    assert (answer.status, answer.headers["Content-Type"]) == (200, mimetype)


def test_info_tells_a_deleted_file_from_one_that_there_is_not(sandbox: Sandbox, client: WebClient) -> None:
    file = _shared(sandbox)

    with pytest.raises(Refusal, match="cant_delete_file"):
        files.delete(sandbox.space, SCHOOL, file["id"])
    assert client.files_info(file=file["id"])["ok"]
    files.delete(sandbox.space, LEAD, file["id"])
    assert _error_of(lambda: client.files_info(file=file["id"])) == "file_deleted"
    assert _get(file["url_private_download"], TOKEN).status == 404
    assert _error_of(lambda: client.files_info(file="F0NOTHING")) == "file_not_found"


def test_a_file_in_a_channel_without_the_bot_is_not_found(sandbox: Sandbox, client: WebClient) -> None:
    file = _shared(sandbox)
    sandbox.space.channels[PLAN_CHANNEL].members.remove("U0000BOT")

    assert _error_of(lambda: client.files_info(file=file["id"])) == "file_not_found"
    assert _get(file["url_private_download"], TOKEN).status == 404


@pytest.mark.parametrize("address", ["url_private", "url_private_download"])
def test_a_token_that_may_read_files_downloads_one(sandbox: Sandbox, address: str) -> None:
    answer = _get(_shared(sandbox)[address], TOKEN)

    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Type"] == WORD
    assert answer.headers["Content-Length"] == str(len(CONTENT))


def _is_sent_to_sign_in(answer: Answer) -> bool:
    """Slack answers with a page, not with an error."""
    page = _get(answer.headers["Location"])
    return (
        answer.status == 302
        and "/?redir=%2Ffiles-pri%2FT0001HOME-" in answer.headers["Location"]
        and page.status == 200
        and page.headers["Content-Type"].startswith("text/html")
        and b"Sign in" in page.body
    )


@pytest.mark.parametrize("token", [None, "", "xoxb-wrong", "xoxb-\u00fc"])
def test_without_a_token_that_slack_knows_a_download_leads_to_the_sign_in_page(
    sandbox: Sandbox, token: str | None
) -> None:
    file = _shared(sandbox)

    assert _is_sent_to_sign_in(_get(file["url_private_download"], token))
    assert _is_sent_to_sign_in(_get(file["url_private"], token))


def test_without_the_scope_a_file_is_neither_described_nor_downloaded(
    start_with: Callable[..., Sandbox],
) -> None:
    sandbox = start_with("files:write")
    file_id = sandbox.users.share_file(LEAD, PLAN_CHANNEL, "plan.docx", CONTENT)
    with pytest.raises(SlackApiError) as error:
        _client(sandbox).files_info(file=file_id)
    address = files.as_json(sandbox.space, sandbox.space.files[file_id])["url_private_download"]

    response = error.value.response
    assert (response["error"], response["needed"]) == ("missing_scope", "files:read")
    assert _is_sent_to_sign_in(_get(address, TOKEN))


def test_a_file_of_another_workspace_or_none_is_not_found(sandbox: Sandbox) -> None:
    address = _shared(sandbox)["url_private_download"]

    assert _get(address.replace("T0001HOME", "T0002PARTNER"), TOKEN).status == 404
    assert _get(f"{sandbox.url}/files-pri/T0001HOME-F0NOTHING/x", TOKEN).status == 404


def test_no_route_for_pictures_or_uploads_of_the_app_reaches_a_persons_file(sandbox: Sandbox) -> None:
    file = _shared(sandbox)

    assert _get(f"{sandbox.url}/files/{file['id']}").status == 404
    assert _ask("POST", f"{sandbox.url}/upload/{file['id']}", {}, b"x" * len(CONTENT)).status == 404
    assert _get(file["url_private"], TOKEN).body == CONTENT


def test_a_picture_of_the_app_is_shown_and_has_a_file_object(sandbox: Sandbox, client: WebClient) -> None:
    client.files_upload_v2(channel=PLAN_CHANNEL, content=b"\x89PNG", filename="chart.png", title="Chart")

    [message] = sandbox.space.messages
    assert _get(message.blocks[0]["image_url"]).body == b"\x89PNG"
    [file_id] = sandbox.space.files
    file = client.files_info(file=file_id)["file"]
    assert (file["user"], file["filetype"], file["size"]) == ("U0000BOT", "png", 4)


def test_a_download_fails_as_a_test_orders(sandbox: Sandbox) -> None:
    address = _shared(sandbox)["url_private_download"]
    elsewhere = "http://localhost:9/elsewhere"
    sandbox.space.faults.order(
        "files-pri",
        Fault(status=500),
        Fault(retry_after=7),
        Fault(redirect=elsewhere),
        Fault(drop="before"),
        Fault(cut=True),
    )

    assert _get(address, TOKEN).status == 500
    assert _get(address, TOKEN).headers["Retry-After"] == "7"
    assert _get(address, TOKEN).headers["Location"] == elsewhere
    with pytest.raises(ConnectionError):
        _get(address, TOKEN)
    with pytest.raises(http.client.IncompleteRead) as error:
        _get(address, TOKEN)
    assert error.value.partial == CONTENT[: len(CONTENT) // 2]
    assert _get(address, TOKEN).body == CONTENT


def _upload(sandbox: Sandbox, **fields: Any) -> Answer:
    """Post a form, as the page does."""
    boundary, body = encode_multipart({"as": LEAD, "channel": PLAN_CHANNEL, **fields})
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return _ask("POST", f"{sandbox.url}/ui/upload", headers, body)


def _file(content: bytes = CONTENT, name: str = "plan.docx") -> FileStorage:
    return FileStorage(BytesIO(content), name)


def test_the_page_uploads_a_file_with_its_text_and_thread(sandbox: Sandbox) -> None:
    begun = sandbox.space.post(PLAN_CHANNEL, CHAIR, "Please send the plan")
    answer = _upload(sandbox, text="here, @chair", thread=begun.ts, file=_file())

    message = sandbox.space.messages[-1]
    assert (answer.status, json.loads(answer.body)) == (200, {"file": message.files[0]})
    assert (message.user, message.thread_ts, message.text) == (LEAD, begun.ts, f"here, <@{CHAIR}>")
    assert sandbox.space.files[message.files[0]].content == CONTENT


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"file": _file(), "as": SCHOOL}, "not_in_channel"),
        ({"file": _file(), "thread": "1.2"}, "thread_not_found"),
        ({"text": "no file"}, "400 Bad Request"),
    ],
)
def test_a_refused_upload_leaves_no_file(sandbox: Sandbox, fields: dict[str, Any], error: str) -> None:
    answer = _upload(sandbox, **fields)

    assert answer.status == 400
    assert json.loads(answer.body)["error"].startswith(error)
    assert (sandbox.space.messages, sandbox.space.files) == ([], {})


def test_the_page_downloads_a_file_without_a_token_and_never_shows_it_in_place(sandbox: Sandbox) -> None:
    name = "Größe <b>.html"
    _upload(sandbox, file=_file(b"<script>", name))
    state = json.loads(_get(f"{sandbox.url}/ui/state?as={LEAD}&channel={PLAN_CHANNEL}").body)
    [file] = state["messages"][0]["files"]
    answer = _get(f"{sandbox.url}/ui/files/{file['id']}")

    assert (file["name"], file["size"], file["deleted"]) == (name, 8, False)
    assert answer.body == b"<script>"
    encoded = "Gr%C3%B6%C3%9Fe%20%3Cb%3E.html"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{encoded}"
    assert _get(f"{sandbox.url}/ui/files/F0NOTHING").status == 404
