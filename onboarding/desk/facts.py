"""What is known of one service's way into the trust circle: plain values read by `journey`, gathered by `queries`.

States are the values of the slices' own lifecycles. An absent part (None) has not come into being yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from policy.grants.direction import Direction


@dataclass(frozen=True, slots=True)
class Act:
    """Something done: when and by whom; either may be unknown for what was taken over or done elsewhere."""

    at: datetime | None = None
    actor: str = ""


UNKNOWN = Act()


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece that shows a step was done: its words and its page."""

    label: str
    url_name: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim of the legal entity that holds the service; `claimant` is the key of who made it."""

    reference: str
    state: str
    claimant: int | None = None


@dataclass(frozen=True, slots=True)
class Candidacy:
    """The request; `session_*` when a session has it on its agenda, `comments` counts those without an answer."""

    reference: str
    state: str
    session: str = ""
    session_on: date | None = None
    missing: tuple[str, ...] = ()
    comments: int = 0
    exposure_model: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision in force on the candidacy."""

    reference: str
    label: str
    decided_on: date
    letter_issued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EstablishmentList:
    """The latest list of establishments; `valid` lines out of `total`."""

    reference: str
    state: str
    valid: int
    total: int


@dataclass(frozen=True, slots=True)
class Grant:
    """The right that the decision opened, with the facts that production asks for.

    `attestation_filed` waits for the agency; `stands_in` names the facts not required or taken over (`charter`…);
    `secret_waits_in` is the environment whose secret nobody has read yet.
    """

    reference: str
    state: str
    needs_certificate: bool
    charter_signed_at: datetime | None = None
    tests_verified_at: datetime | None = None
    list_reference: str = ""
    customer_attestation: str = ""
    attestation_filed: str = ""
    stands_in: frozenset[str] = frozenset()
    production_url: str = ""
    secret_waits_in: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The declared certificate of one environment."""

    reference: str
    declared_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Campaign:
    """The latest test campaign; `runs` reports imported, `due` the answer promised by the agency."""

    reference: str
    state: str
    runs: int = 0
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Formality:
    """A step declared done outside the portal: when, by whom it was told, and its proof (a deposited file), if any."""

    done_on: date
    declared_by: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The latest production entry of the whitelist, and the publication that carries it."""

    reference: str
    state: str
    effective_at: datetime
    published_version: int | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the journey of one service in one direction is computed from; `ends_on` once its end is accepted.

    `charter_waiver` says by which setting the charter is not asked of the service; empty when it is asked.
    `acts` gives, for an audit action (``candidacies.submit``), the last time it was done on this dossier.
    """

    service: str
    direction: Direction
    claim: Claim | None = None
    candidacy: Candidacy | None = None
    establishment_list: EstablishmentList | None = None
    charter_signed_at: datetime | None = None
    charter_document: str = ""
    charter_waiver: str = ""
    receipt_document: str = ""
    decision: Decision | None = None
    grant: Grant | None = None
    test_certificate: Certificate | None = None
    production_certificate: Certificate | None = None
    sandbox_handed_over_at: datetime | None = None
    campaign: Campaign | None = None
    entry: Entry | None = None
    exchange_format: str = ""
    without_certificate: bool = False
    ends_on: date | None = None
    is_ended: bool = False
    formalities: Mapping[str, Formality] = field(default_factory=dict)
    acts: Mapping[str, Act] = field(default_factory=dict)

    @property
    def certificates(self) -> list[Certificate]:
        """The declared certificates, sandbox first."""
        return [one for one in (self.test_certificate, self.production_certificate) if one]

    def act(self, *actions: str) -> Act:
        """The latest of these acts; an unknown act when none was recorded."""
        done = [self.acts[action] for action in actions if action in self.acts]
        return max(done, key=lambda act: act.at.timestamp() if act.at else 0.0, default=UNKNOWN)
