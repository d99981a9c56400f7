"""Owns how pauses, connectors, policy and notices fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.system import (
    ConnectorCertified,
    ConnectorSuspended,
    ConnectorTrusted,
    NoticeDismissed,
    NoticeRaised,
    OverridePaused,
    OverrideResumed,
    PolicyChanged,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.house import ConnectorRow, NoticeRow, PauseRow, PolicyRow


@reduces(OverridePaused)
def _paused(env: Envelope, data: OverridePaused, rows: Rows) -> None:
    rows.put(PauseRow(scope=data.scope, position=env.position, reason=data.reason))


@reduces(OverrideResumed)
def _resumed(_env: Envelope, data: OverrideResumed, rows: Rows) -> None:
    rows.delete(PauseRow, data.scope)


def _connector(rows: Rows, name: str, account: str) -> ConnectorRow:
    row = rows.get(ConnectorRow, name)
    if row is not None and row.account == account:
        return row
    return ConnectorRow(
        name=name, account=account, trusted_until=None, certified_until=None, suspended=None
    )


@reduces(ConnectorTrusted)
def _trusted(_env: Envelope, data: ConnectorTrusted, rows: Rows) -> None:
    row = _connector(rows, data.connector, data.account)
    rows.put(row.but(trusted_until=data.expires_at, suspended=None))


@reduces(ConnectorCertified)
def _certified(_env: Envelope, data: ConnectorCertified, rows: Rows) -> None:
    row = _connector(rows, data.connector, data.account)
    rows.put(row.but(certified_until=data.expires_at, suspended=None))


@reduces(ConnectorSuspended)
def _suspended(_env: Envelope, data: ConnectorSuspended, rows: Rows) -> None:
    row = _connector(rows, data.connector, data.account)
    rows.put(row.but(trusted_until=None, certified_until=None, suspended=data.reason))


@reduces(PolicyChanged)
def _policy_changed(_env: Envelope, data: PolicyChanged, rows: Rows) -> None:
    rows.put(
        PolicyRow(
            id="policy",
            digest=data.digest,
            text=data.text,
            is_safe_mode=data.is_safe_mode,
            mistakes=data.mistakes,
        )
    )


@reduces(NoticeRaised)
def _notice_raised(env: Envelope, data: NoticeRaised, rows: Rows) -> None:
    rows.put(
        NoticeRow(
            id=data.notice_id,
            kind=data.kind,
            about=data.about,
            summary=data.summary,
            remedy=data.remedy,
            state="open",
            position=env.position,
        )
    )


@reduces(NoticeDismissed)
def _notice_dismissed(_env: Envelope, data: NoticeDismissed, rows: Rows) -> None:
    row = must(rows.get(NoticeRow, data.notice_id), NoticeRow, data.notice_id)
    rows.put(row.but(state="dismissed"))
