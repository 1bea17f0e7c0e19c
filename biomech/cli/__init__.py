"""The command line. Nothing heavy is imported before a verb runs."""

import gc
import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper


def main(tokens: list[str] | None = None) -> int:
    """Entry point of the ``biomech`` command; returns the exit code.

    0 done; 1 the simulation could not be completed; 2 the input is wrong; 130 interrupted.
    """
    from cyclopts import CycloptsError

    from biomech.cli.app import app
    from biomech.errors import BiomechError, InputError

    try:
        app(sys.argv[1:] if tokens is None else tokens, exit_on_error=False, print_error=False, result_action="return_value")
        if sys.stdout is not None:
            sys.stdout.flush()
        return 0
    except CycloptsError as error:
        print(f"biomech: {' '.join(str(error).split())}{_key_meant(error)}", file=sys.stderr)
        return 2
    except InputError as error:
        print(f"biomech: {error}", file=sys.stderr)
        return 2
    except BiomechError as error:
        print(f"biomech: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        print("; ".join(filter(None, ["biomech: interrupted", str(error)])), file=sys.stderr)
        return 130
    except BrokenPipeError:
        _drop_output()
        return 0  # the reader of a pipe has seen enough
    except OSError as error:
        _drop_output()
        where = f"{error.filename}: " if error.filename else ""
        print(f"biomech: {where}{error.strerror or error}", file=sys.stderr)
        return 1


def _key_meant(error: Exception) -> str:
    """Where an option that does not exist is a key of a scenario: how keys are set."""
    from cyclopts import UnknownOptionError

    if not isinstance(error, UnknownOptionError):
        return ""
    from biomech.scenario.schema import keys

    asked = str(error.token.keyword).lstrip("-").replace("-", "_")
    meant = [f"{table}.{key}" for table in keys(()) for key in keys((table,)) if key == asked or key.startswith(f"{asked}_")]
    return f" A key of the scenario is set with --set {meant[0]}=…" if meant else ""


def _drop_output() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    with suppress(OSError, AttributeError):  # no file behind it, or closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def script() -> None:
    """Console script."""
    gc.set_threshold(200_000, 20, 20)  # start-up makes many objects and hardly any garbage: about a twentieth of a short run
    if sys.stdout is None:  # closed by the shell (>&-): nobody wants to read anything
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 gets a table, not a traceback
    for name in ("SIGTERM", "SIGHUP"):
        # told to end, half-written files are taken away; under nohup nobody listens
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    # at its first array xarray imports all of Dask if it can: a fifth of a short run, for arrays nobody makes here
    sys.modules.setdefault("dask", None)  # type: ignore[arg-type]
    raise SystemExit(main())
