"""Why does the collector of cycles wait? A translation makes trees, and trees are no cycles.

Python looks for cycles each time so many objects were made, and looks at all of them again as they
grow older: in a long formula a third of the time went there, and nothing was ever found. What a
translation makes is bounded by its limits, and what it leaves behind is freed by its counts of
references, so the collector waits until the translation is done.
"""

from __future__ import annotations

import gc
from _thread import allocate_lock
from types import TracebackType


class _Pause:
    """`with paused:` keeps the collector still; in threads at once, until the last one leaves.

    A collector that the caller has switched off stays off.
    """

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._inside = 0
        self._was_on = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


paused = _Pause()
