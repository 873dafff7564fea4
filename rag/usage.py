"""What models used up: tokens by the counts that their servers report, and which servers can be asked for them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

OPTION: Mapping[str, object] = {"stream_options": {"include_usage": True}}  # has a stream end with its usage


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of `requests` replies, those that a server at least began, as the servers counted them.

    Both counts are None where one of the replies came without them: part of a sum is no sum.
    """

    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    requests: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
            self.requests + other.requests,
        )


UNREPORTED = Usage(None, None, 1)


def usage_of(reported: object) -> Usage | None:
    """One reply's usage from the `usage` of a completion or a chunk; None where that is absent or holds no counts."""
    prompt, completion = (getattr(reported, name, None) for name in ("prompt_tokens", "completion_tokens"))
    if type(prompt) is int and type(completion) is int and min(prompt, completion) >= 0:
        return Usage(prompt, completion, 1)
    return None


class UsageOption:
    """Whether each host has been seen to take `OPTION`; safe to use from many threads."""

    def __init__(self) -> None:
        self._taken: dict[str, bool] = {}
        self._lock = threading.Lock()

    def taken(self, host: str) -> bool | None:
        """Whether `host` takes the option; None while it has not been asked."""
        with self._lock:
            return self._taken.get(host)

    def remember(self, host: str, *, taken: bool) -> None:
        """`host` answered a request with the option, or one without it that it had refused with it."""
        with self._lock:
            self._taken[host] = taken


class Meter:
    """Sums the usage of one question's requests, which are made one after the other."""

    def __init__(self, option: UsageOption) -> None:
        """`option` is what is known of the hosts."""
        self.option = option
        self.total = Usage()

    def count(self, usage: Usage | None) -> None:
        """One more reply, with the usage that came with it."""
        self.total += usage or UNREPORTED


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
