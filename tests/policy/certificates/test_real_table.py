"""Every real IGC-Santé certificate at hand, half-way through its life, in both environments: the table of verdicts.

The vendor is the agency itself (SIREN 187512751). Authorities are refused as clients, and named.
"""

from pathlib import Path

import pytest

from policy.certificates import authorities, checks, inspection
from policy.certificates.checks import Outcome
from policy.certificates.environments import Environment
from policy.certificates.identity import Holder
from policy.certificates.question import Question
from tests.factories.certificates import AT, SAMPLES

SANDBOX, PRODUCTION = Environment.SANDBOX, Environment.PRODUCTION
AUTHORITIES = Path(authorities.__file__).parent / "data"
VENDOR = Holder("Éditeur", siren="187512751")
ANY, NO_CHAIN = ("revocation",), ("hierarchy", "policy", "revocation")
FICTIVE = ("identity", "revocation")  # a test structure: the key of its number alone counts
ROOT, BELOW = ("chain", "offer", "identity"), ("offer", "policy", "identity")
OTHER = ("hierarchy",)
OLD = ("chain", "offer", "key", "signature")
CLIENT, SERVER = "authentification client d’organisation", "certificat de serveur (SSL_SERV)"
SEAL, AUTHORITY = "signature ou de cachet (SIGN)", "certificat d’une autorité de certification"

# file: what it is, whom the chain names; then by environment the bad checks, and those not available
TABLE = {
    "ACR-EL": (AUTHORITY, "le chemin jusqu’à l’autorité racine", ROOT, NO_CHAIN, ROOT, NO_CHAIN),
    "ACI-EL-ORG": (AUTHORITY, "AC RACINE IGC-SANTE ELEMENTAIRE", OTHER + BELOW, ANY, BELOW, ANY),
    "ACR-EL-TEST": (AUTHORITY, "le chemin jusqu’à l’autorité racine", ROOT, NO_CHAIN, ROOT, NO_CHAIN),
    "ACI-EL-ORG-TEST": (AUTHORITY, "TEST AC RACINE IGC-SANTE", BELOW, ANY, OTHER + BELOW, ANY),
    "Extract_RASS-DFD0": (CLIENT, "TEST AC IGC-SANTE", (), FICTIVE, OTHER, FICTIVE),
    "apibi.gateway_ANS-C6DA": (CLIENT, "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", OTHER, ANY, (), ANY),
    "cpxservices.tra.asipsante.fr-57D1": (SERVER, "GIP-CPS, l’ancienne génération", OLD, NO_CHAIN, OLD, NO_CHAIN),
    "esignsante-apcv-6BF4": (SEAL, "TEST AC IGC-SANTE", ("offer",), FICTIVE, (*OTHER, "offer"), FICTIVE),
    "platines.qualif1.henix.asipsante.fr-7217": (
        SERVER, "TEST AC IGC-SANTE", ("offer",), ANY, (*OTHER, "offer"), ANY,
    ),
    "testsign.test.asipsante.fr-8F61": (SEAL, "TEST AC IGC-SANTE", ("offer",), ANY, (*OTHER, "offer"), ANY),
    "tomwsrevoque.henix.asipsante.fr-742D": (SEAL, "TEST AC IGC-SANTE", ("offer",), ANY, (*OTHER, "offer"), ANY),
}  # fmt: skip


def path_of(name: str) -> Path:
    return next(folder / f"{name}.pem" for folder in (AUTHORITIES, SAMPLES) if (folder / f"{name}.pem").exists())


def test_the_table_forgets_no_file() -> None:
    assert {path.stem for folder in (AUTHORITIES, SAMPLES) for path in folder.glob("*.pem")} == set(TABLE)


@pytest.mark.parametrize("environment", Environment)
@pytest.mark.parametrize("name", TABLE)
def test_each_real_certificate_has_its_verdict(name: str, environment: Environment) -> None:
    what, whom, bad_sandbox, silent_sandbox, bad_production, silent_production = TABLE[name]
    data, anchors = path_of(name).read_bytes(), authorities.igc_sante()
    facts = inspection.inspect(data, anchors, at=AT).facts
    half = facts.not_before + (facts.not_after - facts.not_before) / 2
    read = inspection.inspect(data, anchors, at=half)
    found = checks.judge(read.facts, read.chain, Question(environment, half, (VENDOR,)))
    bad = tuple(check.name for check in found if check.outcome is Outcome.BAD)
    silent = tuple(check.name for check in found if check.outcome is Outcome.UNAVAILABLE)
    expected = (bad_sandbox, silent_sandbox) if environment is SANDBOX else (bad_production, silent_production)
    assert (bad, silent) == expected
    said = {check.name: check.sentence for check in found}
    assert what in said["offer"]
    assert whom in said["chain"]


@pytest.mark.parametrize("name", TABLE)
def test_none_passes_once_it_has_ended(name: str) -> None:
    data, anchors = path_of(name).read_bytes(), authorities.igc_sante()
    facts = inspection.inspect(data, anchors, at=AT).facts
    assert checks.validity(facts.not_before, facts.not_after, at=facts.not_after).outcome is Outcome.GOOD
    late = facts.not_after.replace(year=facts.not_after.year + 1)
    assert checks.validity(facts.not_before, facts.not_after, at=late).outcome is Outcome.BAD
