"""What a proposal rests on, as lines for a terminal: columns and counts, never a value."""

from __future__ import annotations

from typing import Final

from linkage.proposal.propose import Proposal

_READ_ONLY: Final = {"record_id": "names the record", "source": "names the office or file"}


def report(proposal: Proposal) -> str:
    """Return a table of the columns and what they were taken for, and the pairs to compare."""
    if not proposal.attributes:
        return "Indonesian residents: the built-in spec fits, and was copied"
    rows = [("column", "taken for", "sure", "used")]
    for attribute in proposal.attributes:
        whose = f" ({attribute.about})" if attribute.about else ""
        column = "".join(sign if sign.isprintable() else " " for sign in " / ".join(dict.fromkeys(attribute.columns)))
        used = proposal.left_out.get(attribute.name, _READ_ONLY.get(attribute.role, "yes"))
        rows.append((column, f"{attribute.role.replace('_', ' ')}{whose}", f"{attribute.confidence:.0%}", used))
    widths = [min(40, max(len(row[place]) for row in rows)) for place in range(3)]
    lines = ["  ".join(f"{row[place]:<{widths[place]}.{widths[place]}}" for place in range(3)) for row in rows]
    lines = [f"{line}  {row[3]}".rstrip() for line, row in zip(lines, rows, strict=True)]
    pairs = sum(chosen.compared for chosen in proposal.rules)
    if proposal.rules:
        lines.append(f"{len(proposal.rules)} blocking rules, {pairs:,} pairs to compare")
    return "\n".join(lines)
