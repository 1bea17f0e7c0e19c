"""The command line. Nothing heavy is imported before a verb runs."""

import sys


def main(tokens: list[str] | None = None) -> int:
    """Entry point of the ``biomech`` command; returns the exit code.

    0 done; 1 the simulation could not be completed; 2 the input is wrong; 130 interrupted.
    """
    from cyclopts import CycloptsError

    from biomech.cli.app import app
    from biomech.errors import BiomechError, InputError

    try:
        code = app(sys.argv[1:] if tokens is None else tokens, exit_on_error=False, print_error=True, result_action="return_value")
        return code if isinstance(code, int) else 0
    except CycloptsError:
        return 2
    except InputError as error:
        print(f"biomech: {error}", file=sys.stderr)
        return 2
    except BiomechError as error:
        print(f"biomech: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("biomech: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0


def script() -> None:
    """Console script."""
    raise SystemExit(main())
