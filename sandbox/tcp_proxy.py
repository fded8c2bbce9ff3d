"""A TCP proxy on this machine that can go silent without closing, as real networks do."""

import contextlib
import socket
import threading


class TcpProxy:
    """Accepts connections on a port of its own and forwards them, until it is silenced."""

    def __init__(self, to: int | str) -> None:
        """`to` is a port on this machine, or the path of a Unix socket."""
        self._to = to
        self._forwarding = threading.Event()
        self._forwarding.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, name="tcp-proxy", daemon=True).start()

    def silence(self) -> None:
        """Forward nothing in either direction. Connections stay open, and new ones are accepted."""
        self._forwarding.clear()

    def resume(self) -> None:
        """Forward again, beginning with the data that was held while silent."""
        self._forwarding.set()

    def cut(self) -> None:
        """Close every connection. New ones are accepted."""
        # The list is emptied first: a client reconnects at once, and its new connection must not be closed.
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._forwarding.set()
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
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=(source, target), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._forwarding.wait()
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
