"""What is wrong with somebody whom a register lists, as Slack knows them."""

from collections.abc import Callable
from functools import cache

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from db import partners
from db.engine import reading
from db.rules.membership import outside, reason_to_deny

_UNKNOWN = frozenset(("users_not_found", "user_not_found"))


def fault_of_user(client: WebClient, engine: Engine) -> Callable[[str], str | None]:
    """A function that says what is wrong with a Slack ID or an email address; None for nothing.

    It raises what slack_sdk raises where Slack can't be asked.
    """

    @cache
    def home() -> str:
        return str(client.auth_test()["team_id"])

    @cache
    def fault_of(user: str) -> str | None:
        try:
            if "@" in user:
                user_info = client.users_lookupByEmail(email=user)["user"]
            else:
                user_info = client.users_info(user=user)["user"]
        except SlackApiError as refused:
            if refused.response.get("error") not in _UNKNOWN:
                raise
            return f"nobody in Slack has this {'email address' if '@' in user else 'ID'}"
        denied = reason_to_deny(user_info)
        if denied is not None:
            return f"Slack says that this is one of the {denied}"
        with reading(engine) as session:
            allowed = partners.is_allowed(session, user_info["id"])
        if allowed or outside(user_info, home()) is None:
            return None
        return "not a member of the workspace. Allow them by name first: `/plan allow @user`"

    return fault_of
