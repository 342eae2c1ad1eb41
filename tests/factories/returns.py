"""Notices of non-delivery as relays write them (RFC 3464)."""

NOTICE = """\
From: MAILER-DAEMON@relais.exemple.fr
To: retours@portail.exemple.fr
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relais.exemple.fr.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.exemple.fr
Arrival-Date: Tue, 3 Mar 2026 10:00:00 +0100

{recipients}
--B
Content-Type: {quoted}

From: portail@exemple.fr
Message-ID: {message_id}
Subject: Un avis

--B--
"""
RECIPIENT = """\
{extra}Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

"""


def recipient(
    address: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
    extra: str = "",
) -> str:
    """One block of a notice."""
    return RECIPIENT.format(address=address, action=action, status=status, diagnostic=diagnostic, extra=extra)


def notice(message_id: str, *recipients: str, quoted: str = "text/rfc822-headers") -> bytes:
    """A notice about a mail; `recipients` are blocks."""
    return NOTICE.format(message_id=message_id, recipients="".join(recipients), quoted=quoted).encode()
