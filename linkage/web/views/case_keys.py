"""Which key does what on the pages, unless a user has chosen another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linkage.accounts.preferences import Preferences

DEFAULT_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "merge": "g",
        "different": "b",
        "aside": "k",
        "need": "i",
        "split": "p",
        "approve": "s",
        "return": "l",
        "reject": "t",
        "answer": "j",
        "take": "a",
        "release": "x",
        "open": "o",
        "undo": "z",
        "next": "n",
        "examine": "u",
        "help": "?",
        "first": "1",
        "second": "2",
        "third": "3",
        "fourth": "4",
    }
)
"""By action of the page, the first letter of its word or another of its letters. No two are the same key."""


def keys_of(preferences: Preferences) -> Mapping[str, str]:
    """Return the key of each action for a user; none when their keys are switched off.

    An action whose usual key the user gave to another one has none: one key never does two things.
    """
    if not preferences.shortcuts_on:
        return MappingProxyType({})
    own = {action: key.casefold() for action, key in preferences.keys.items() if action in DEFAULT_KEYS}
    taken = set(own.values())
    usual = {action: key for action, key in DEFAULT_KEYS.items() if action not in own and key not in taken}
    return MappingProxyType({action: (own | usual)[action] for action in DEFAULT_KEYS if action in own | usual})
