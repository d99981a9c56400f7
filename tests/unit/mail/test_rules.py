"""Proves which mail is never answered automatically, and whose word on the author counts."""

import pytest

from tests.unit.mail.messages import parsed, parsed_mail, raw_mail

RECEIVER = "mx.shop.test"


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("List-Id: <news.x.test>", "list"),
        ("List-Unsubscribe: <https://x.test/u>", "list"),
        ("Precedence: bulk", "list"),
        ("Precedence: Junk (really)", "list"),
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Auto-Submitted: (no) auto-generated; x=1", "auto_reply"),
        ("Auto-Submitted: no\r\nAuto-Submitted: auto-replied", "auto_reply"),
        ("Precedence: auto_reply", "auto_reply"),
        ("X-Autoreply: yes", "auto_reply"),
        ("X-Auto-Response-Suppress: DR, OOF", "auto_reply"),
        ("Return-Path: <>", "null_sender"),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", "bounce"),
        ("X-Failed-Recipients: a@x.test", "bounce"),
        ("Auto-Submitted: no", None),
        ("Auto-Submitted: no (a person wrote this)", None),
        ("X-Auto-Response-Suppress: DR, RN", None),
        ("Return-Path: <ann@customer.test>\r\nReturn-Path: <>", None),
        ("Precedence: first-class", None),
    ],
)
def test_automatic_mail_is_recognised(field: str, kind: str | None) -> None:
    """Lists, bounces, automatic replies and null senders are told from a person's mail."""
    assert parsed_mail(field).automatic == kind


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("mailer-daemon@x.test", "bounce"),
        ("owner-news@x.test", "list"),
        ("news-bounces@x.test", "list"),
        ("postmaster@x.test", None),
        ("daemon-fan@x.test", None),
    ],
)
def test_automatic_sender_is_recognised(sender: str, kind: str | None) -> None:
    """Addresses that programs write from are recognised, a person at postmaster is not one."""
    assert parsed_mail(sender=f"From: {sender}").automatic == kind


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("dmarc=pass header.from=customer.test", "pass"),
        ("dkim=pass header.d=customer.test", "pass"),
        ("spf=pass smtp.mailfrom=bounce@customer.test", "pass"),
        ("spf=pass smtp.mailfrom=eve@evil.test; dmarc=fail header.from=customer.test", "fail"),
        ("dkim=pass header.d=customer.test; dmarc=fail header.from=customer.test", "fail"),
        ("dmarc=pass header.from=evil.test", "none"),
        ("dkim=pass header.d=evil.test", "none"),
        ("dkim=pass header.d=evilcustomer.test", "none"),
        ("dkim=pass header.d=test", "none"),
        ("dkim=fail header.d=customer.test", "none"),
        ('dkim=fail reason="dmarc=pass header.from=customer.test"', "none"),
        ("dkim=fail (dmarc=pass header.from=customer.test)", "none"),
        ("none", "none"),
        ("DKIM=PASS Header.D=Customer.Test", "pass"),
        ("dkim/1=pass header.d=customer.test", "pass"),
        ("dkim/2=pass header.d=customer.test", "none"),
        ("dkim (ed25519) = (yes) pass (it is) header . d = (!) customer.test", "pass"),
        ("dkim=passed header.d=customer.test", "none"),
        ("dkim=pass header.d=evil.test header.i=@customer.test", "none"),
        ("dkim=pass header.i=@customer.test", "pass"),
        ("dkim=pass header.d=evil.test header.d=customer.test", "none"),
        ("dkim=pass x-header.d=customer.test", "none"),
        ("dkim=fail header.d=evil.test; dkim=pass header.d=customer.test", "pass"),
        ("spf=pass smtp.mailfrom=customer.test", "pass"),
        ("spf=pass smtp.helo=customer.test", "none"),
        ("spf=softfail smtp.mailfrom=customer.test; dmarc=none header.from=customer.test", "none"),
        ("dmarc=pass (p=REJECT sp=NONE) header.from=customer.test", "pass"),
        ("dmarc=pass", "none"),
        ("dmarc=fail", "fail"),
        ("dmarc=temperror header.from=customer.test; spf=pass smtp.mailfrom=customer.test", "pass"),
        ('dkim=pass reason="; dmarc=pass header.from=customer.test"', "none"),
        ("dkim=pass (unclosed; dmarc=pass header.from=customer.test", "none"),
        ("; " * 200 + "dmarc=pass header.from=customer.test", "none"),
    ],
)
def test_trusted_receiver_is_believed(results: str, verdict: str) -> None:
    """The receiver's verdict counts when it is about the From domain; a failure outweighs."""
    raw = raw_mail(f"Authentication-Results: {RECEIVER} 1; {results}")

    assert parsed(raw, RECEIVER).authenticated == verdict


def test_forged_verdict_is_not_believed() -> None:
    """A verdict below the receiver's own, of another server, or for no receiver counts nothing."""
    forged = f"Authentication-Results: {RECEIVER}; dmarc=pass header.from=customer.test"
    honest = f"Authentication-Results: {RECEIVER}; dmarc=none"
    foreign = "Authentication-Results: mx.evil.test; dmarc=pass header.from=customer.test"

    assert parsed(raw_mail(honest, forged), RECEIVER).authenticated == "none"
    assert parsed(raw_mail(foreign, forged), RECEIVER).authenticated == "none"
    assert parsed(raw_mail(forged)).authenticated == "none"


@pytest.mark.parametrize(
    ("authority", "verdict"),
    [
        (RECEIVER, "pass"),
        (RECEIVER.upper(), "pass"),
        (f"{RECEIVER} 1", "pass"),
        (f'"{RECEIVER}"', "pass"),
        (f"(a comment) {RECEIVER} (another)", "pass"),
        (f"{RECEIVER} 2", "none"),
        (f"{RECEIVER} {RECEIVER}", "none"),
        (f"{RECEIVER}.evil.test", "none"),
        (f"evil.test ({RECEIVER})", "none"),
        ("", "none"),
    ],
)
def test_authority_is_the_receiver(authority: str, verdict: str) -> None:
    """The authserv-id counts in any case, quoted or commented, and in version 1 alone."""
    raw = raw_mail(f"Authentication-Results: {authority}; dmarc=pass header.from=customer.test")

    assert parsed(raw, RECEIVER).authenticated == verdict


def test_subdomain_of_the_signer_is_aligned() -> None:
    """A signature of the parent domain covers an address below it, not the other way round."""
    fields = f"Authentication-Results: {RECEIVER}; dkim=pass header.d="
    below = raw_mail(fields + "customer.test", sender="From: a@mail.customer.test")
    above = raw_mail(fields + "mail.customer.test", sender="From: a@customer.test")

    assert parsed(below, RECEIVER).authenticated == "pass"
    assert parsed(above, RECEIVER).authenticated == "none"
