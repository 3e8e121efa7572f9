"""The two ends of the crossing: the centre and the shards around it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.engines import Failed
from loopsim.errors import EngineError, InputError
from loopsim.shards.split import Each, Split


class Channel(Protocol):
    """What takes bytes from the centre to one shard and back."""

    def send(self, message: bytes) -> None:
        """Hand a message over; OSError if the other end is gone."""
        ...

    def receive(self) -> bytes:
        """The next message; EOFError or OSError if the other end is gone."""
        ...

    def close(self) -> None:
        """Let the other end know that nothing more comes."""
        ...


class Centre(Split):
    """Where things are put together. It has no people; models are fitted and figures kept here.

    Parameters
    ----------
    channels : sequence of Channel
        To the shards, in the order of their ids.

    Attributes
    ----------
    ends : list of dict
        What each shard said of itself when it was done.
    """

    def __init__(self, channels: Sequence[Channel]) -> None:
        super().__init__()
        self.channels = channels
        self.ends: list[dict[str, Any]] = []

    def ids(self, n: int) -> NDArray[np.int64]:
        return np.empty(0, dtype=np.int64)

    def exchange(self, what: str, mine: Any, combine: Callable[[list[Any]], Any]) -> Any:
        received = [self._receive(i, what) for i in range(len(self.channels))]
        made = combine([mine, *(part for part, _ in received)])
        sent = self._send(what, made)
        traffic = self.crossed.setdefault(what, {"messages": 0, "up": 0, "down": 0})
        traffic["messages"] += 1
        traffic["up"] += sum(size for _, size in received)
        traffic["down"] += sent
        return made[0] if isinstance(made, Each) else made

    def end(self) -> None:
        """Wait until every shard has written what it had to."""
        self.ends = [self._receive(i, "end")[0] for i in range(len(self.channels))]

    def _send(self, what: str, made: Any) -> int:
        if isinstance(made, Each):
            messages = [_dumped(what, answer) for answer in made[1:]]
        else:
            messages = [_dumped(what, made)] * len(self.channels)
        for i, message in enumerate(messages):
            try:
                self.channels[i].send(message)
            except (EOFError, OSError) as error:
                raise self._gone(i) from error
        return sum(map(len, messages))

    def _receive(self, i: int, what: str) -> tuple[Any, int]:
        try:
            message = self.channels[i].receive()
        except (EOFError, OSError) as error:
            raise self._gone(i) from error
        asked, part = pickle.loads(message)
        if isinstance(part, Failed):
            raise part.again()
        if asked != what:
            raise RuntimeError(f"shard {i + 1} is at {asked!r}, the centre at {what!r}")
        return part, len(message)

    def _gone(self, i: int) -> EngineError:
        return EngineError(
            f"shard {i + 1} of {len(self.channels)} is gone: its process ended (out of memory, or "
            "killed?). Start the run anew, with more shards if memory is short. A script that "
            'starts shards needs if __name__ == "__main__": around what it does'
        )


class Shard(Split):
    """One range of ids.

    Parameters
    ----------
    channel : Channel
        To the centre.
    first, last : int
        The ids are first .. last − 1.
    """

    def __init__(self, channel: Channel, first: int, last: int) -> None:
        super().__init__()
        self.channel, self.first, self.last = channel, first, last

    def ids(self, n: int) -> NDArray[np.int64]:
        return np.arange(self.first, self.last, dtype=np.int64)

    def exchange(self, what: str, mine: Any, combine: Callable[[list[Any]], Any]) -> Any:
        self.say(what, mine)
        return pickle.loads(self.channel.receive())

    def say(self, what: str, part: Any) -> None:
        """Hand something in that nobody answers."""
        # What it is for comes along, so that members who are out of step are noticed.
        self.channel.send(_dumped(what, (what, part)))


def _dumped(what: str, message: Any) -> bytes:
    try:
        return pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError(f"shards: the {what} cannot be sent between processes: {error}") from error
