"""A wire between two places on this machine that can go dead without a word, as real ones do."""

import contextlib
import socket
import threading


class Wire:
    """Takes connections on a port of its own and carries them to another, until it is silenced."""

    def __init__(self, to: int | str) -> None:
        """`to` is a port of this machine, or the path of a Unix socket."""
        self._to = to
        self._carries = threading.Event()
        self._carries.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    def silence(self) -> None:
        """Carry nothing more either way; every connection stays open, and new ones are taken too."""
        self._carries.clear()

    def carry(self) -> None:
        """Carry on with all that was held back."""
        self._carries.set()

    def cut(self) -> None:
        """End every connection; new ones are taken."""
        # Taken out first: who is cut off calls again at once, and must not be cut off once more.
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._carries.set()
        for end in (self._listening, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.socket(socket.AF_INET if isinstance(self._to, int) else socket.AF_UNIX)
                far.connect(("127.0.0.1", self._to) if isinstance(self._to, int) else self._to)
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while carried := one.recv(65536):
                self._carries.wait()
                other.sendall(carried)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
