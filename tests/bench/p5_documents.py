"""P5: an attestation printed with shared fonts and sheets, beside the library called plainly on the same text."""

from collections.abc import Iterator

from portal.documents import press
from portal.documents.kinds import Kind
from portal.web.wording import PARIS
from tests.bench import sample
from tests.bench.rounds import Row, compare

BODY = """<h2>Décision</h2><p>Le service {name} de la société {owner} est inscrit sur la liste blanche de production.</p>
<table><thead><tr><th>Certificat</th><th>Expire le</th></tr></thead><tbody>{lines}</tbody></table>
<p>La présente attestation vaut tant que l’inscription n’est ni suspendue ni retirée.</p>"""


def rows() -> Iterator[Row]:
    """The ratio of P5 that this stage has: packs, seals and annexes come later."""
    press.sheets("neutral")
    turn = iter(range(10**9))

    def shared() -> None:
        press.print_pdf(_html(next(turn)), theme="neutral", attachments=[])

    def plain() -> None:
        _plainly(_html(next(turn)))

    yield compare(
        "P5.1-attestation",
        "attestation / HTML(string=…).write_pdf(), même norme",
        subject=shared,
        floor=plain,
        target=0.85,
        seconds=0.3,
    )


def _html(turn: int) -> str:
    """The document as `issue` gives it to the press; its content changes each time."""
    from django.template import engines

    marks = {
        "kind": Kind.WHITELIST_ATTESTATION.label,
        "reference": f"DOC-2026-{turn:04d}",
        "title": "Attestation d’inscription en liste blanche",
        "subject_reference": f"LB-{turn:06d}",
        "code": "ABCD-EFGH-JKLM",
        "check_address": "https://portail.exemple.fr/verifier/",
        "qr": "",
        "issued_at": sample.AT.astimezone(PARIS),
        "theme": "neutral",
        "demo": False,
    }
    lines = "".join(f"<tr><td>{turn:032x}{rank:032x}</td><td>31/12/2028</td></tr>" for rank in range(3))
    body = BODY.format(name=f"Lits {turn}", owner="Éditeur", lines=lines)
    text = '{% extends "portal/documents/base.html" %}{% block content %}{{ body|safe }}{% endblock %}'
    return str(engines["django"].from_string(text).render({"document": marks, "body": body}))


def _plainly(html: str) -> bytes:
    """What one would write first: sheets and fonts read again for each document."""
    from weasyprint import CSS, HTML

    sheets = [
        CSS(string=(press.DATA / name).read_text(), url_fetcher=press.fetcher())
        for name in ("neutral.css", "document.css")
    ]
    printed = HTML(string=html, url_fetcher=press.fetcher()).write_pdf(
        stylesheets=sheets, pdf_variant="pdf/a-3a", finisher=press._declare_accessible
    )
    return bytes(printed)
