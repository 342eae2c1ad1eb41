"""Rights of a filling: grants, connection data, lists, tests and what the vendor declared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from onboarding.campaigns.lifecycle import State as CampaignState
from onboarding.campaigns.models import ScenarioResult, TestCampaign, TestPlatform, TestRun
from onboarding.campaigns.results import Priority, Status
from onboarding.establishments import difference
from onboarding.establishments.lifecycle import State as ListState
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.establishments.verdicts import LineVerdict
from onboarding.legaltexts import demonstration
from onboarding.legaltexts import operations as legaltexts
from onboarding.legaltexts.kinds import Kind
from onboarding.legaltexts.models import LegalTextVersion, Signature
from policy.certificates.environments import Environment
from policy.grants import wording
from policy.grants.direction import Direction
from policy.grants.lifecycle import State
from policy.grants.models import ConnectionData, Grant
from policy.grants.readiness import Origin

from . import numbers
from .requests import Admission
from .world import BATCH, HISTORY, World

SCENARIOS = 12
LINES = 20_000  # inserted at once


@dataclass(frozen=True)
class Held:
    """A right and whether it went as far as production."""

    grant: Grant
    rank: int
    tested_at: datetime

    @property
    def reached(self) -> State:
        """Nine in ten are in production; some wait, are suspended or were withdrawn."""
        return {0: State.PENDING, 1: State.SUSPENDED, 2: State.WITHDRAWN}.get(self.rank % 25, State.ACTIVE)


def fill(world: World, admissions: list[Admission]) -> list[Held]:
    """Makes the rights of the admitted candidacies, and all that production asks for."""
    version = _charter(world)
    sizes = numbers.sizes(world.rnd, min(world.sizes.largest_list, len(world.establishments)))
    held = [_held(world, rank, one, next(sizes)) for rank, one in enumerate(admissions)]
    Grant.objects.bulk_create((one.grant for one in held), batch_size=500)
    _connections(world, held)
    _signatures(world, held, version)
    _lists(world, held)
    _campaigns(world, held)
    for one in held:
        grant = one.grant
        world.tell(
            "grants.grant",
            grant,
            by=world.agents["secretary"],
            at=grant.decided_at,
            service=grant.service_name,
            profiles=grant.profiles_in_words,
            decision=grant.decision_reference,
        )
    return held


def _charter(world: World) -> LegalTextVersion:
    draft = demonstration.feeding_charter()
    return legaltexts.publish_version(
        Kind.FEEDING_CHARTER,
        title=draft.title,
        body=draft.body,
        commitments=draft.commitments,
        by=world.agents["administrator"],
        at=world.now - HISTORY,
    )


def _held(world: World, rank: int, admission: Admission, size: int) -> Held:
    candidacy, at = admission.candidacy, admission.decided_at
    feeding = candidacy.direction == Direction.FEEDING
    tested = world.later(at, 10, 60)
    grant = Grant(
        reference=world.reference("H", at),
        service=candidacy.service,
        holder_id=candidacy.service.owner_id,
        service_name=candidacy.service.name,
        direction=candidacy.direction,
        feeding_profiles=wording.feeding_letters(candidacy.requested_profiles) if feeding else "",
        access_profile=None if feeding else int(candidacy.requested_profiles[0]),
        decision_reference=admission.decision,
        decided_at=at,
        production_url=f"{candidacy.service.url}/ror",
        charter_signed_at=candidacy.submitted_at,
        charter_origin=Origin.ESTABLISHED,
        tests_verified_at=tested,
        tests_verified_by=world.agents["verifier"],
        tests_origin=Origin.ESTABLISHED,
    )
    held = Held(grant, rank, tested)
    grant.state = held.reached
    if feeding:
        _perimeter(world, grant, size)
    else:
        grant.customer_attestation_ref, grant.attestation_origin = f"ATT-{rank:06d}", Origin.ESTABLISHED
    return held


def _perimeter(world: World, grant: Grant, size: int) -> None:
    """A run of neighbours, as a vendor's clients are: starting anywhere, following the register."""
    start = world.rnd.randrange(len(world.establishments))
    chosen = [world.establishments[(start + step) % len(world.establishments)] for step in range(size)]
    grant.establishments = sorted(chosen)
    grant.list_reference = world.reference("L", grant.decided_at)
    grant.list_digest, grant.list_origin = difference.digest(chosen), Origin.ESTABLISHED


def _connections(world: World, held: Iterable[Held]) -> None:
    ConnectionData.objects.bulk_create(
        (
            ConnectionData(
                grant=one.grant,
                environment=environment,
                client_id=client_id(one.grant, environment),
                token_url="https://auth.ror.exemple.fr/token",
                api_url="https://api.ror.exemple.fr/ror",
                handed_over_at=one.tested_at,
            )
            for one in held
            for environment in Environment
        ),
        batch_size=BATCH,
    )


def client_id(grant: Grant, environment: Environment) -> str:
    """The identifier of a right in an environment."""
    return f"{grant.reference.lower()}{'' if environment is Environment.PRODUCTION else '-bas'}"


