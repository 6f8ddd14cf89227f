"""Sleeping while faketime sets the clock, for `make test-days`; Python reads it first.

The clock by which threads wait is left alone there, or they would wait for years. Then
faketime ends Python's own sleep with an error, as if it were to last less than nothing.
"""

import select
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep  # type: ignore[assignment]  # narrower
