"""`biomech app`: start the explorer, say where it is, and stop at Ctrl-C."""

import sys
import threading
import webbrowser


def explore(host: str, port: int, browser: bool) -> None:
    """Serve until interrupted."""
    from biomech.cli.running import say_if_compiling
    from biomech.errors import InputError
    from biomech.explorer.server import Explorer

    if not 0 <= port <= 65535:
        raise InputError(f"{port} is not a port", key="--port", allowed="0 to 65535")
    with Explorer(host, port) as server:
        say_if_compiling()
        server.session.warm_up()
        if host not in ("127.0.0.1", "localhost", "::1"):
            print(f"biomech: listening on {host}: others in this network can reach the explorer", file=sys.stderr)
        print(f"biomech explorer: {server.url}  (Ctrl-C stops it)", flush=True)
        if browser:
            threading.Timer(0.2, webbrowser.open, [server.url]).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("biomech: stopped", file=sys.stderr)
