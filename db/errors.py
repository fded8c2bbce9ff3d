"""What the store refuses or cannot do. Each error's text is one sentence for the person."""


class Refused(Exception):
    """A change that may not be made. Its text is one sentence for the person."""


class PersonalDataFound(Exception):
    """Text that holds what must not be stored. Its text names the kinds and never quotes them."""

    def __init__(self, kinds: list[str]) -> None:
        self.kinds = kinds
        super().__init__(
            f"That seems to hold {' and '.join(kinds)}, so nothing was recorded or shown to anybody. Send "
            "it again without. If a child is at immediate risk call 999; concerns about a child go to the "
            "MASH, never into this plan."
        )


class CommitOutcomeUnknown(Exception):
    """The connection broke while a transaction was being committed: whether it was is not known."""


class BackupError(Exception):
    """Why nothing was backed up or restored, in one sentence."""
