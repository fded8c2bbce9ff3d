"""Every error of the store. Each error's text is written for the person who reads it."""


class Refused(Exception):
    """A change that may not be made. Its text says why, and what works instead.

    `field` is the field of a form that the fault is in, where it is one's: `note`, `evidence`, `date` and the
    like. `in_a_command` is what to add for somebody who typed a command.
    """

    def __init__(self, why: str, *, field: str | None = None, in_a_command: str = "") -> None:
        super().__init__(f"{why} {in_a_command}".strip())
        self.why, self.field = why, field


class PersonalDataFound(Exception):
    """A text has personal data that must not be stored. The error names the kinds and never quotes them."""

    def __init__(self, kinds: list[str]) -> None:
        self.kinds = kinds
        super().__init__(
            f"That seems to have {' and '.join(kinds)} in it, so nothing was recorded or sent on. "
            "Take it out and send the rest again. If a child is at immediate risk, call 999. Take concerns "
            "about a child to the MASH, never to this plan."
        )


class DisclosureFound(Exception):
    """A text tells that a particular child is being harmed. It is neither stored nor sent to anybody.

    The text says first who to call. `contact` is the safeguarding contact of the settings.
    """

    def __init__(self, contact: str = "the MASH") -> None:
        super().__init__(
            f"If a child is in danger now, call 999. Otherwise ring {contact} today. I have not stored this "
            "or sent it to anybody. To ask a question here, leave out what happened to the child."
        )


class CommitOutcomeUnknown(Exception):
    """The connection broke during a commit, so it is not known whether the change was saved."""


class BackupError(Exception):
    """Nothing was backed up or restored. The text says why."""
