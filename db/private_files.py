"""Files that the program writes hold names and what people wrote: their owner alone can read them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import Refused


@contextmanager
def private_file(file: Path) -> Iterator[Path]:
    """A temporary file to write to, which becomes `file` when it is complete; no partial file is left.

    Its mode is 0600. Raises `Refused` where `file` is a link, which may lead where others read.
    """
    if file.is_symlink():
        raise Refused(f"{file} is a link. Name the file itself")
    # mkstemp creates it with mode 0600.
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=file.suffix, dir=file.absolute().parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
