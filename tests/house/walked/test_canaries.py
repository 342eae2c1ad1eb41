"""What belongs to one vendor appears nowhere in what the other one may reach: pages, files, PDFs, mails, searches."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from onboarding.candidacies.models import Candidacy
from onboarding.establishments.models import EstablishmentList
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.demo.story import Dossier
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from tests.factories.addresses import COMMON, OF_VENDORS, routes
from tests.factories.world import World, decision_of

SIDES = {"mine": ("representante", "rival"), "rival": ("concurrente", "mine")}
PUBLIC = {"api_schema", "api_docs"}
BY_LINK = {"document_check", "invitation", "mailbox_confirm"}  # for whoever was handed the address, which is the secret


def canaries(dossier: Dossier) -> set[str]:
    """Strings that only this vendor's dossier holds."""
    entity, service, tale = dossier.entity, dossier.service, dossier.tale
    mine = {"owner": entity}
    references = {
        *Candidacy.objects.filter(service__owner=entity).values_list("reference", flat=True),
        *EstablishmentList.objects.filter(service__owner=entity).values_list("reference", flat=True),
        *Grant.objects.filter(holder=entity).values_list("reference", flat=True),
        *WhitelistEntry.objects.filter(grant__holder=entity).values_list("reference", flat=True),
        *StoredDocument.objects.filter(**mine).values_list("reference", flat=True),
        *StoredDocument.objects.filter(**mine).values_list("verification_code", flat=True),
        *Certificate.objects.filter(service__owner=entity).values_list("fingerprint", flat=True),
        *Certificate.objects.filter(service__owner=entity).values_list("reference", flat=True),
        decision_of(dossier).reference,
        dossier.claim.reference,
        dossier.campaign.reference,
    }
    words = {entity.name, entity.siren, entity.address, entity.reference, service.name, service.reference, tale.host}
    person = {dossier.vendor.email, dossier.vendor.full_name, f"Message de {service.name}"}
    return {text for text in references | words | person if text}


def reached(world: World, dossier: Dossier) -> Iterator[str]:
    """Every address of the resolver, with this vendor's own arguments."""
    for address in routes():
        if address.access is None or address.name in PUBLIC | BY_LINK:
            continue
        if row := OF_VENDORS.get(address.name):
            yield reverse(address.name, args=row.arguments(dossier))
        elif address.name in COMMON:
            yield reverse(address.name, args=COMMON[address.name].arguments(world))
        elif not address.arguments:
            yield reverse(address.name)


def told(answer: Any) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return printed(body) if body.startswith(b"%PDF") else body.decode("utf-8", "replace")


def printed(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def crossed(text: str, foreign: set[str], path: str) -> dict[str, str]:
    """The foreign canaries in a text, with their surroundings; what the address itself says proves nothing."""
    searched = {canary: re.search(rf"(?<![\w-]){re.escape(canary)}(?!\d)", text) for canary in foreign}
    return {
        canary: text[max(0, found.start() - 80) : found.end() + 60]
        for canary, found in searched.items()
        if found and canary not in path
    }


@pytest.mark.requires("pdftotext")
@pytest.mark.parametrize("side", SIDES)
def test_nothing_of_the_other_vendor_is_on_any_page(world: World, side: str) -> None:
    key, other = SIDES[side]
    own, foreign = getattr(world, side), canaries(getattr(world, other))
    client, seen = world.browser(key), 0
    for path in reached(world, own):
        answer = client.get(path)
        assert answer.status_code < 500, path
        seen += answer.status_code == 200
        assert not crossed(told(answer), foreign, path), path
    assert seen > 40, "most pages are open to their own vendor"


@pytest.mark.parametrize("side", SIDES)
def test_searching_for_the_other_vendor_finds_nothing(world: World, side: str) -> None:
    key, other = SIDES[side]
    foreign = canaries(getattr(world, other))
    client = world.browser(key)
    for name in ("services", "claims", "grants", "campaigns", "documents", "signatures"):
        for canary in sorted(foreign):
            path = reverse(name)
            text = told(client.get(path, {"q": canary}))
            assert not crossed(text, {one for one in foreign if one not in canary}, path), (name, canary)


@pytest.mark.requires("pdftotext")
@pytest.mark.parametrize("side", SIDES)
def test_documents_and_mails_name_their_own_vendor_only(world: World, side: str) -> None:
    _, other = SIDES[side]
    own, foreign = getattr(world, side), canaries(getattr(world, other))
    documents = StoredDocument.objects.filter(owner=own.entity)
    assert len(documents) >= 5
    for document in documents:
        text = printed(bytes(document.content))
        assert own.entity.name in " ".join(text.split()), document.title
        assert not crossed(text, foreign, ""), document.title
    for mail in OutgoingEmail.objects.all():
        if own.vendor.email in str(mail.to):
            assert not crossed(mail.text + mail.html + mail.subject, foreign, ""), mail.subject
