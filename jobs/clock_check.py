"""Is this machine's clock right? One that is wrong would use up a term's reminders in a single pass."""

from datetime import datetime, timedelta

from jobs.slack_client import SlackClient

# Slack itself refuses requests that are further off than this.
MOST = timedelta(minutes=5)


def clock_fault(client: SlackClient, now: datetime) -> str | None:
    """What keeps a pass from doing anything: a clock that is not Slack's, or no Slack to compare it with."""
    by_slack = client.slack_time()
    if by_slack is not None and abs(now - by_slack) > MOST:
        # What was heard may be an hour old, and this machine may have slept since.
        by_slack = client.slack_time(ask=True)
    if by_slack is None:
        return "Slack can't be reached, so nothing is noticed or sent"
    off = now - by_slack
    if abs(off) <= MOST:
        return None
    which = "ahead of" if off > timedelta() else "behind"
    return (
        f"it is {_length(abs(off))} {which} Slack's, so nothing is noticed or sent. Set this machine's clock"
    )


def _length(off: timedelta) -> str:
    minutes = round(off / timedelta(minutes=1))
    if minutes >= 2 * 24 * 60:
        return f"{round(minutes / (24 * 60))} days"
    return f"{round(minutes / 60)} hours" if minutes >= 2 * 60 else f"{minutes} minutes"
