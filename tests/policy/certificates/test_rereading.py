"""A night that rests on the former one finds what a night that judges everything finds: for each offer, each defect."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from policy.certificates import checks, operations, queries, rereading, trust
from policy.certificates.environments import Environment
from policy.certificates.identity import Client
from policy.certificates.models import Certificate, CertificateReview, TrustAnchor
from policy.certificates.operations import reviewing
from policy.certificates.revocation import Standing
from portal.audit.models import AuditEvent
from portal.outbound import client
from portal.outbox.models import OutboxMessage
from portal.parties.models import DigitalService
from tests.factories.certificates import AT, issued, trusting, vendor_service
from tests.factories.corpus import in_force
from tests.factories.parameters import setting
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member
from tests.factories.reference import EstablishmentFactory
from tests.factories.revocation import Site, authority, point, revocation_list

pytestmark = pytest.mark.django_db
NIGHT = AT + timedelta(hours=17)
KEPT = ("pk", "state", "checks", "fault", "key_digest", "reviewed_at", "revocation", "revocation_sentence")


@pytest.fixture(autouse=True)
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificate has its turn: only what each rests on says whether it is judged."""
    monkeypatch.setattr(reviewing, "NIGHTS", 100_000)


@pytest.fixture
def service() -> DigitalService:
    trusting()
    return vendor_service()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sealed(at: datetime) -> dict[str, Any]:
    """What a night leaves behind: the review, every certificate and its verdict, the journal, what will be sent."""
    rows = list(Certificate.objects.order_by("pk"))
    said = CertificateReview.objects.order_by("-pk").values("reference", "state", "count", "faulty_count")[0]
    acts = AuditEvent.objects.exclude(action="certificate_reviews.record").order_by("seq")
    return {
        "review": said,
        "rows": list(Certificate.objects.order_by("pk").values_list(*KEPT)),
        "verdicts": [(one.pk, queries.verdict(one, at=at)) for one in rows],
        "acts": list(acts.values_list("action", "subject_reference")),
        "sent": sorted(map(str, OutboxMessage.objects.values_list("effect", "arguments"))),
    }


def both(at: datetime) -> tuple[int, int]:
    """A night that remembers, and the same that judges everything, find the same; how many each judged.

    What the first one wrote stays: the nights to come rest on it.
    """
    with undone():
        Certificate.objects.update(basis="")
        full = operations.review_all(at=at)
        expected = sealed(at)
    done = operations.review_all(at=at)
    assert sealed(at) == expected
    return done.judged_count, full.judged_count


@pytest.fixture
def settled(service: DigitalService) -> dict[str, Certificate]:
    """Every certificate of the corpus, and another vendor's, two nights ago."""
    rows = in_force(service)
    for night in (0, 1):
        judged, whole = both(NIGHT + timedelta(days=night))
        assert judged == whole == len(rows)
    return rows


def test_the_corpus_has_a_defect_for_every_check(settled: dict[str, Certificate]) -> None:
    said = [check for one in Certificate.objects.all() for check in one.checks]
    expected = [
        "format",
        "serial",
        "extensions",
        "chain",
        "hierarchy",
        "offer",
        "policy",
        "key",
        "signature",
        "identity",
    ]
    assert {check["name"] for check in said if check["outcome"] == "bad"} >= set(expected)


def test_a_night_when_nothing_changed_judges_nothing(settled: dict[str, Certificate]) -> None:
    assert both(NIGHT + timedelta(days=2)) == (0, len(settled))
    assert both(NIGHT + timedelta(days=3)) == (0, len(settled))


def test_time_passes_over_the_end_of_an_authority(settled: dict[str, Certificate]) -> None:
    end = authority().certificate.not_valid_after_utc
    Certificate.objects.update(not_after=end + timedelta(days=400))
    both(end - timedelta(days=2))  # real authorities ended in between
    both(end - timedelta(days=2))
    assert both(end - timedelta(days=1))[0] == 0
    for at in (end, end + timedelta(seconds=1), end + timedelta(days=1), end + timedelta(days=2)):
        both(at)
    assert "chaîne de certification" in Certificate.objects.get(pk=settled["outlives its authority"].pk).fault
    assert both(end + timedelta(days=3))[0] == 0


