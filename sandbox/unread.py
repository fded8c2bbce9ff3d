"""What each person has not seen yet: the page marks channels and direct messages with it."""

from sandbox.workspace import Message, Workspace


class ReadMarks:
    """How far each person has read in each channel."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._read: dict[tuple[str, str], float] = {}

    def mark(self, user: str, channel: str) -> None:
        """Note that a person sees all that is in a channel now."""
        shown = self._shown(user, channel)
        if shown:
            self._read[user, channel] = float(shown[-1].ts)

    def count(self, user: str, channel: str) -> int:
        """How many messages of others came after what the person has seen."""
        read = self._read.get((user, channel), 0.0)
        return sum(one.user != user and float(one.ts) > read for one in self._shown(user, channel))

    def clear(self) -> None:
        """Forget all marks: after a start at an earlier moment, new messages would lie before them."""
        self._read.clear()

    def _shown(self, user: str, channel: str) -> list[Message]:
        # A reply is in its thread and not in the channel, so opening the channel does not show it.
        return [one for one in self._space.seen_by(user, channel) if one.thread_ts in (None, one.ts)]
