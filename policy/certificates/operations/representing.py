"""For whom a service acts: written down by the request that says it, so that its certificates may name that party."""

from datetime import datetime

from portal.lifecycle.operations import save
from portal.parties.models import DigitalService

from ..identity import is_number
from ..models import ThirdParty


def end_third_party(service: DigitalService, *, source: str) -> None:
    """The request that named it came to nothing (withdrawn, refused): certificates may name that party no more.

    Part of the move of that request; the nightly reading finds the certificates that still name it.
    """
    ThirdParty.objects.filter(service=service, source=source).delete()


def name_third_party(service: DigitalService, *, source: str, name: str, number: str, at: datetime) -> None:
    """A request (its reference) names the third party for which the service acts; an empty `number` names nobody.

    Part of the move of that request. A number whose check key is false names nobody either: no certificate bears it.
    """
    bare = "".join(number.split()).upper()
    if not is_number(bare):
        end_third_party(service, source=source)
        return
    held = ThirdParty.objects.filter(service=service, source=source).first()
    named = held or ThirdParty(service=service, source=source, declared_at=at)
    if (named.name, named.number) != (name.strip(), bare):
        named.name, named.number, named.declared_at = name.strip(), bare, at
        save(named)