def test_an_anchor_is_withdrawn_then_trusted_again(settled: dict[str, Certificate]) -> None:
    anchors = TrustAnchor.objects.filter(name=authority().anchor.name)
    anchors.update(state="withdrawn")
    assert both(NIGHT + timedelta(days=2)) == (len(settled), len(settled))
    both(NIGHT + timedelta(days=3))
    assert both(NIGHT + timedelta(days=4))[0] == 0
    anchors.update(state="trusted")
    assert both(NIGHT + timedelta(days=5))[0] == len(settled)


def test_a_list_appears_turns_stale_and_a_certificate_is_revoked(
    settled: dict[str, Certificate], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "is_reachable", lambda address: True)
    site, revoked = Site(), settled["sound, same key"]
    settings.REVOCATION_ORIGINS = [site.origin]
    point(crl_url=f"{site.origin}/a.crl")
    site.bodies["/a.crl"] = revocation_list([1], next_at=NIGHT + timedelta(days=3))
    found = []
    for night, numbers in ((2, None), (5, None), (6, [int(revoked.serial, 16)])):
        at = NIGHT + timedelta(days=night)
        if numbers:
            site.bodies["/a.crl"] = revocation_list(numbers, issued_at=at, next_at=at + timedelta(days=2))
        operations.check_all(at=at)
        both(at)
        found.append(Certificate.objects.get(pk=settled["sound"].pk).revocation)
    site.close()
    assert found == [Standing.GOOD, Standing.UNKNOWN, Standing.GOOD]
    assert Certificate.objects.get(pk=revoked.pk).state == "revoked"
    assert "clé déjà utilisée" in Certificate.objects.get(pk=settled["sound"].pk).fault  # a key that was revoked


def test_a_party_changes_its_number_then_its_name(settled: dict[str, Certificate]) -> None:
    owner = settled["sound"].service.owner
    for night, (field, value) in enumerate([("siren", "552100554"), ("name", "Autre"), ("finess_ej", "350000022")]):
        type(owner).objects.filter(pk=owner.pk).update(**{field: value})
        assert both(NIGHT + timedelta(days=2 + 2 * night))[0] == len(settled)
        both(NIGHT + timedelta(days=3 + 2 * night))
    assert "structure titulaire" in Certificate.objects.get(pk=settled["sound"].pk).fault
    assert "structure titulaire" not in Certificate.objects.get(pk=settled["client"].pk).fault


def test_a_third_party_is_named_and_a_client_s_establishment_opens(settled: dict[str, Certificate]) -> None:
    operations.name_third_party(
        settled["sound"].service, source="C-2026-0007", name="Région", number="20005376700014", at=NIGHT
    )
    assert both(NIGHT + timedelta(days=2))[0] == len(settled)
    of_client = settled["client"]
    Certificate.objects.filter(pk=of_client.pk).update(client_label="Clinique", client_number="350000022")
    both(NIGHT + timedelta(days=3))
    EstablishmentFactory(finess="350054680", finess_ej="350000022")
    assert both(NIGHT + timedelta(days=4))[0] >= 1
    assert Client("Clinique", "350000022").as_holder().finess == {"350000022"}


def test_a_setting_is_changed(settled: dict[str, Certificate]) -> None:
    setting("certificates.sandbox_hierarchy", "prod", at=NIGHT + timedelta(days=1, hours=1))
    in_sandbox = Certificate.objects.filter(environment=Environment.SANDBOX).count()
    assert both(NIGHT + timedelta(days=2)) == (in_sandbox, len(settled))


def test_somebody_else_takes_the_same_key(settled: dict[str, Certificate]) -> None:
    other = DigitalServiceFactory(owner=LegalEntityFactory(siren="552100554"))
    made = operations.declare(
        other,
        environment=Environment.PRODUCTION,
        data=issued(identifier="2552100554", common_name="autre"),
        by=member(other.owner),
        at=NIGHT,
    )
    Certificate.objects.filter(pk=made.pk).update(key_digest=settled["sound"].key_digest)
    both(NIGHT + timedelta(days=2))
    assert "clé déjà utilisée" in Certificate.objects.get(pk=settled["sound"].pk).fault
    both(NIGHT + timedelta(days=3))
    both(NIGHT + timedelta(days=4))
    assert Certificate.objects.get(pk=settled["sound"].pk).fault == ""  # that key was the other's no more


