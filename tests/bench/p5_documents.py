"""P5: an attestation printed with shared fonts and sheets, beside the library called plainly on the same text."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.sign import signers

from portal.documents import press, seal
from portal.documents.kinds import Kind
from portal.web.wording import PARIS
from tests.bench import sample
from tests.bench.rounds import Row, apart, compare
from tests.bench.sizes import ANNEX

BODY = """<h2>Décision</h2><p>Le service {name} de la société {owner} est inscrit sur la liste blanche de production.</p>
<table><thead><tr><th>Certificat</th><th>Expire le</th></tr></thead><tbody>{lines}</tbody></table>
<p>La présente attestation vaut tant que l’inscription n’est ni suspendue ni retirée.</p>"""


def rows() -> Iterator[Row]:
    """The ratios of P5: printing, sealing, and a long list."""
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
    printed = press.print_pdf(_html(0), theme="neutral", attachments=[])
    yield from apart(_seals(printed, shared), _annex())


def _annex() -> Iterator[Row]:
    """A list of establishments as the portal prints it, beside the same table by the library called plainly."""
    lines = [f"<tr><th>{rank:09d}</th><td>Établissement {rank}</td><td>Commune</td></tr>" for rank in range(ANNEX)]
    table = "<table><caption>Liste</caption><tbody>" + "".join(lines) + "</tbody></table>"
    html = _html(0).replace("<h2>Décision</h2>", table)
    yield compare(
        "P5.5-annex",
        f"liste de {ANNEX} établissements / la même en tableau par HTML(string=…).write_pdf()",
        subject=lambda: press.print_pdf(html, theme="neutral", attachments=[]),
        floor=lambda: _plainly(html),
        target=0.4,
        seconds=0,
    )


def _seals(printed: bytes, shared: Callable[[], None]) -> Iterator[Row]:
    """A seal by an RSA key of 3072 bits, beside a curve, the library's own signer, and the printing."""
    kept, curve, library = _sealers(rsa.generate_private_key(65537, 3072))

    def sealer(mine: seal.Seal) -> Callable[[], None]:
        return lambda: [seal.applied(mine, printed, reason="Attestation", at=sample.AT) for _ in range(4)] and None

    by_rsa = sealer(kept)
    yield compare("P5.3-curve", "cachet RSA 3072 / cachet P-256", subject=by_rsa, floor=sealer(curve), target=1.15)
    yield compare(
        "P5.3-library", "cachet / signataire de la bibliothèque", subject=by_rsa, floor=sealer(library), target=0.1
    )

    def both() -> None:
        shared()
        seal.applied(kept, printed, reason="Attestation", at=sample.AT)

    yield compare("P5.4-both", "imprimer et sceller / imprimer", subject=both, floor=shared, target=1.5, seconds=0.3)


def _sealers(key: rsa.RSAPrivateKey) -> tuple[seal.Seal, seal.Seal, seal.Seal]:
    """Ours with that key, ours with a curve, and the library's own signer with that key."""
    kept, curve = (seal.load(_certificate(one), _pem(one)) for one in (key, ec.generate_private_key(ec.SECP256R1())))
    signer = signers.SimpleSigner(kept.signer.signing_cert, kept.signer.signing_key, kept.signer.cert_registry)
    return kept, curve, replace(kept, signer=signer)


def _certificate(key: seal.Key) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Agence d’essai")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(sample.AT - timedelta(days=9))
    made = builder.not_valid_after(sample.AT + timedelta(days=900)).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def _pem(key: seal.Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
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
