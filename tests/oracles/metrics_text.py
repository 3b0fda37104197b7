"""Reading metrics back: the text format of Prometheus, as its specification states it."""

from __future__ import annotations

import re
from typing import Any

_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)')
_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
_ESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def plain(text: str) -> str:
    """Undo the escapes of a label's value or a sentence."""
    return re.sub(r'\\[\\"n]', lambda found: _ESCAPED[found[0]], text)


def parse(text: str) -> dict[str, Any]:
    """Metrics by name with ``says``, ``kind`` and ``samples`` by labels; anything the format does not allow fails."""
    found: dict[str, Any] = {}
    kind = name = ""
    assert text == "" or text.endswith("\n")
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            _, _, name, says = line.split(" ", 3)
            assert name not in found
            found[name] = {"says": plain(says), "samples": {}}
        elif line.startswith("# TYPE "):
            _, _, typed, kind = line.split(" ")
            assert typed == name
            assert kind in ("gauge", "counter")
            found[name]["kind"] = kind
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample is not None, line
            of, labels, value = sample.groups()
            assert of == name
            pairs, end = [], 0
            for match in _LABEL.finditer(labels or ""):
                assert match.start() == end
                end = match.end()
                pairs.append((match[1], plain(match[2])))
            assert end == len(labels or "")
            assert tuple(pairs) not in found[name]["samples"]
            found[name]["samples"][tuple(pairs)] = float(value)
    return found
