"""Owns the list of every row class, and the version of the projections.

VERSION goes up whenever a row or a reducer changes; a home of an older version is folded anew when
it is next opened, one of a newer version is refused.
"""

from aios_defs.core.rows.access import LinkRow, NonceRow, RefusalRow, SessionRow, TokenRow
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.copies import BackupRow, HoldRow, RestoreRow
from aios_defs.core.rows.facts import DisputeRow, EvidenceRow, FactRow
from aios_defs.core.rows.house import (
    ArchiveRow,
    AutomaticRow,
    ConnectorRow,
    CursorRow,
    FloodRow,
    HandedRow,
    LaterRow,
    LeaseRow,
    NoticeRow,
    PauseRow,
    PolicyRow,
    RefRow,
    SpareRefRow,
)
from aios_defs.core.rows.imports import ImportLineRow, ImportRow
from aios_defs.core.rows.labels import LabelRow
from aios_defs.core.rows.messages import HomeRow, InteractionRow, MessageRow, ThreadMailRow
from aios_defs.core.rows.metrics import MetricRow, MomentRow
from aios_defs.core.rows.profiles import DuplicateRow, HintRow, IdentityRow, ProfileRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.sinks import SinkRow
from aios_defs.core.rows.tasks import DecisionRow, IntentRow, PackRow, QuestionRow, TaskRow
from aios_defs.core.rows.telling import DeliveryRow, DigestRow, PulseRow, TellingRow, ToldRow

VERSION = 4

ROWS: tuple[type[Row], ...] = (
    HomeRow,
    MessageRow,
    ThreadMailRow,
    InteractionRow,
    ProfileRow,
    IdentityRow,
    HintRow,
    DuplicateRow,
    ImportRow,
    ImportLineRow,
    FactRow,
    DisputeRow,
    EvidenceRow,
    LabelRow,
    CommitmentRow,
    IntentRow,
    TaskRow,
    QuestionRow,
    PackRow,
    DecisionRow,
    ActionRow,
    ApprovalRow,
    PauseRow,
    ConnectorRow,
    SinkRow,
    PolicyRow,
    NoticeRow,
    ArchiveRow,
    LeaseRow,
    CursorRow,
    HandedRow,
    RefRow,
    AutomaticRow,
    FloodRow,
    LaterRow,
    SpareRefRow,
    SessionRow,
    LinkRow,
    NonceRow,
    TokenRow,
    RefusalRow,
    DigestRow,
    TellingRow,
    ToldRow,
    DeliveryRow,
    PulseRow,
    MetricRow,
    MomentRow,
    BackupRow,
    RestoreRow,
    HoldRow,
)
