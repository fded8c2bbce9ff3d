"""What may be stored as a link."""

import pytest

from db.rules.links import link_fault


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "https://example.org:8443/a/b?c=d#e",
        "http://intranet/minutes",
        "https://council.sharepoint.com/:w:/s/plan/Eabc?e=x1",
        "https://münchen.example/plan",
    ],
)
def test_links(address: str) -> None:
    assert link_fault(address) is None


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://", "names no website"),
        ("https:///minutes", "names no website"),
        ("https://user:secret@example.org/a", "has a user name in it"),
        ("https://council.gov.uk@evil.example", "has a user name in it"),
        ("https://example.org/\u202efdp.exe", "that nobody sees"),
        ("https://example.org/a\u200bb", "that nobody sees"),
        ("https://example.org/a b", "has a space"),
        ("ftp://example.org", "does not begin with https://"),
        ("javascript:alert(1)", "does not begin with https://"),
        ("https://example.org:port/", "is not a link that can be opened"),
        ("https://[::1/", "is not a link that can be opened"),
        (f"https://example.org/{'a' * 2000}", "more than 2,000 characters"),
    ],
)
def test_what_is_no_link(address: str, fault: str) -> None:
    assert fault in (link_fault(address) or "")
