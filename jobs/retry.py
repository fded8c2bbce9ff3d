"""Whether a message that was not sent is tried again, and when: a returned decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.recipients import CHANNEL_SHARED, GUEST_IN_CHANNEL, NOT_ALLOWED

# How long to keep trying: Slack may be down for hours, but after days a message is out of date.
GIVE_UP_AFTER = timedelta(days=3)
RATE_LIMITED = "ratelimited"
# Slack's errors about the bot itself: its token, its app or its rights. Whatever is due waits until they end.
SENDER_ERRORS = frozenset(
    (
        "access_denied",
        "account_inactive",
        "app_missing_action_permission",
        "ekm_access_denied",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    )
)
PERMANENT_ERRORS = frozenset(
    (
        # Of a recipient who has left. Of Slack's it is an error about the bot.
        "account_inactive",
        CHANNEL_SHARED,
        GUEST_IN_CHANNEL,
        NOT_ALLOWED,
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_blocks",
        "is_archived",
        "messages_tab_disabled",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    )
)


@dataclass(frozen=True)
class Retry:
    """The decision after a failed attempt: the reason, and when to try again. `at` None means never."""

    reason: str
    at: datetime | None


def retry_after(
    error: str, attempts: int, first_tried: datetime, now: datetime, wait: int | None = None
) -> Retry:
    """Decide when to try again.

    A permanent error is never tried again. `wait` is Slack's `Retry-After` in seconds and is obeyed. Any
    other error backs off: 30 seconds after the first of the `attempts`, then twice as long each time, up to
    an hour. Once `GIVE_UP_AFTER` has passed, only a rate-limited message is tried again.
    """
    if error in PERMANENT_ERRORS or (now - first_tried >= GIVE_UP_AFTER and error != RATE_LIMITED):
        return Retry(error, None)
    return Retry(error, now + timedelta(seconds=wait or min(3600, 15 * 2 ** min(attempts, 8))))
