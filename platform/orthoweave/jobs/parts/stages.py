"""Run the steps of a streaming pass in parallel: each on its own thread, blocks in order.

A step sees its blocks one after another, so that what it adds up or writes does not depend on
timing; different steps run at the same time on different blocks.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Self

# most blocks under way at once: more would take memory without being faster
BLOCKS: Final = 3


class Stages:
    """Steps of a pass, by name. Leaving the block waits for all of them."""

    def __init__(self, blocks: int = BLOCKS) -> None:
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._block: list[Future[Any]] = []
        self._under_way: deque[list[Future[Any]]] = deque()
        self._blocks = blocks

    def run(self, step: str, work: Callable[[], object]) -> None:
        """Hand the current block to a step."""
        if step not in self._threads:
            self._threads[step] = ThreadPoolExecutor(1, thread_name_prefix=step)
        self._block.append(self._threads[step].submit(work))

    def next_block(self) -> None:
        """End the current block; wait while too many are under way, and raise a step's error."""
        self._under_way.append(self._block)
        self._block = []
        while len(self._under_way) >= self._blocks:
            for future in self._under_way.popleft():
                future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.next_block()
                for future in (future for block in self._under_way for future in block):
                    future.result()
        finally:
            for thread in self._threads.values():
                thread.shutdown(cancel_futures=True)
