"""Characters that people cannot see."""

import re

# An Office file must not contain these.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Zero-width marks (not the one that joins emoji), directions of writing, a soft hyphen, a byte order mark.
INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