def _signatures(world: World, held: Iterable[Held], version: LegalTextVersion) -> None:
    rows = Signature.objects.bulk_create(
        (_signature(world, one, version) for one in held if one.grant.direction == Direction.FEEDING),
        batch_size=BATCH,
    )
    for row in rows:
        world.tell(
            "signatures.sign",
            row,
            by=row.signer,
            at=row.signed_at,
            text=version,
            entity=row.entity_name,
            service=row.service_name,
            sha256=row.sha256,
        )


def _signature(world: World, held: Held, version: LegalTextVersion) -> Signature:
    service = held.grant.service
    signer = world.representatives[service.owner_id]
    at = held.grant.charter_signed_at or held.grant.decided_at
    return Signature(
        reference=world.reference("SG", at),
        text_version=version,
        legal_entity_id=service.owner_id,
        service=service,
        signer=signer,
        signer_name=signer.full_name,
        entity_name=service.owner.name,
        service_name=service.name,
        sha256=version.sha256,
        signed_at=at,
    )


def _lists(world: World, held: Iterable[Held]) -> None:
    lists = EstablishmentList.objects.bulk_create(
        (_list(world, one) for one in held if one.grant.establishments), batch_size=BATCH
    )
    perimeters = {one.grant.list_reference: one.grant.establishments for one in held if one.grant.establishments}
    for row in lists:
        world.tell(
            "lists.confirm",
            row,
            by=row.confirmed_by,
            at=row.confirmed_at or row.uploaded_at,
            valid=row.valid_count,
            added=row.valid_count,
            removed=0,
        )
    batch: list[ListLine] = []
    for line in _lines(lists, perimeters):
        batch.append(line)
        if len(batch) == LINES:
            ListLine.objects.bulk_create(batch, batch_size=BATCH)
            batch.clear()
    ListLine.objects.bulk_create(batch, batch_size=BATCH)


def _list(world: World, held: Held) -> EstablishmentList:
    grant = held.grant
    size, signer = len(grant.establishments), world.representatives[grant.holder_id]
    return EstablishmentList(
        reference=grant.list_reference,
        service=grant.service,
        state=ListState.CONFIRMED,
        source_name="etablissements.csv",
        source_sha256=grant.list_digest,
        digest=grant.list_digest,
        line_count=size,
        valid_count=size,
        counts={LineVerdict.VALID: size},
        uploaded_by=signer,
        uploaded_at=grant.decided_at,
        confirmed_by=signer,
        confirmed_at=held.tested_at,
        version=2,
    )


def _lines(lists: Iterable[EstablishmentList], perimeters: dict[str, list[str]]) -> Iterator[ListLine]:
    for row in lists:
        for rank, number in enumerate(perimeters[row.reference], start=1):
            yield ListLine(list=row, rank=rank, line=rank + 1, typed=number, finess=number, verdict=LineVerdict.VALID)


def _campaigns(world: World, held: list[Held]) -> None:
    platform, verifier = TestPlatform.objects.get(code="sandbox"), world.agents["verifier"]
    campaigns = TestCampaign.objects.bulk_create((_campaign(world, one, platform) for one in held), batch_size=BATCH)
    runs = TestRun.objects.bulk_create((_run(one) for one in campaigns), batch_size=BATCH)
    results = count(1)
    ScenarioResult.objects.bulk_create(
        (_result(run, number, next(results)) for run in runs for number in range(1, SCENARIOS + 1)),
        batch_size=BATCH,
    )
    for one in campaigns:
        world.tell(
            "campaigns.verify",
            one,
            by=verifier,
            at=one.answered_at or one.opened_at,
            scenarios=f"{SCENARIOS} scénarios",
        )


def _campaign(world: World, held: Held, platform: TestPlatform) -> TestCampaign:
    verifier, signer = world.agents["verifier"], world.representatives[held.grant.holder_id]
    declared = held.tested_at - timedelta(days=2)
    return TestCampaign(
        reference=world.reference("T", held.grant.decided_at),
        grant=held.grant,
        platform=platform,
        state=CampaignState.VERIFIED,
        opened_at=held.grant.decided_at,
        opened_by=verifier,
        declared_at=declared,
        declared_by=signer,
        due_date=held.tested_at.date(),
        answered_at=held.tested_at,
        answered_by=verifier,
        version=4,
    )


def _run(campaign: TestCampaign) -> TestRun:
    return TestRun(
        campaign=campaign,
        number=1,
        session=campaign.pk,
        executed_at=campaign.declared_at,
        source_name="session.json",
        source_sha256=f"{campaign.pk:064x}",
        case_count=SCENARIOS,
        passed_count=SCENARIOS,
        imported_at=campaign.declared_at or campaign.opened_at,
        imported_by=campaign.declared_by,
    )


def _result(run: TestRun, number: int, rank: int) -> ScenarioResult:
    return ScenarioResult(
        run=run,
        campaign=run.campaign,
        number=number,
        key=f"{rank:064x}",
        project=f"Projet {number % 4}",
        suite=f"Suite {number % 4}",
        name=f"Scénario {number}",
        priority=list(Priority)[number % 3],
        status=Status.SUCCESS,
        step_count=3,
        accepted_at=run.campaign.answered_at,
        accepted_by=run.campaign.answered_by,
    )
