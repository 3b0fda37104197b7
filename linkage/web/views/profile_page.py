"""Everybody's own page: the keys they may change, and which of their wishes cannot be had together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkage.accounts.preferences import Preferences
from linkage.web.views.case_keys import DEFAULT_KEYS


@dataclass(frozen=True)
class KeyLine:
    """An action of the page with its usual key and the one typed or in use. ``clash``: others want the same one;
    ``unfit``: it is not one character that can be seen."""

    action: str
    usual: str
    key: str
    clash: tuple[str, ...] = ()
    unfit: bool = False


def key_lines(wanted: Mapping[str, str]) -> tuple[KeyLine, ...]:
    """Return the lines for the keys that are wanted, by action; what is left out is the usual one."""
    keys = {action: wanted.get(action, usual).casefold() for action, usual in DEFAULT_KEYS.items()}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for action, key in keys.items():
        holders[key].append(action)
    return tuple(
        KeyLine(
            action,
            DEFAULT_KEYS[action],
            key,
            tuple(other for other in holders[key] if other != action),
            unfit=len(key) != 1 or not key.isprintable() or key.isspace(),
        )
        for action, key in keys.items()
    )


def is_sound(lines: Sequence[KeyLine]) -> bool:
    """Return whether each key is fit and of one action alone."""
    return not any(line.clash or line.unfit for line in lines)


def changed(lines: Sequence[KeyLine]) -> dict[str, str]:
    """Return what differs from the usual keys, as preferences keep it."""
    return {line.action: line.key for line in lines if line.key != line.usual}


def current(preferences: Preferences) -> tuple[KeyLine, ...]:
    """Return the lines for the keys in use."""
    return key_lines({action: key for action, key in preferences.keys.items() if action in DEFAULT_KEYS})
