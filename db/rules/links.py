"""Links that people give: to evidence, to documents. What may be stored as one."""

from urllib.parse import urlsplit

LONGEST = 2000


def link_fault(address: str) -> str | None:
    """What is wrong with a link, as the end of a sentence about it; None for one that may be stored.

    A name and password in it would be shown to everybody who reads the answer. Marks that nobody sees can
    make it look like another address.
    """
    if any(not one.isprintable() or one.isspace() for one in address):
        return "has a space or a mark in it that nobody sees"
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "is not a link that can be opened"
    if parts.scheme not in ("http", "https"):
        return "does not begin with https://"
    if not host or not host.strip("."):
        return "names no website"
    if parts.username is not None or parts.password is not None:
        return "has a user name in it. Give the link without the part before the @"
    if len(address) > LONGEST:
        return f"has more than {LONGEST:,} characters"
    return None
