"""HTTP for the explorer: one page, four answers, nothing of the file system.

It listens on this machine alone unless told otherwise. The Host header must name where it listens (a foreign web page
cannot reach it under a name of its own), and a request with an Origin must come from its own page.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import sys
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from biomech.errors import BiomechError, InputError
from biomech.explorer.session import Session, Superseded

MOST_BYTES = 65_536  # of a request
PATIENCE_S = 30.0  # for a client that sends nothing


class Explorer(ThreadingHTTPServer):
    """The server of one session.

    Parameters
    ----------
    host, port : str, int
        Where to listen; port 0 takes any free one.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int, session: Session | None = None) -> None:
        self.session = session or Session()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"cannot listen on {host} port {port}: {reason}", hint="choose another --port, or 0 for any") from error
        self.host = host

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """What to type into the browser."""
        everywhere = self.host in ("", "0.0.0.0", "::")
        host = "127.0.0.1" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @cached_property
    def page(self) -> bytes:
        from biomech.explorer.choices import choices
        from biomech.simulation import DISCLAIMER, PREDICTION
        from biomech.viz.web.explorer import explorer_page

        return explorer_page(choices(), DISCLAIMER, PREDICTION).encode()

    def speaks_for(self, host: str) -> bool:
        """Whether a Host header (or the host of an Origin) means this server."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = (parts.hostname or "").lower(), parts.port or 80
        except ValueError:
            return False
        if port != self.port:
            return False
        if name == "localhost" or name == self.host.lower():
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            # open to others: also under this machine's own name
            return not self._local and name == socket.gethostname().lower()
        return address.is_loopback or not self._local

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silence about a page that hung up; anything else is a fault of ours, and is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    @cached_property
    def _local(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class _Handler(BaseHTTPRequestHandler):
    server: Explorer
    protocol_version = "HTTP/1.1"
    server_version = "biomech"
    sys_version = ""
    timeout = PATIENCE_S
    disable_nagle_algorithm = True  # an answer goes out at once

    def do_GET(self) -> None:
        """The page, and a sign of life."""
        if not self._welcome():
            return
        path = self._path()
        if path == "/":
            self._send(200, self.server.page, "text/html; charset=utf-8")
        elif path == "/alive":
            self._send_json(200, {"alive": True})
        elif path == "/favicon.ico":
            self._send(204, b"", "image/x-icon")
        else:
            self._send_json(404, {"error": "there is nothing here"})

    def do_POST(self) -> None:
        """A simulation, or bones and outline of a person."""
        request = self._request() if self._welcome() else None
        if request is None:
            return
        session = self.server.session
        path = self._path()
        try:
            if path == "/simulate":
                self._send_json(200, session.answer(request))
            elif path == "/outline":
                self._send_json(200, session.outlines(request))
            elif path == "/skeleton":
                self._send(200, session.skeleton(request), "application/octet-stream", zipped=True)
            else:
                self._send_json(404, {"error": "there is nothing here"})
        except InputError as error:
            self._send_json(400, {"error": str(error), "key": error.key or ""})
        except Superseded:
            self._send_json(200, {"superseded": True})  # no error: the page asks again when it is time
        except BiomechError as error:
            self._send_json(422, {"error": str(error)})
        except ImportError:
            self._send_json(501, {"error": "the 3D view needs PyVista: pip install 'biomech[viz]'"})

    def _path(self) -> str:
        try:
            return urlsplit(self.path).path
        except ValueError:
            return ""

    def _welcome(self) -> bool:
        """Refuse requests that were meant for somebody else."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        if not self.server.speaks_for(host):
            self._refuse(421, "this server does not answer under that name")
            return False
        if origin is not None and not (origin.startswith("http://") and self.server.speaks_for(origin.removeprefix("http://"))):
            self._refuse(403, "requests from other pages are refused")
            return False
        return True

    def _request(self) -> Any:
        """The JSON of a request; None when it has been refused."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 9 or int(length) > MOST_BYTES:
            self._refuse(413, f"a request has at most {MOST_BYTES} bytes, and says how many")
            return None
        if self.headers.get_content_type() != "application/json":
            self._refuse(415, "a request is application/json")
            return None
        try:
            body = self.rfile.read(int(length))
            if len(body) < int(length):
                self._refuse(400, "the request ends before its length")
                return None
            found = json.loads(body)
        except (ValueError, RecursionError):
            self._send_json(400, {"error": "that is no JSON"})
            return None
        if not isinstance(found, dict):
            self._send_json(400, {"error": "a request is a JSON object"})
            return None
        return found

    def _refuse(self, status: int, text: str) -> None:
        self.close_connection = True  # the rest of the request was not read
        self._send_json(status, {"error": text})

    def _send_json(self, status: int, value: Any) -> None:
        self._send(status, json.dumps(value, separators=(",", ":")).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str, zipped: bool = False) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("X-Frame-Options", "DENY")
            self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            if zipped:
                self.send_header("Content-Encoding", "gzip")
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the page did not wait

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the user."""
