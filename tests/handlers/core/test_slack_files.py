"""Files of Slack: where the app's token goes with a request for one."""

import urllib.request
from http.client import HTTPMessage
from io import BytesIO

import pytest

from handlers.core.slack_files import _SameHost

_FILE = "https://files.slack.com/files-pri/T1-F1/plan.docx"


@pytest.mark.parametrize(
    ("url", "is_followed"),
    [
        ("https://files.slack.com/elsewhere/plan.docx", True),
        ("http://files.slack.com/files-pri/T1-F1/plan.docx", False),
        ("https://files.slack.com:8443/plan.docx", False),
        ("https://elsewhere.example/plan.docx", False),
    ],
)
def test_the_token_goes_to_no_other_scheme_or_host(url: str, *, is_followed: bool) -> None:
    request = urllib.request.Request(_FILE, headers={"Authorization": "Bearer x"})
    redirected = _SameHost().redirect_request(request, BytesIO(), 302, "Found", HTTPMessage(), url)

    assert (redirected is not None) is is_followed
