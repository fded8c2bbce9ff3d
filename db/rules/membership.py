"""Whether Slack's description of a person says that they belong here: `user` of `users.info`.

The same rule decides who may ask and who may be sent a message.
"""

from collections.abc import Mapping
from typing import Any


def reason_to_deny(user_info: Mapping[str, Any], home: str) -> str | None:
    """Who is not let in, in the plural, as a sentence names them. None for a member or a guest of `home`.

    `home` is the workspace that `auth.test` names. On Enterprise Grid a person may have another `team_id` or
    none; then the workspaces of `enterprise_user.teams` count.
    """
    teams = (user_info.get("enterprise_user") or {}).get("teams") or ()
    if user_info.get("is_stranger") or not (user_info.get("team_id") == home or home in teams):
        return "people of another workspace"
    if user_info.get("deleted"):
        return "deactivated accounts"
    if user_info.get("is_bot") or user_info.get("is_workflow_bot"):
        return "bots"
    return None


def is_guest(user_info: Mapping[str, Any]) -> bool:
    return bool(user_info.get("is_restricted") or user_info.get("is_ultra_restricted"))
