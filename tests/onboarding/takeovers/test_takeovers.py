"""Taking over the services already connected: verdict and preview of each line, two persons, creation, release."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from onboarding.establishments.models import EstablishmentList
from onboarding.takeovers import jobs, operations, queries, sheet
from onboarding.takeovers.lifecycle import LineState, State
from onboarding.takeovers.models import TakeOver, TakeOverLine
from onboarding.takeovers.operations import creating
from onboarding.takeovers.sheet import Column
from policy.certificates.models import Certificate
from policy.grants.direction import Direction
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import ConnectionData, Grant
from policy.grants.readiness import Origin
from policy.sanctions.extent import Extent, Nature
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.audit import operations as audit
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.lifecycle.models import ReferenceCounter
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.parties import operations as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.reference import operations as reference
from portal.reference import user_roles
from portal.web.spreadsheet import workbook
from tests.factories.accounts import entered
from tests.factories.candidacies import reviewer
from tests.factories.certificates import AT, SIREN, SIRET, trusting
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, proved
from tests.factories.reference import VersionFactory
from tests.factories.sanctions import in_force, in_production
from tests.factories.takeovers import CONSUMING, FEEDING, TITLES, feeding, file_of
from tests.factories.whitelist import manager

pytestmark = pytest.mark.django_db


def proposed(*lines: dict[Column, str], by=None) -> TakeOver:
    return examined(operations.propose("existant.csv", file_of(*lines), by=by or manager(), at=AT))


def examined(takeover: TakeOver) -> TakeOver:
    """What the worker says of its lines, or creates of them."""
    operations.work_on(takeover, at=AT, most=10_000)
    takeover.refresh_from_db()
    return takeover


def confirmed(takeover: TakeOver, *, by) -> TakeOver:
    operations.confirm(takeover, by=by, at=AT)
    return examined(takeover)


@pytest.fixture(autouse=True)
def _trust() -> None:
    trusting()
    VersionFactory()


def counts() -> dict[str, int]:
    models = (LegalEntity, DigitalService, EstablishmentList, Certificate, Grant, ConnectionData, WhitelistEntry)
    return {model.__name__: model.objects.count() for model in models}


def test_a_proposal_previews_exactly_and_creates_nothing() -> None:
    before, events = counts(), AuditEvent.objects.count()
    counted = set(ReferenceCounter.objects.values_list("prefix", flat=True))
    takeover = proposed(feeding())
    assert counts() == before
    assert AuditEvent.objects.count() == events + 3  # proposed, its line examined, then the whole
    assert not OutboxMessage.objects.exists()
    assert set(ReferenceCounter.objects.values_list("prefix", flat=True)) == counted | {"RP"}
    [line] = takeover.lines.all()
    assert (line.state, line.number, line.completion) == (LineState.READY, 2, 83)
    assert line.sentences == [
        "Personne morale créée : Éditeur de lits (SIREN 187\u00a0512\u00a0751 (SIRET 187\u00a0512\u00a0751\u00a000020)).",
        "Service créé : « Lits en direct ».",
        "Certificat repris : CN=ror.editeur,OU=318751275100020,O=EDITEUR,ST=Paris (75),C=FR, "
        "valable jusqu’au 15/01/2029.",
        "Habilitation créée : profils d’alimentation A et B, espace national, décision CR 2023-04-02 du 02/04/2023.",
        "Adresse de production : https://lits.exemple.fr/ror.",
        "2 établissements repris, à confirmer par l’éditeur.",
        "Charte signée le 12/03/2023 : reprise, à confirmer.",
        "Données de connexion enregistrées : client lits-client, jeton à https://jetons.exemple.fr/token, API à "
        "https://api.exemple.fr/ror.",
        "Inscription proposée en liste blanche de production, à approuver par une autre personne.",
    ]


def test_the_rehearsal_never_touches_the_journal_which_others_wait_for(monkeypatch) -> None:
    written = []
    append = audit.append
    monkeypatch.setattr(audit, "append", lambda events: (written.append([e.action for e in events]), append(events)))
    takeover = proposed(feeding(), CONSUMING)
    assert [line.state for line in takeover.lines.all()] == [LineState.READY] * 2
    assert written == [["takeovers.propose"], *[["takeover_lines.examine"]] * 2, ["takeovers.examine"]]


def test_another_manager_confirms_and_everything_previewed_is_there() -> None:
    takeover, second = proposed(feeding()), manager()
    confirmed(takeover, by=second)
    [line] = takeover.lines.all()
    grant = line.grant
    assert (takeover.state, line.state) == (State.CONFIRMED, LineState.CREATED)
    assert (grant.holder.siren, grant.service.kind, grant.feeding_profiles) == (SIREN, "saas", "AB")
    origins = {grant.charter_origin, grant.tests_origin, grant.list_origin}
    assert origins == {Origin.TAKEN_OVER}
    assert takeover.reference in grant.charter_evidence
    listed = EstablishmentList.objects.get(service=grant.service)
    assert (grant.list_reference, grant.list_digest) == (listed.reference, listed.digest)
    assert len(grant.establishments) == listed.valid_count == 2
    assert grant.connections.get().client_id == "lits-client"
    entry = WhitelistEntry.objects.get(grant=grant)
    assert (entry.state, entry.proposed_by) == ("proposed", second)
    assert entry.certificates.get().certificate.service == grant.service
    assert not OutgoingEmail.objects.exists()
    assert not OutboxMessage.objects.filter(effect__contains="mail").exists()


def test_who_proposed_does_not_confirm_and_nobody_confirms_twice() -> None:
    first = manager()
    takeover = proposed(feeding(), by=first)
    with pytest.raises(NotPermitted, match="un autre gestionnaire"):
        confirmed(takeover, by=first)
    with pytest.raises(NotPermitted):
        confirmed(takeover, by=reviewer())
    confirmed(takeover, by=manager())
    with pytest.raises(MoveNotAllowed):
        confirmed(takeover, by=manager())


@pytest.mark.parametrize("examined", [False, True])
def test_a_line_that_breaks_the_portal_stops_neither_the_others_nor_the_next_file(
    examined: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = creating.create

    def broken(taken: Any, **more: Any) -> Any:
        if taken.direction == Direction.FEEDING:
            raise ZeroDivisionError
        return create(taken, **more)

    if not examined:
        monkeypatch.setattr(creating, "create", broken)
    takeover = proposed(feeding(), CONSUMING)
    monkeypatch.setattr(creating, "create", broken)
    confirmed(takeover, by=manager())
    one, other = takeover.lines.order_by("number")
    assert (takeover.state, one.state, other.state) == (State.CONFIRMED, LineState.REFUSED, LineState.CREATED)
    assert one.sentences == [
        "Ligne 2 : le portail n’a pas su la lire, l’exploitation en est prévenue. Saisissez ce service à la main."
    ]


def test_the_same_file_again_creates_nothing() -> None:
    line = feeding()
    confirmed(proposed(line), by=manager())
    before = counts()
    again = proposed(line)
    [known] = again.lines.all()
    assert known.state == LineState.KNOWN
    assert "Déjà là" in known.sentences[0]
    confirmed(again, by=manager())
    assert counts() == before


def test_a_right_that_was_withdrawn_is_not_given_back_by_the_file_that_brought_it() -> None:
    line = feeding()
    confirmed(proposed(line), by=manager())
    held = Grant.objects.get()
    Grant.objects.filter(pk=held.pk).update(state=GrantState.WITHDRAWN)
    again = proposed(line)
    [refused] = again.lines.all()
    assert refused.state == LineState.REFUSED
    assert f"l’habilitation {held} de ce service a été retirée" in refused.sentences[0]
    other = proposed(CONSUMING | {Column.SIREN: SIRET, Column.SERVICE: "Lits en direct"})
    assert other.lines.get().state == LineState.READY


def test_a_service_withdrawn_in_whole_gets_no_other_direction_from_a_file() -> None:
    grant = in_production()
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.SERVICE)
    changes = {Column.SIREN: grant.holder.siren, Column.SERVICE: grant.service.name}
    [line] = proposed(CONSUMING | changes).lines.all()
    assert line.state == LineState.REFUSED
    assert f"le retrait {measure} a fermé tout ce service" in line.sentences[0]


def test_who_may_not_read_a_line_does_not_confirm_the_file() -> None:
    takeover, second = proposed(feeding(), CONSUMING), manager()
    held = LegalEntityFactory(siren=SIREN)
    parties.close_readings([second], [held.pk], source="C-1", at=AT)
    with pytest.raises(Refused, match="un autre gestionnaire le confirme") as refusal:
        confirmed(takeover, by=second)
    assert held.name not in refusal.value.sentence
    assert not Grant.objects.exists()
    confirmed(takeover, by=manager())


def test_a_line_whose_rules_changed_since_its_preview_is_refused_alone() -> None:
    takeover = proposed(feeding(), CONSUMING)
    first = takeover.lines.first()
    TakeOverLine.objects.filter(pk=first.pk).update(cells=first.cells | {"representative": "personne"})
    confirmed(takeover, by=manager())
    assert [line.state for line in takeover.lines.all()] == [LineState.REFUSED, LineState.CREATED]
    assert "une seule adresse" in takeover.lines.first().sentences[0]


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_bad_line_is_named_with_its_remedy_and_leaves_the_others(bad) -> None:
    lines = [CONSUMING | {Column.SERVICE: f"Service {n}", Column.CLIENT_ID: f"client-{n}"} for n in range(3)]
    lines[bad][Column.SIREN] = "732829321"
    takeover = proposed(*lines)
    states = [line.state for line in takeover.lines.all()]
    assert states == [LineState.REFUSED if rank == bad else LineState.READY for rank in range(3)]
    [sentence] = takeover.lines.get(state=LineState.REFUSED).sentences
    assert sentence.startswith(f"Ligne {bad + 2} : ")
    assert "clé de contrôle" in sentence
    confirmed(takeover, by=manager())
    assert Grant.objects.count() == 2
    assert LegalEntity.objects.filter(siren="732829320").count() == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"siren": ""}, "indiquez le SIREN"),
        ({"entity": ""}, "« Raison sociale » est vide"),
        ({"kind": "cloud"}, "écrivez SaaS, EAI ou propriétaire"),
        ({"direction": "les deux"}, "alimentation ou consommation"),
        ({"profiles": "C"}, "A, B ou « A B »"),
        ({"profiles": "2", "direction": "alimentation"}, "A, B ou « A B »"),
        ({"url": "http://lits.exemple.fr"}, "commençant par https://"),
        ({"decided": "31/02/2023"}, "une date comme 12/03/2023"),
        ({"decision": "x" * 21}, "dépasse 20 caractères"),
        ({"region": "99"}, "n’est pas le code d’une région"),
        ({"region": "53"}, "toujours de l’espace national"),
        ({"establishments": ""}, "au moins un établissement"),
        ({"establishments": "010000001"}, "clé du numéro"),
        ({"certificate": "pas un certificat"}, "Ligne 2 : "),
        ({"client_id": "un client"}, "sans espace"),
        ({"token_url": ""}, "commençant par https://"),
        ({"profiles": "-"}, "A, B ou « A B »"),
        ({"profiles": "-", "direction": "consommation"}, "un seul profil, de 0 à 5"),
        ({"representative": "a@b.exemple, c@d.exemple"}, "une seule adresse"),
        ({"service": "s" * 121}, "« Service » dépasse 120 caractères"),
        ({"entity": "é" * 201}, "« Raison sociale » dépasse 200 caractères"),
        ({"postcode": "75 015 Paris"}, "« Code postal » dépasse 10 caractères"),
        ({"url": "https://lits.exemple.fr/" + "r" * 300}, "dépasse 300 caractères"),
        ({"api_url": "https://lits.exemple.fr/" + "r" * 300}, "dépasse 300 caractères"),
    ],
)
def test_what_is_wrong_in_a_line_is_said(changes, expected) -> None:
    [line] = proposed(feeding(**changes)).lines.all()
    assert line.state == LineState.REFUSED
    assert expected in " ".join(line.sentences)
    assert all(sentence.startswith("Ligne 2") for sentence in line.sentences)


def test_a_certificate_of_somebody_else_is_refused_with_each_bad_check() -> None:
    [line] = proposed(feeding(siren="732829320")).lines.all()
    assert line.state == LineState.REFUSED
    assert "certificat" in line.sentences[0]


def test_without_a_client_id_nothing_is_proposed_to_the_list_and_the_preview_says_what_lacks() -> None:
    takeover = proposed(feeding(client_id=""))
    assert "Rien n’est proposé en liste blanche, il manque : données de connexion" in takeover.lines.get().sentences[-1]
    confirmed(takeover, by=manager())
    assert not WhitelistEntry.objects.exists()


@pytest.mark.parametrize(("column", "title"), [(Column.DECIDED, "Décision du"), (Column.CHARTER, "Charte signée le")])
def test_a_day_to_come_is_refused_with_what_to_write(column: Column, title: str) -> None:
    tomorrow = AT.date() + timedelta(days=1)
    [line] = proposed(feeding(**{column.value: f"{tomorrow:%d/%m/%Y}"})).lines.all()
    assert line.state == LineState.REFUSED
    assert f"« {title} » : le {tomorrow:%d/%m/%Y} est à venir" in line.sentences[0]
    assert proposed(feeding(**{column.value: f"{AT:%d/%m/%Y}"})).lines.get().state == LineState.READY


def test_the_second_person_reads_the_addresses_and_the_role_that_he_approves() -> None:
    consuming = CONSUMING | {Column.PROFILES: "2", Column.USER_ROLE: user_roles.of_profile(2)[0].code}
    takeover = proposed(feeding(), consuming)
    page = proved(manager()).get(reverse("takeover_confirm", args=[takeover.reference])).text
    for column in (Column.REPRESENTATIVE, Column.URL, Column.TOKEN_URL, Column.API_URL, Column.CLIENT_ID):
        assert FEEDING[column] in page
    assert f"rôle utilisateur {consuming[Column.USER_ROLE]}" in page


def test_both_directions_of_a_service_share_its_entity_and_its_service() -> None:
    second = CONSUMING | {Column.SIREN: SIRET, Column.SERVICE: "LITS EN DIRECT"}
    takeover = proposed(feeding(), second)
    assert [line.state for line in takeover.lines.all()] == [LineState.READY] * 2
    assert "Service déjà connu : « Lits en direct »." in takeover.lines.last().sentences
    confirmed(takeover, by=manager())
    assert (LegalEntity.objects.count(), DigitalService.objects.count(), Grant.objects.count()) == (1, 1, 2)


def test_a_service_that_came_in_between_is_recognised_at_the_confirmation() -> None:
    line = feeding()
    first, second = proposed(line), proposed(line)
    confirmed(first, by=manager())
    before = counts()
    confirmed(second, by=manager())
    assert counts() == before
    assert (second.lines.get().state, second.lines.get().grant) == (LineState.KNOWN, Grant.objects.get())
    assert queries.gap(second, queries.lines_of(second, manager()), manager()).unpublished != ()


def test_what_changed_since_the_preview_refuses_the_line_whole() -> None:
    takeover = proposed(feeding())
    known = LegalEntityFactory(siren=SIREN, name="Éditeur connu depuis")
    confirmed(takeover, by=manager())
    [line] = takeover.lines.all()
    assert line.state == LineState.REFUSED
    assert "a changé depuis l’aperçu" in line.sentences[0]
    assert not DigitalService.objects.filter(owner=known).exists()
    assert not AuditEvent.objects.filter(action="grants.take_over").exists()


def test_a_long_list_of_establishments_is_read_whole_or_refused() -> None:
    """A cut between two numbers would leave a shorter list that nobody asked for."""
    numbers = [f"{number:09d}" for number in range(2500)]
    line = FEEDING | {Column.ESTABLISHMENTS: ",".join(numbers)}
    [read] = operations._lines(file_of(line))
    assert sheet.understand(read, today=AT.date()).establishments == tuple(numbers)
    [read] = operations._lines(file_of(line | {Column.ESTABLISHMENTS: ",".join(numbers * 5)}))
    with pytest.raises(sheet.Unclear, match=r"« Établissements .* dépasse 120000 caractères"):
        sheet.understand(read, today=AT.date())


def test_files_that_are_no_such_sheet_are_refused_whole() -> None:
    for data, expected in (
        (b"", "titres"),
        (b"a;b\n1;2", "titres"),
        (b"Service;Sens\nx;y", "Il manque des colonnes"),
        (file_of(), "aucune ligne"),
        (file_of(*[CONSUMING] * (sheet.MOST + 1)), "dépasse"),
        (b"PK\x03\x04rien", "endommagé"),
    ):
        with pytest.raises(Refused, match=expected) as refused:
            operations.propose("x.csv", data, by=manager(), at=AT)
        assert refused.value.field == "file"


def test_a_workbook_reads_as_the_csv_does() -> None:
    line = feeding()
    data = workbook(TITLES, [[line.get(column, "") for column in Column]], sheet="Services")
    takeover = examined(operations.propose("existant.xlsx", data, by=manager(), at=AT))
    assert takeover.lines.get().sentences == proposed(line).lines.get().sentences


def test_vendors_are_invited_only_when_released(django_capture_on_commit_callbacks) -> None:
    takeover = proposed(feeding())
    confirmed(takeover, by=manager())
    with pytest.raises(Refused, match="Aucune de ces lignes"):
        operations.release([TakeOverLine(takeover=takeover)], by=manager(), at=AT)
    lines = queries.lines_of(takeover, manager())
    assert operations.release(lines, by=manager(), at=AT) == 1
    assert takeover.lines.get().state == LineState.RELEASED
    [noted] = OutboxMessage.objects.all()
    assert "invite_representative" in noted.effect


def test_the_gap_with_the_list_in_force_closes_once_approved_and_names_what_is_not_in_the_file() -> None:
    takeover, second = proposed(feeding()), manager()
    confirmed(takeover, by=second)
    gap = queries.gap(takeover, queries.lines_of(takeover, manager()), manager())
    assert [line.number for line in gap.unpublished] == [takeover.lines.get().number]
    whitelist.approve(WhitelistEntry.objects.get(), by=takeover.proposed_by, at=AT)
    assert queries.gap(takeover, queries.lines_of(takeover, manager()), manager()).is_none
    other = proposed(CONSUMING | {Column.CLIENT_ID: ""})
    assert [entry.reference for entry in queries.gap(other, queries.lines_of(other, manager()), manager()).others]


def test_the_lines_of_an_entity_closed_to_a_manager_are_not_shown_to_him() -> None:
    """By its right once it is taken over; by its number while the line waits; in the difference with the list too."""
    takeover, reader = proposed(feeding(), CONSUMING | {Column.CLIENT_ID: ""}), manager()
    confirmed(takeover, by=manager())
    whitelist.approve(WhitelistEntry.objects.get(), by=takeover.proposed_by, at=AT)
    again, other = proposed(feeding()), proposed(CONSUMING | {Column.SERVICE: "Autre", Column.CLIENT_ID: "autre"})
    assert [len(queries.lines_of(one, reader)) for one in (takeover, again, other)] == [2, 1, 1]
    assert queries.gap(other, queries.lines_of(other, reader), reader).others != ()
    parties.close_readings([reader], [LegalEntity.objects.get(siren=SIREN).pk], source="C-1", at=AT)
    assert [len(queries.lines_of(one, reader)) for one in (takeover, again, other)] == [1, 0, 1]
    assert queries.gap(other, queries.lines_of(other, reader), reader).others == ()
    page = proved(reader).get(reverse("takeover", args=[takeover.reference])).content.decode()
    assert "Lits en direct" not in page
    assert "Où soigner" in page


def test_pages_lead_from_the_template_to_the_invitation() -> None:
    first, second = proved(manager()), proved(manager())
    template = first.get(reverse("takeover_template", args=["csv"])).content.decode("utf-8-sig")
    assert template.strip().split(";") == TITLES
    assert first.get(reverse("takeover_template", args=["xlsx"])).status_code == 200
    assert first.get(reverse("takeover_template", args=["pdf"])).status_code == 404
    sent = io.BytesIO(file_of(feeding()))
    sent.name = "existant.csv"
    answer = first.post(reverse("takeover_propose"), {"file": sent})
    takeover = TakeOver.objects.get()
    assert "Examen des lignes : 0" in first.get(reverse("takeover", args=[takeover.reference])).text
    assert jobs.work_on_takeover(AT) == 1
    page = reverse("takeover", args=[takeover.reference])
    assert answer["Location"] == page
    assert "un autre gestionnaire de la liste blanche le confirme" in first.get(page).content.decode()
    assert first.post(reverse("takeover_confirm", args=[takeover.reference])).status_code == 403
    assert (
        "Exactement ceci sera créé"
        in second.get(reverse("takeover_confirm", args=[takeover.reference])).content.decode()
    )
    assert second.post(reverse("takeover_confirm", args=[takeover.reference]))["Location"] == page
    assert "Création des services : 0" in second.get(page).text
    assert (jobs.work_on_takeover(AT), jobs.work_on_takeover(AT)) == (1, 0)
    assert "à approuver" in second.get(page).content.decode()
    number = takeover.lines.get().number
    assert second.post(reverse("takeover_release", args=[takeover.reference]), {"lines": [number]})["Location"] == page
    assert second.post(reverse("takeover_release", args=[takeover.reference])).status_code == 422
    assert takeover.reference in second.get(reverse("takeovers")).content.decode()


def test_a_file_may_be_set_aside_and_a_reviewer_only_reads() -> None:
    takeover, other = proposed(feeding()), entered(reviewer())
    page = reverse("takeover", args=[takeover.reference])
    assert other.get(page).status_code == 200
    assert other.post(reverse("takeover_set_aside", args=[takeover.reference])).status_code == 403
    assert other.get(reverse("takeover_propose")).status_code == 403
    assert entered(manager()).post(reverse("takeover_set_aside", args=[takeover.reference]))["Location"]
    assert TakeOver.objects.get().state == State.SET_ASIDE
    assert not Grant.objects.exists()


def test_an_entity_already_known_keeps_its_name_and_its_service() -> None:
    entity = LegalEntityFactory(siren=SIREN, siret=SIRET, name="Nom vérifié")
    DigitalServiceFactory(owner=entity, name="Lits en direct")
    takeover = proposed(feeding())
    assert takeover.lines.get().sentences[0].startswith("Personne morale déjà connue : Nom vérifié")
    confirmed(takeover, by=manager())
    entity.refresh_from_db()
    assert (entity.name, entity.services.count()) == ("Nom vérifié", 1)


def test_the_regions_of_a_file_are_those_in_force() -> None:
    codes = b'{"code": "84"}, {"code": "99", "display": "Nouvelle"}'
    data = b'{"resourceType": "CodeSystem", "name": "TRE_R30_RegionOM", "concept": [' + codes + b"]}"
    reference.import_nomenclature(data, source_name="regions.json", by=None, at=AT)
    takeover = proposed(CONSUMING | {Column.REGION: "99"}, CONSUMING | {Column.REGION: "53", Column.SERVICE: "Autre"})
    newer, gone = takeover.lines.order_by("number")
    assert newer.state == LineState.READY
    assert gone.state == LineState.REFUSED
    assert "n’est pas le code d’une région" in gone.sentences[0]
    confirmed(takeover, by=manager())
    assert Grant.objects.get().region == "99"


def test_two_lines_of_one_service_and_direction_are_told_apart() -> None:
    takeover = proposed(CONSUMING, CONSUMING)
    assert [line.state for line in takeover.lines.all()] == [LineState.READY, LineState.REFUSED]
    assert takeover.lines.last().sentences == ["Ligne 3 : même service et même sens que la ligne 2."]


def test_a_worker_that_stops_halfway_is_followed_by_another_that_ends_the_file() -> None:
    lines = [CONSUMING | {Column.SERVICE: f"Service {n}", Column.CLIENT_ID: f"client-{n}"} for n in range(4)]
    takeover = proposed(*lines)
    operations.confirm(takeover, by=manager(), at=AT)
    assert operations.work_on(takeover, at=AT, most=3) == 3
    takeover.refresh_from_db()
    assert (takeover.state, queries.progress(takeover), Grant.objects.count()) == (State.CREATING, 75, 3)
    assert examined(takeover).state == State.CONFIRMED
    assert (Grant.objects.count(), operations.work_on(takeover, at=AT)) == (4, 0)


def test_what_a_manager_no_longer_may_is_not_created_in_his_name() -> None:
    takeover, second = proposed(CONSUMING), manager()
    operations.confirm(takeover, by=second, at=AT)
    second.assignments.update(until=AT)
    assert examined(takeover).state == State.CONFIRMED
    assert takeover.lines.get().state == LineState.REFUSED
    assert not Grant.objects.exists()


def test_the_page_offers_no_confirmation_to_who_would_be_refused() -> None:
    takeover, second = proposed(feeding(), CONSUMING), manager()
    parties.close_readings([second], [LegalEntityFactory(siren=SIREN).pk], source="C-1", at=AT)
    page, act = (reverse(name, args=[takeover.reference]) for name in ("takeover", "takeover_confirm"))
    html = proved(second).get(page).text
    assert (act in html, "un autre gestionnaire le confirme" in html) == (False, True)
    assert proved(second).get(act).status_code == 403
    assert act in proved(manager()).get(page).text
