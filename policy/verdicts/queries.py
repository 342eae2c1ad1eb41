"""The index that answers: over the latest publication of an environment, with the policy in force.

One small SELECT per call says which publication and which policy these are, by their digests; the index itself is built
once per publication, kept, and swapped as a whole. A revocation therefore counts from the commit of its publication on.
"""

import logging
from dataclasses import replace
from datetime import datetime

import orjson
from django.db.models import CharField, Subquery, Value
from django.db.models.functions import Coalesce

from policy.profiles import queries as profiles
from policy.profiles.models import PolicyVersion
from policy.profiles.rulebook import EMPTY
from policy.whitelist.models import Publication
from portal.reference.models import Establishment

from . import index
from .index import Index

logger = logging.getLogger(__name__)

_built: dict[str, tuple[tuple[int, str], Index]] = {}  # by environment: (version, digest of the content), index


def index_at(environment: str, at: datetime) -> Index:
    """The index of the latest publication of an environment, with the policy in force at an instant (aware)."""
    policy = PolicyVersion.objects.effective(at).values("digest")[:1]
    latest = (
        Publication.objects.filter(environment=environment)
        .order_by("-version")
        .values_list("version", "digest", Coalesce(Subquery(policy), Value(""), output_field=CharField()))
        .first()
    )
    if latest is None:
        return index.empty(environment, profiles.rulebook_of(profiles.in_force(at)))
    version, digest, rulebook = latest
    return replace(_over(environment, version, digest), rulebook=profiles.rulebook_with(rulebook))


def _over(environment: str, version: int, digest: str) -> Index:
    """The index over a publication, without policy: built at most once as long as no other is published."""
    held = _built.get(environment)
    if held and held[0] == (version, digest):
        return held[1]
    body = Publication.objects.values_list("body", flat=True).get(environment=environment, version=version)
    made = index.build(orjson.loads(bytes(body)), EMPTY)
    for fault in made.faults:
        logger.error("publication %s %s: %s", environment, version, fault)
    _built[environment] = ((version, digest), made)
    return made


def region_of(finess: str) -> str:
    """The region code of an establishment of the register; empty when it is unknown there."""
    return Establishment.objects.filter(finess=finess).values_list("region", flat=True).first() or ""
