"""Codes in records that stand for words: status of card and record, channel of entry."""

from __future__ import annotations

from typing import Final

CARD_STATUS: Final = (
    "",
    "CARD_ISSUED",
    "CARD_PRINTED",
    "CARD_SHIPPED",
    "PRINT_READY_RECORD",
    "UNREGISTERED",
    "BIO_CAPTURED",
    "SENT_FOR_ENROLLMENT",
    "RECEIVED_AT_CENTRAL",
    "ENROLL_FAILURE_AT_CENTRAL",
    "DUPLICATE_RECORD",
)
"""Status of the electronic identity card; the first is that of children."""

ENROLLED: Final = (1, 2, 3, 4)
"""Statuses that stand for a finished biometric enrolment."""

REFUSED: Final = CARD_STATUS.index("DUPLICATE_RECORD")

CHANNELS: Final = ("LOKET", "DARING", "JEMPUT_BOLA", "MIGRASI", "NONPERMANEN")
CHANNEL_SHARES: Final = (0.62, 0.12, 0.08, 0.18)
"""Share of each of the first four channels among first records."""

FIELD_TEAM, NOT_PERMANENT = 2, 4
FLAGS: Final = ("0", "1", "2")
"""Status of a record: active, closed because of a death, closed because of a move."""

ACTIVE, DEAD, MOVED_AWAY = 0, 1, 2
