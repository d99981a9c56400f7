"""Owns the limits within which a message is understood; beyond them it is quarantined.

They bound time and memory against a message built to exhaust them (many parts, deep nesting, one
endless header), and lie well above what people send.
"""

MAX_MESSAGE_BYTES = 50 * 1024 * 1024
"""Bytes of one raw message, attachments encoded, that is read."""

MAX_KEPT_BYTES = 100 * 1024 * 1024
"""Bytes of one raw message that are kept; of a larger one its beginning, and it says so."""

MAX_LINES = 1_000_000
"""Lines of one raw message."""

MAX_PARTS = 200
"""MIME parts of one message, containers included."""

MAX_DEPTH = 20
"""Levels of nested MIME containers."""

MAX_DASHED_LINES = 5_000
"""Lines that begin like a boundary: each may cost the parser a part."""

MAX_BOUNDARIES = 100
"""Boundary parameters in the raw bytes."""

MAX_COMPARISONS = 3_000_000
"""Lines times boundary parameters: the parser compares each line with each open boundary."""

MAX_HEAD_LINES = 5_000
"""Lines before the first blank one."""

MAX_HEADER_CHARS = 64 * 1024
"""Characters of one header field that are looked at."""

MAX_PARAMETER_CHARS = 2_048
"""Characters of a field with parameters (Content-Type) that are looked at: the library's reader
takes quadratic time."""

MAX_PARAMETERS = 100
"""Parameters of one field that are read."""

MAX_TNEF_ATTRIBUTES = 2_000
"""Attributes of one winmail.dat that are read."""

MAX_CALENDAR_CHARS = 100_000
"""Characters of one calendar entry that are looked at."""

MAX_SUBJECT_CHARS = 2_000
"""Characters of the subject that are kept."""

MAX_NAME_CHARS = 255
"""Characters of the name of a person or file that are kept."""

MAX_TEXT_CHARS = 1_000_000
"""Characters of body text that are kept; the raw message holds the rest."""

MAX_REFERENCES = 100
"""Message-IDs of ancestors that are kept: the first, and the newest."""

MAX_ADDRESSES = 1_000
"""Addresses of one header field that are kept."""
