"""Whether a message that was not sent is tried again, and when: a returned decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from jobs.recipients import CHANNEL_SHARED, GUEST_IN_CHANNEL, NOT_ALLOWED

# How long to keep trying: Slack may be down for hours, but after days a message is out of date.
GIVE_UP_AFTER = timedelta(days=3)
RATE_LIMITED = "ratelimited"


class About(Enum):
    """What an error is about, which decides what happens to the message."""

    # The bot's token, app or rights: everything that is due waits until that is over.
    SENDER = "sender"
    # The person or channel: this message can never arrive there.
    RECIPIENT = "recipient"
    # The message itself: it would be refused again.
    MESSAGE = "message"
    # Slack, or the way to it, just now: it is tried again.
    MOMENT = "moment"


# The errors of the methods with which a message is sent, from Slack's pages about them, and our own. An error
# that is not here is taken to be about the moment: trying again for three days loses nothing.
ERRORS: Mapping[str, About] = {
    code: about
    for about, codes in {
        About.SENDER: (
            "access_denied account_inactive app_missing_action_permission deprecated_endpoint "
            "ekm_access_denied enterprise_is_restricted invalid_auth is_bot method_deprecated "
            "missing_scope no_permission not_allowed_token_type not_authed org_login_required "
            "team_access_not_granted team_not_found token_expired token_revoked "
            "two_factor_setup_required"
        ),
        About.RECIPIENT: (
            f"{CHANNEL_SHARED} {GUEST_IN_CHANNEL} {NOT_ALLOWED} cannot_dm_bot channel_not_found "
            "channel_type_not_supported invalid_user_combination is_archived "
            "method_not_supported_for_channel_type not_in_channel restricted_action "
            "restricted_action_non_threadable_channel restricted_action_read_only_channel "
            "restricted_action_thread_locked restricted_action_thread_only_channel slack_connect_blocked "
            "thread_locked user_disabled user_not_found user_not_visible users_not_found"
        ),
        About.MESSAGE: (
            "as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message "
            "invalid_arg_name invalid_arguments invalid_array_arg invalid_blocks invalid_blocks_format "
            "invalid_charset invalid_form_data invalid_metadata_format invalid_metadata_schema "
            "invalid_post_type invalid_thread_ts markdown_text_conflict metadata_must_be_sent_from_app "
            "metadata_too_large missing_post_type msg_blocks_too_long msg_too_long no_text "
            "too_many_attachments too_many_contact_cards"
        ),
        About.MOMENT: (
            "accesslimited external_channel_migrating fatal_error internal_error message_limit_exceeded "
            f"messages_tab_disabled {RATE_LIMITED} rate_limited request_timeout service_unavailable "
            "team_added_to_org"
        ),
    }.items()
    for code in codes.split()
}


def about(error: str, *, of_recipient: bool = False) -> About:
    """What an error code is about. `of_recipient`: it is a recipient's, whom Slack was asked about.

    `account_inactive` of a recipient is somebody who has left; as Slack's answer it is the bot.
    """
    found = ERRORS.get(error, About.MOMENT)
    return About.RECIPIENT if of_recipient and found is About.SENDER else found


@dataclass(frozen=True)
class Retry:
    """The decision after a failed attempt: the reason, and when to try again. `at` None means never."""

    reason: str
    at: datetime | None


def retry_after(
    error: str,
    kind: About,
    attempts: int,
    first_tried: datetime,
    now: datetime,
    wait: int | None = None,
) -> Retry:
    """Decide when to try again after an error of a `kind` that is not the sender's.

    An error about the recipient or the message is never tried again. `wait` is Slack's `Retry-After` in
    seconds and is obeyed. Any other error backs off: 30 seconds after the first of the `attempts`, then twice
    as long each time, up to an hour. Once `GIVE_UP_AFTER` has passed, only a rate-limited message is tried
    again.
    """
    is_old = now - first_tried >= GIVE_UP_AFTER and error != RATE_LIMITED
    if kind in (About.RECIPIENT, About.MESSAGE) or is_old:
        return Retry(error, None)
    return Retry(error, now + timedelta(seconds=wait or min(3600, 15 * 2 ** min(attempts, 8))))
