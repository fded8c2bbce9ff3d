"""What Slack's description of a person or a channel says of who they belong to.

The same rules decide who may ask, who may be sent a message, and where an answer may be shared.
"""

from collections.abc import Mapping
from typing import Any

GUESTS, OTHER_WORKSPACE = "guests", "people of another workspace"


def reason_to_deny(user_info: Mapping[str, Any]) -> str | None:
    """Who is never let in, in the plural, as a sentence names them. `user_info` is `user` of `users.info`."""
    if user_info.get("deleted"):
        return "deactivated accounts"
    if user_info.get("is_bot") or user_info.get("is_workflow_bot"):
        return "bots"
    return None


def outside(user_info: Mapping[str, Any], home: str) -> str | None:
    """Whether somebody is no full member of `home`: `GUESTS`, `OTHER_WORKSPACE`, or None for a member.

    `home` is the workspace that `auth.test` names. On Enterprise Grid a person may have another `team_id` or
    none; then the workspaces of `enterprise_user.teams` count.
    """
    if user_info.get("is_stranger") or not (
        user_info.get("team_id") == home or home in grid_teams(user_info)
    ):
        return OTHER_WORKSPACE
    if user_info.get("is_restricted") or user_info.get("is_ultra_restricted"):
        return GUESTS
    return None


def grid_teams(user_info: Mapping[str, Any]) -> tuple[str, ...]:
    """The workspaces of somebody on Enterprise Grid. Empty elsewhere."""
    return tuple((user_info.get("enterprise_user") or {}).get("teams") or ())


def is_shared(channel_info: Mapping[str, Any]) -> bool:
    """Whether another organisation reads a channel or is about to. `channel` of `conversations.info`."""
    return bool(channel_info.get("is_ext_shared") or channel_info.get("is_pending_ext_shared"))
