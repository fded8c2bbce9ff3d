"""The client for Slack's Web API: its errors are those that callers expect, and it hears what time it is."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.web import SlackResponse

# For so many seconds after an answer the time is reckoned from it.
_HEARD_SECONDS = 3600


class SlackClient(WebClient):
    """Calls raise `SlackClientError` or `OSError`. Each answer's `Date` is remembered."""

    _heard: tuple[datetime, float] | None = None

    def api_call(self, *args: Any, **kwargs: Any) -> SlackResponse:
        try:
            response = super().api_call(*args, **kwargs)
        except SlackApiError as refused:
            self._hear(refused.response.headers)
            raise
        except HTTPException as cut:
            if isinstance(cut, OSError):
                raise
            # A response that was cut short raises Python's own error, which no caller expects.
            raise SlackRequestError(type(cut).__name__) from cut
        self._hear(response.headers)
        return response

    def _hear(self, headers: Mapping[str, Any]) -> None:
        date = next((value for name, value in headers.items() if name.lower() == "date"), None)
        try:
            heard = parsedate_to_datetime(str(date[0] if isinstance(date, list) else date))
        except (TypeError, ValueError, IndexError):
            return
        self._heard = (heard.astimezone(UTC), time.monotonic())

    def slack_time(self, *, ask: bool = False) -> datetime | None:
        """What time it is by Slack's answers, as aware UTC; asks if none came within the hour, or to `ask`.

        None where Slack can't be reached, or does not say. This machine's own clock has no part in it.
        """
        if ask or self._heard is None or time.monotonic() - self._heard[1] > _HEARD_SECONDS:
            self._heard = None
            # An error from Slack has its time too, and has been heard.
            with suppress(SlackClientError, OSError):
                self.auth_test()
        if self._heard is None:
            return None
        heard, at = self._heard
        return heard + timedelta(seconds=time.monotonic() - at)
