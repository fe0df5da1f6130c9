"""What is between a client and its server, and may be cut."""

import selectors
import socket
import threading


class CuttingProxy:
    """Passes octets both ways, on an address of its own. `cut` ends all that
    is open, in the middle of whatever is on its way. `answered` is all that
    came from the server."""

    def __init__(self, address):
        self.target = address
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self._wake, self._woken = socket.socketpair()
        self.answered = b""
        self._others = {}
        self._servers = set()
        self._selector = selectors.DefaultSelector()
        for each in (self.listener, self._woken):
            self._selector.register(each, selectors.EVENT_READ)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._wake.close()
        self._thread.join()

    def cut(self):
        """Returns when it is done."""
        self._done.clear()
        self._wake.send(b"x")
        self._done.wait()

    def _run(self):
        while self._serve():
            pass
        self._cut_all()
        for each in (self.listener, self._woken, self._selector):
            each.close()

    def _serve(self):
        """False at the end."""
        for key, _ in self._selector.select():
            if key.fileobj is self.listener:
                self._accept()
            elif key.fileobj is self._woken:
                if not self._woken.recv(1):
                    return False
                self._cut_all()
                self._done.set()
            elif key.fileobj in self._others:
                self._pass_on(key.fileobj)
        return True

    def _accept(self):
        client, _ = self.listener.accept()
        try:
            server = socket.create_connection(self.target)
        except ConnectionError:
            client.close()
            return
        self._others[client], self._others[server] = server, client
        self._servers.add(server)
        for each in (client, server):
            self._selector.register(each, selectors.EVENT_READ)

    def _pass_on(self, source):
        try:
            octets = source.recv(65536)
            self._others[source].sendall(octets)
            if source in self._servers:
                self.answered += octets
        except ConnectionError:
            octets = b""
        if not octets:
            self._close(source)

    def _close(self, one):
        for each in (one, self._others[one]):
            del self._others[each]
            self._servers.discard(each)
            self._selector.unregister(each)
            each.close()

    def _cut_all(self):
        while self._others:
            self._close(next(iter(self._others)))