@pytest.mark.parametrize(
    "change",
    [
        {"pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"},
        {"checks": []},
        {"fault": "clé publique"},
        {"key_digest": "0" * 64},
        {"basis": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_row_changed_by_another_hand_is_judged_again(settled: dict[str, Certificate], change: dict[str, Any]) -> None:
    Certificate.objects.filter(pk=settled["sound, elliptic"].pk).update(**change)
    assert both(NIGHT + timedelta(days=2))[0] == 1
    both(NIGHT + timedelta(days=3))
    assert both(NIGHT + timedelta(days=4))[0] == 0


def test_another_version_of_the_checks_judges_everything(
    settled: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rereading, "code", lambda: "another")
    assert both(NIGHT + timedelta(days=2))[0] == len(settled)


def test_the_version_is_that_of_every_module_that_judges() -> None:
    named = {module.__name__ for module in rereading.modules()}
    expected = ["checks", "deposit", "der", "identity", "inspection", "issuers", "keys", "names", "offers", "policies"]
    assert {f"policy.certificates.{name}" for name in [*expected, "reasons", "rereading", "trust", "x509"]} <= named
    assert {"portal.reference.finess", "portal.web.wording"} <= named
    assert not any(name.endswith(("models", "queries")) for name in named)  # what a database says is told apart


def test_an_authority_counts_by_its_dates_only() -> None:
    one = authority().certificate
    begins, ends = one.not_valid_before_utc, one.not_valid_after_utc
    instants = [begins - timedelta(seconds=1), begins, begins + timedelta(days=9), ends, ends + timedelta(seconds=1)]
    told = [trust.dates([authority().anchor], at=at) for at in instants]
    assert told == ["<<", "=<", "><", ">=", ">>"]
    assert trust.dates([authority().anchor], at=begins + timedelta(days=10)) == told[2]


def test_each_is_judged_in_full_within_seven_nights(
    settled: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "NIGHTS", 7)
    counts = [operations.review_all(at=NIGHT + timedelta(days=2 + night)).judged_count for night in range(7)]
    assert sum(counts) == len(settled)
    assert max(counts) - min(counts) <= 1
    missed = NIGHT + timedelta(days=20)  # no night for eleven days: everybody's came
    assert operations.review_all(at=missed).judged_count == len(settled)


def test_what_memory_would_have_hidden_is_written_and_told(
    settled: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A check that would rest on something that no digest holds: its turn comes, the new result is kept."""
    monkeypatch.setattr(reviewing, "NIGHTS", 1)
    stricter = checks.Check("key", "Clé publique", checks.Outcome.BAD, "Trop vieille.", "Changez-la.")
    monkeypatch.setattr(checks, "key", lambda facts: stricter)
    operations.review_all(at=NIGHT + timedelta(days=2))
    assert "clé publique" in Certificate.objects.get(pk=settled["sound"].pk).fault
    assert f"certificate {settled['sound'].pk}" in caplog.text


def test_killed_between_two_lists_a_night_ends_as_the_others(
    settled: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    lists, at = queries.to_review, NIGHT + timedelta(days=2)
    TrustAnchor.objects.filter(name=authority().anchor.name).update(state="withdrawn")

    def by_five(at: datetime, *, after: int = 0) -> Any:
        return lists(at, after=after, size=5)

    def killed(at: datetime, *, after: int = 0) -> Any:
        found = by_five(at, after=after)
        yield next(found)
        yield next(found)
        raise KeyboardInterrupt

    monkeypatch.setattr(queries, "to_review", by_five)
    with undone():
        operations.review_all(at=at)
        expected = sealed(at)
    monkeypatch.setattr(queries, "to_review", killed)
    with pytest.raises(KeyboardInterrupt):
        operations.review_all(at=at)
    under_way = CertificateReview.objects.latest("pk")
    assert (under_way.count, under_way.judged_count) == (10, 10)
    monkeypatch.setattr(queries, "to_review", by_five)
    operations.review_all(at=at + timedelta(minutes=20))
    Certificate.objects.update(reviewed_at=at)
    assert sealed(at) == expected


def test_killed_within_a_list_nothing_of_it_is_written_but_what_was_told(
    settled: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    at, write = NIGHT + timedelta(days=2), reviewing._write_bases
    TrustAnchor.objects.filter(name=authority().anchor.name).update(state="withdrawn")
    with undone():
        operations.review_all(at=at)
        expected = sealed(at)

    def killed(bases: Any, *, at: datetime) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reviewing, "_write_bases", killed)
    with pytest.raises(KeyboardInterrupt):
        operations.review_all(at=at)
    assert CertificateReview.objects.latest("pk").count == 0
    monkeypatch.setattr(reviewing, "_write_bases", write)
    operations.review_all(at=at + timedelta(minutes=20))
    Certificate.objects.update(reviewed_at=at)
    assert sealed(at) == expected  # nobody was told twice
