"""One question answered for a person: the verdict, what every other profile would change, and the address of both.

The page of the simulator and the API call this module with the same question, so they cannot disagree. The caller is
one of the list, judged as gateways judge him, or a profile that nobody needs to hold, within its perimeters.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from policy.profiles.rulebook import DIRECTION, ENVIRONMENT, ESTABLISHMENT_PERIMETER, REGION_PERIMETER, Rulebook
from portal.web.wording import PARIS

from . import alternatives, decision
from .alternatives import Alternative
from .decision import Act, Fault, Verdict
from .index import Index
from .question import Question

FOUND_OUT = frozenset({DIRECTION, ENVIRONMENT, ESTABLISHMENT_PERIMETER, REGION_PERIMETER})  # facts that calls carry


@dataclass(frozen=True, slots=True)
class Simulated:
    """The verdict, the answer of each profile that the operation concerns, the parameters that ask this again.

    `hypothetical` says that nobody was named. `query` is empty where the page has no words for the question.
    """

    verdict: Verdict
    alternatives: tuple[Alternative, ...]
    hypothetical: bool
    query: str


def answer(index: Index, question: Question, *, profile: str = "") -> Simulated:
    """The answer to a question whose caller is one of the list, or `profile` alone (a code of the catalogue)."""
    act = decision.act_of(index, question)
    if profile:
        held = frozenset({profile})
    else:
        held = frozenset(code for right in decision.rights(index, question) for code in right.profiles)
    others = tuple(alternatives.table(index, held, act))
    query = _query(index, question, act, profile)
    if not profile:
        return Simulated(decision.decide(index, question), others, hypothetical=False, query=query)
    said = alternatives.judge(index, held, act)
    verdict = Verdict(said.effect, said.reasons, decision.NOBODY, index.rulebook.number, index.version)
    return Simulated(verdict, others, hypothetical=True, query=query)


def _query(index: Index, question: Question, act: Act | Fault, profile: str) -> str:
    """The whole question in the address of the page, to the second."""
    book = index.rulebook
    if isinstance(act, Fault) or act.operation not in book.operations or not book.named(act.element):
        return ""
    if question.name and question.fingerprint not in index.by_fingerprint:
        return ""  # only the certificate shown says the name by which it is judged
    local = question.at.astimezone(PARIS)
    given = {
        "environnement": index.environment,
        "appelant": question.client_id or question.fingerprint,
        "profil": profile,
        "operation": "" if act.case else act.operation,
        "cas": question.case,
        "element": _element(book, act.element),
        "etablissement": act.finess,
        "region": act.region,
        "jour": local.date().isoformat(),
        "heure": f"{local:%H:%M:%S}",
        **{f"fait_{code}": value for code, value in act.facts if _told(book, code, value)},
    }
    return urlencode({name: value for name, value in given.items() if value})


def _told(book: Rulebook, code: str, value: str) -> bool:
    """Whether a fact counts: one of the policy, with a value of its own, that calls do not carry."""
    return code not in FOUND_OUT and code in book.facts and value in book.facts[code].values


def _element(book: Rulebook, name: str | None) -> str:
    """An element as the page offers it: a FHIR name stands for the element that covers it."""
    covered = book.named(name) if name else ()
    return covered[0] if len(covered) == 1 else name or ""
