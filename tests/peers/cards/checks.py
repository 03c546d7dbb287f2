"""One line a check: `ok NAME` or `FAIL NAME: why`."""

import contextlib
import sys

_failed = 0


@contextlib.contextmanager
def check(name: str):
    global _failed
    try:
        yield
    except Exception as error:  # noqa: BLE001: every failure is a line, the run goes on
        _failed += 1
        print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
    else:
        print(f"ok {name}", flush=True)


@contextlib.contextmanager
def refused(kind: type[Exception]):
    """The body must fail with this kind of error."""
    try:
        yield
    except kind:
        return
    raise AssertionError("was accepted")


def equal(found, expected) -> None:
    if found != expected:
        raise AssertionError(f"{found!r} instead of {expected!r}")


def finish() -> None:
    sys.exit(1 if _failed else 0)
