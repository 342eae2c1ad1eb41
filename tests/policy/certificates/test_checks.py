"""Named checks: what is good, what is bad and how to mend it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from policy.certificates import authorities, checks, der, inspection
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment, Hierarchy, Place
from policy.certificates.identity import Holder
from policy.certificates.question import Question, Twin
from policy.certificates.trust import Anchor
from portal.demo.pki import PRODUCTS
from tests.factories.certificates import (
    AT,
    BORN,
    SIREN,
    anchors,
    crafted,
    ec_key,
    issued,
    named,
    rebuilt,
    rsa_key,
    sample,
    tlv,
    unit,
)

VENDOR = Holder("Éditeur", siren=SIREN)
NAMES = [
    "format", "serial", "extensions", "chain", "hierarchy", "offer", "policy", "key", "reuse", "signature", "validity",
    "identity", "uniqueness", "revocation",
]  # fmt: skip


def judged(data: bytes, *, environment: Environment = Environment.PRODUCTION, **changes: Any) -> dict[str, Check]:
    """The checks on a certificate of the demonstration, by name."""
    at = changes.pop("at", AT)
    question = Question(environment, at, changes.pop("holders", (VENDOR,)), **changes)
    read = inspection.inspect(data, [*authorities.igc_sante(), *anchors()], at=at)
    return {check.name: check for check in checks.judge(read.facts, read.chain, question)}


def bad(found: dict[str, Check]) -> list[str]:
    """The names of the bad checks; each has a sentence and a remedy."""
    wrong = [check for check in found.values() if check.outcome is Outcome.BAD]
    assert all(check.sentence.endswith(".") and check.remedy.endswith(".") for check in wrong)
    return [check.name for check in wrong]


def extension(oid: str, content: bytes) -> library.UnrecognizedExtension:
    return library.UnrecognizedExtension(ObjectIdentifier(oid), content)


def test_client_certificate_of_the_vendor_is_good_for_production() -> None:
    found = judged(issued())
    assert list(found) == NAMES
    assert checks.is_acceptable(found.values())
    assert [name for name, check in found.items() if check.outcome is not Outcome.GOOD] == ["revocation"]


def test_client_certificate_of_the_vendor_is_good_for_the_sandbox() -> None:
    assert bad(judged(issued(Hierarchy.TEST), environment=Environment.SANDBOX)) == []


def test_real_client_certificates_are_good_at_their_time() -> None:
    at = datetime(2024, 1, 15, 12, 0, tzinfo=UTC)
    assert bad(judged(sample("apibi"), at=at)) == []
    assert bad(judged(sample("Extract"), environment=Environment.SANDBOX, at=at)) == []


def test_real_client_certificate_has_expired_today() -> None:
    found = judged(sample("apibi"), at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    assert bad(found) == ["validity"]
    assert "05/05/2026 09:04:07, heure de Paris" in found["validity"].sentence


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("testsign", datetime(2023, 1, 1, tzinfo=UTC), ["offer"]),
        ("esignsante", datetime(2023, 1, 1, tzinfo=UTC), ["offer"]),
        ("tomws", datetime(2020, 1, 1, tzinfo=UTC), ["offer"]),
        ("platines", datetime(2018, 1, 1, tzinfo=UTC), ["offer"]),
        ("cpxservices", datetime(2016, 1, 1, tzinfo=UTC), ["chain", "offer", "key", "signature"]),
    ],
)
def test_real_certificates_of_another_use_are_refused(name: str, at: datetime, expected: list[str]) -> None:
    assert bad(judged(sample(name), environment=Environment.SANDBOX, at=at)) == expected


@pytest.mark.parametrize("anchor", authorities.igc_sante(), ids=lambda anchor: anchor.name)
def test_real_authorities_are_named_and_refused_as_clients(anchor: Anchor) -> None:
    where = Environment.SANDBOX if anchor.hierarchy is Hierarchy.TEST else Environment.PRODUCTION
    found = judged(anchor.pem.encode(), environment=where, at=datetime(2024, 1, 15, tzinfo=UTC))
    assert {"offer", "identity"} <= set(bad(found))
    assert "le certificat d’une autorité de certification" in found["offer"].sentence


@pytest.mark.parametrize(
    ("hierarchy", "environment"),
    [(Hierarchy.TEST, Environment.PRODUCTION), (Hierarchy.PROD, Environment.SANDBOX)],
)
def test_certificate_of_the_other_hierarchy_is_refused_though_its_name_is_the_same(
    hierarchy: Hierarchy, environment: Environment
) -> None:
    assert bad(judged(issued(hierarchy), environment=environment)) == ["hierarchy"]


def test_sandbox_may_be_told_to_accept_both_hierarchies_and_production_never() -> None:
    both = frozenset(Hierarchy)
    assert bad(judged(issued(), environment=Environment.SANDBOX, hierarchies=both)) == []
    assert bad(judged(issued(Hierarchy.TEST), hierarchies=both)) == ["hierarchy"]


def test_each_test_platform_says_what_it_accepts() -> None:
    both, test = frozenset(Hierarchy), frozenset([Hierarchy.TEST])
    places = ((Place.SANDBOX, both), (Place.PLATINES, test))
    found = judged(issued(), environment=Environment.SANDBOX, places=places)
    assert bad(found) == []
    assert found["hierarchy"].sentence.endswith("Accepté par le bac à sable du ROR ; refusé par PLATINES.")
    found = judged(issued(Hierarchy.TEST), environment=Environment.SANDBOX, places=places)
    assert "Accepté par" not in found["hierarchy"].sentence
    strict = ((Place.SANDBOX, test), (Place.PLATINES, test))
    assert bad(judged(issued(), environment=Environment.SANDBOX, places=strict)) == ["hierarchy"]
    everywhere = ((Place.PRODUCTION, both),)
    assert bad(judged(issued(Hierarchy.TEST), places=everywhere)) == ["hierarchy"]  # production never widens


def test_hierarchy_is_not_available_without_a_chain() -> None:
    found = judged(crafted(signing_key=rsa_key(3072)))
    assert bad(found) == ["chain"]
    assert found["hierarchy"].outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_ca": True}, "autorité de certification"),
        ({"usages": ("key_cert_sign", "digital_signature")}, "autorité de certification"),
        (
            {"usages": ("digital_signature", "key_encipherment"), "purposes": PRODUCTS["SSL_SERV"].purposes},
            "SSL_SERV",
        ),
        ({"purposes": [ExtendedKeyUsageOID.SERVER_AUTH]}, "SSL_SERV"),
        (
            {"usages": ("digital_signature", "content_commitment"), "purposes": [ExtendedKeyUsageOID.EMAIL_PROTECTION]},
            "SIGN",
        ),
        ({"usages": ("digital_signature", "content_commitment")}, "SIGN"),
        ({"usages": ("key_encipherment",), "purposes": [ExtendedKeyUsageOID.EMAIL_PROTECTION]}, "CONF"),
        ({"usages": ("digital_signature",), "purposes": [ExtendedKeyUsageOID.EMAIL_PROTECTION]}, "SIGN"),
        ({"purposes": None}, "usage n’est pas"),
        ({"usages": None}, "usage n’est pas"),
        ({"purposes": [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]}, "usage n’est pas"),
        (
            {"purposes": [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]},
            "usage n’est pas",
        ),
        ({"purposes": [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SMARTCARD_LOGON]}, "carte CPx"),
        (
            {"name": named((NameOID.ORGANIZATIONAL_UNIT_NAME, f"3{SIREN}00020"), (NameOID.SURNAME, "DUPONT"))},
            "carte CPx",
        ),
    ],
)
def test_offer_other_than_auth_cli_is_named(changes: dict[str, Any], words: str) -> None:
    found = judged(crafted(**changes))
    assert "offer" in bad(found)
    assert words in found["offer"].sentence


@pytest.mark.parametrize(
    ("key", "outcome", "words"),
    [
        (rsa_key(1024), Outcome.BAD, "1024 bits"),
        (rsa_key(2048), Outcome.GOOD, "avant fin 2030"),
        (rsa_key(3072), Outcome.GOOD, "RSA 3072 bits"),
        (rsa_key(2048, 3), Outcome.BAD, "exposant (3)"),
        (ec_key(ec.SECP256R1()), Outcome.GOOD, "P-256"),
        (ec_key(ec.SECP384R1()), Outcome.GOOD, "P-384"),
        (ec_key(ec.SECP521R1()), Outcome.GOOD, "P-521"),
        (ec_key(ec.SECP256K1()), Outcome.BAD, "secp256k1"),
        (ed25519.Ed25519PrivateKey.generate(), Outcome.BAD, "Ed25519"),
    ],
)
def test_key_is_judged_by_kind_and_size(key: Any, outcome: Outcome, words: str) -> None:
    check = judged(crafted(key=key))["key"]
    assert check.outcome is outcome
    assert words in check.sentence


def test_signature_older_than_sha256_is_refused() -> None:
    check = judged(sample("cpxservices"))["signature"]
    assert check.outcome is Outcome.BAD
    assert "SHA-1" in check.sentence


@pytest.mark.parametrize("algorithm", [hashes.SHA384(), hashes.SHA512()])
def test_stronger_signatures_are_accepted(algorithm: hashes.HashAlgorithm) -> None:
    assert bad(judged(crafted(algorithm=algorithm))) == []


def test_two_signature_algorithms_are_refused() -> None:
    other = tlv(0x30, tlv(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"), b"\x05\x00")
    assert "signature" in bad(judged(rebuilt(crafted(), lambda parts: [*parts[:2], other, *parts[3:]])))


def test_serial_of_more_than_twenty_octets_is_refused() -> None:
    long = tlv(der.INTEGER, b"\x01" * 21)
    assert "serial" in bad(judged(rebuilt(crafted(), lambda parts: [parts[0], long, *parts[2:]])))


def test_version_one_is_refused() -> None:
    assert "format" in bad(judged(rebuilt(crafted(), lambda parts: [*parts[1:-1]])))


def test_duplicated_extension_is_refused_and_its_uses_are_not_guessed() -> None:
    twice = [(extension("1.2.250.1.99.1", b"\x05\x00"), False)]

    def double(parts: list[bytes]) -> list[bytes]:
        listing = der.whole(der.whole(parts[-1]).content).content
        return [
            *parts[:-1],
            tlv(0xA3, tlv(der.SEQUENCE, listing, der.whole(tlv(0x30, listing)).children()[-1].encoding)),
        ]

    found = judged(rebuilt(crafted(extra=twice), double))
    assert "extensions" in bad(found)
    assert found["offer"].outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize("value", ["ror\u202eexe", "ror\x00.fr", "ror\u200b", "ror\n"])
def test_invisible_character_in_a_name_is_refused(value: str) -> None:
    name = named((NameOID.ORGANIZATIONAL_UNIT_NAME, f"3{SIREN}00020"), (NameOID.COMMON_NAME, value))
    assert bad(judged(crafted(name=name))) == ["format"]


@pytest.mark.parametrize(
    ("start", "end", "at", "outcome", "words"),
    [
        (BORN, BORN + timedelta(days=1096), BORN, Outcome.GOOD, "valable jusqu’au"),
        (BORN, BORN + timedelta(days=1096), BORN - timedelta(seconds=1), Outcome.BAD, "à partir du"),
        (BORN, BORN + timedelta(days=10), BORN + timedelta(days=10), Outcome.GOOD, "expire bientôt"),
        (BORN, BORN + timedelta(days=10), BORN + timedelta(days=10, seconds=1), Outcome.BAD, "a expiré le"),
        (BORN, BORN + timedelta(days=10), BORN + timedelta(days=10, microseconds=9), Outcome.GOOD, "expire bientôt"),
        (BORN, BORN - timedelta(days=10), BORN, Outcome.BAD, "avant d’avoir commencé"),
        (BORN, BORN + timedelta(days=1097), BORN, Outcome.GOOD, "valable jusqu’au"),
    ],
)
def test_validity_to_the_second(start: datetime, end: datetime, at: datetime, outcome: Outcome, words: str) -> None:
    check = checks.validity(start, end, at=at)
    assert check.outcome is outcome
    assert words in check.sentence


@pytest.mark.parametrize(
    ("value", "outcome", "words"),
    [
        (f"3{SIREN}00020", Outcome.GOOD, "désigne Éditeur"),
        (f"3{SIREN}00046", Outcome.GOOD, "désigne Éditeur"),
        (f"2{SIREN}", Outcome.GOOD, "désigne Éditeur"),
        ("300000000077081", Outcome.BAD, "une autre structure"),
        ("1350054680", Outcome.BAD, "une autre structure"),
        (f"3{SIREN}00021", Outcome.BAD, "identifiant refusé"),
        ("33333333333", Outcome.BAD, "identifiant refusé"),
        ("4899700075064", Outcome.BAD, "identifiant refusé"),
        ("SERVICE ROR", Outcome.BAD, "ne porte pas un identifiant"),
    ],
)
def test_identity_in_the_ou_is_the_vendor(value: str, outcome: Outcome, words: str) -> None:
    check = judged(crafted(name=unit(value)))["identity"]
    assert check.outcome is outcome
    assert words in check.sentence


def test_identity_of_a_client_is_accepted_when_he_is_named() -> None:
    client = Holder("CH de Test", finess=frozenset(["350054680"]))
    found = judged(crafted(name=unit("1350054680")), holders=(VENDOR, client))
    assert bad(found) == []
    assert "CH de Test" in found["identity"].sentence


def test_test_structure_is_checked_by_its_key_only() -> None:
    test = {"environment": Environment.SANDBOX}
    fictitious = judged(crafted(name=unit("300000000077081"), hierarchy=Hierarchy.TEST), **test)
    assert bad(fictitious) == []
    assert fictitious["identity"].outcome is Outcome.UNAVAILABLE
    assert bad(judged(crafted(name=unit("300000000077082"), hierarchy=Hierarchy.TEST), **test)) == ["identity"]


def test_two_organisational_units_are_refused() -> None:
    name = named((NameOID.ORGANIZATIONAL_UNIT_NAME, f"3{SIREN}00020"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "x"))
    assert "identity" in bad(judged(crafted(name=name)))


def test_no_organisational_unit_is_refused() -> None:
    assert "identity" in bad(judged(crafted(name=named((NameOID.COMMON_NAME, "ror")))))


def test_check_survives_the_database() -> None:
    check = Check("key", "Clé publique", Outcome.BAD, "Non.", "Si.")
    assert checks.from_json(check.as_json()) == check


@pytest.mark.parametrize(
    ("hierarchy", "policy", "outcome", "words"),
    [
        (Hierarchy.PROD, "1.2.250.1.213.1.7.1.1.2.4.1", Outcome.GOOD, "politique attendue"),
        (Hierarchy.PROD, "1.2.250.1.213.1.7.1.1.2.5.1", Outcome.BAD, "un autre produit"),
        (Hierarchy.PROD, "1.2.250.1.213.1.7.1.1.2.4.2", Outcome.UNAVAILABLE, "ne la connaît pas encore"),
        (Hierarchy.PROD, "1.2.250.1.213.1.7.2.1.1.1.1", Outcome.BAD, "l’autre hiérarchie"),
        (Hierarchy.PROD, "2.23.140.1.2.2", Outcome.BAD, "n’est pas de l’IGC-Santé"),
        (Hierarchy.PROD, "", Outcome.BAD, "aucune politique"),
        (Hierarchy.TEST, "1.2.250.1.213.1.7.2.1.1.1.1", Outcome.GOOD, "politique attendue"),
        (Hierarchy.TEST, "1.2.250.1.213.1.7.1.1.2.4.1", Outcome.BAD, "l’autre hiérarchie"),
    ],
)
def test_policy_is_that_of_the_hierarchy(hierarchy: Hierarchy, policy: str, outcome: Outcome, words: str) -> None:
    where = Environment.SANDBOX if hierarchy is Hierarchy.TEST else Environment.PRODUCTION
    check = judged(crafted(hierarchy=hierarchy, policy=policy), environment=where)["policy"]
    assert check.outcome is outcome
    assert words in check.sentence


def test_policy_is_not_judged_without_a_chain() -> None:
    assert judged(crafted(signing_key=rsa_key(3072)))["policy"].outcome is Outcome.UNAVAILABLE


def test_unknown_critical_extension_is_refused_and_a_plain_one_is_not() -> None:
    odd = extension("1.2.250.1.99.1", b"\x05\x00")
    found = judged(crafted(extra=[(odd, True)]))
    assert "extensions" in bad(found)
    assert "1.2.250.1.99.1" in found["extensions"].sentence
    assert bad(judged(crafted(extra=[(odd, False)]))) == []


@pytest.mark.parametrize(
    ("twins", "outcome", "words"),
    [
        ((), Outcome.GOOD, "Aucun autre certificat"),
        ((Twin("CE-1", True, True),), Outcome.GOOD, "CE-1, du même service"),
        ((Twin("CE-1", False, True),), Outcome.GOOD, "un autre de vos services (CE-1)"),
        ((Twin("", False, False),), Outcome.BAD, "un autre titulaire"),
        ((Twin("CE-1", True, True, is_revoked=True),), Outcome.BAD, "un certificat révoqué"),
    ],
)
def test_a_key_serves_one_holder(twins: tuple[Twin, ...], outcome: Outcome, words: str) -> None:
    check = checks.reuse(twins)
    assert check.outcome is outcome
    assert words in check.sentence


def test_what_another_service_holds_is_refused_without_naming_it() -> None:
    found = judged(issued(), taken="Ce nom de certificat est déjà rattaché à un autre service.")
    assert bad(found) == ["uniqueness"]
    assert "contactez l’agence" in checks.refusal(list(found.values()))


@pytest.mark.parametrize(
    ("issuer", "words"),
    [
        ([("O", "GIP-CPS-TEST"), ("OU", "AC-CLASSE-4-TEST")], "l’ancienne génération"),
        ([("O", "ASIP-SANTE"), ("OU", "IGC-SANTE"), ("CN", "AC IGC-SANTE STANDARD PERSONNES")], "gamme Standard"),
        ([("O", "ASIP-SANTE"), ("CN", "AC IGC-SANTE FORT ORGANISATIONS")], "gamme Fort, domaine Organisations"),
        ([("O", "Certinomis"), ("CN", "AC Serveur")], "n’est pas une autorité de l’IGC-Santé"),
    ],
)
def test_unrecognised_issuers_are_named_for_what_they_are(issuer: list[tuple[str, str]], words: str) -> None:
    types = {"O": NameOID.ORGANIZATION_NAME, "OU": NameOID.ORGANIZATIONAL_UNIT_NAME, "CN": NameOID.COMMON_NAME}
    name = named(*((types[label], text) for label, text in issuer))
    found = judged(crafted(issuer=name, signing_key=rsa_key(3072)))
    assert words in found["chain"].sentence


def test_a_certificate_that_signed_itself_says_so() -> None:
    name = named((NameOID.COMMON_NAME, "moi-même"))
    assert "signé lui-même" in judged(crafted(name=name, issuer=name, signing_key=rsa_key()))["chain"].sentence
