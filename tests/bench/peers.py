"""Peers that hold the same policy as the index: Cedar, Casbin, one SQL join, the ORM. All must agree before timing.

The policy of a peer is flattened: for each certificate, the acts it may do, the establishments it may write to. A
`conditional` answer is no permission. Peers come from `requirements-bench.lock`.
"""

import importlib
import json
import logging
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from policy.profiles.engine import Effect
from policy.verdicts.gate import Ask
from tests.bench import sample
from tests.bench.rounds import Row, apart, compare
from tests.bench.sample import Asked

NOW = sample.AT.timestamp()
CEDAR = """permit(principal, action, resource) when {
  principal.entry.active && principal.not_after >= context.now && principal.entry.acts.contains(context.act) &&
  (context.read || principal.entry.numbers.contains(context.finess)) };"""
CASBIN = """
[request_definition]
r = sub, act, finess
[policy_definition]
p = sub, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && reached(r.sub, r.act, r.finess)
"""
JOIN = """SELECT e.state, c.not_after, a.act IS NOT NULL, n.finess IS NOT NULL, e.reference FROM certificate c
  JOIN entry e ON e.id = c.entry LEFT JOIN act a ON a.entry = e.id AND a.act = ?
  LEFT JOIN number n ON n.entry = e.id AND n.finess = ? WHERE c.sha256 = ?"""


class Flat:
    """The policy as peers take it: entries by certificate, with acts and numbers."""

    def __init__(self, listed: list[dict[str, Any]], asked: list[Asked], ask: Ask) -> None:
        self.listed, self.asked = listed, asked
        self.allowed = [
            ask(q.fingerprint, q.operation, q.element, q.finess, NOW)[0].effect is Effect.PERMIT for q in asked
        ]
        self.acts = {id(entry): sorted(self._acts(entry, ask)) for entry in listed}
        self.by_certificate = {one["sha256"]: entry for entry in listed for one in entry["certificates"]}

    def _acts(self, entry: dict[str, Any], ask: Ask) -> Iterator[str]:
        key, numbers = entry["certificates"][0]["sha256"], entry["establishments"]
        for operation, element in sorted({(q.operation, q.element) for q in self.asked}):
            if ask(key, operation, element, numbers[0], NOW)[0].effect is Effect.PERMIT:
                yield f"{operation} {element}"

    def act(self, asked: Asked) -> str:
        """Operation and element in one word."""
        return f"{asked.operation} {asked.element}"


Make = Callable[[Flat], Callable[[Asked], bool]]


def rows(listed: list[dict[str, Any]], asked: list[Asked], ask: Ask, floors: Any) -> Iterator[Row]:
    """How many times faster the index answers than each peer."""
    flat = Flat(listed, asked, ask)
    for id, what, target, count, make in (
        ("P1.2-cedarpy", "cedarpy, politique et entités gardées en mémoire", 25, 500, cedar),
        ("P1.2-casbin", "pycasbin FastEnforcer à clé", 35, 300, casbin_fast),
        ("P1.2-casbin-simple", "pycasbin Enforcer", 10_000, 2, casbin_simple),
        ("P1.2-sql", "une jointure SQL préparée (SQLite)", 8, 20_000, joined),
        ("P1.2-orm", "trois requêtes de l’ORM (SQLite)", 400, 100, by_orm),
    ):
        yield from apart(_against(id, what, target, count, make, flat, ask, floors))


def _against(
    id: str, what: str, target: float, count: int, make: Make, flat: Flat, ask: Ask, floors: Any
) -> Iterator[Row]:
    answer = make(flat)
    check(flat, answer, count)
    mine, theirs = floors.first(max(count, 300)), floors.first(count)
    yield compare(
        id,
        f"index contre {what}",
        subject=mine.through(ask),
        floor=lambda: [answer(q) for q in theirs.fresh],
        per=(len(mine.asked), count),
        target=target,
        better="higher",
        before=lambda: (mine.renew(), theirs.renew()),
    )


def check(flat: Flat, answer: Callable[[Asked], bool], count: int) -> None:
    """The peer gives the same answers."""
    wrong = [q for q, said in zip(flat.asked[:count], flat.allowed, strict=False) if answer(q) is not said]
    assert not wrong, (len(wrong), wrong[:2])


def cedar(flat: Flat) -> Callable[[Asked], bool]:
    """Cedar with everything parsed beforehand. The slice of entities that the timed questions name is enough for it."""
    import cedarpy

    timed = {q.fingerprint for q in flat.asked[:2000]}
    entities = []
    for entry in flat.listed:
        if timed.isdisjoint(one["sha256"] for one in entry["certificates"]):
            continue
        uid = {"type": "Entry", "id": entry["reference"]}
        attrs = {
            "active": entry["state"] == "approved",
            "acts": flat.acts[id(entry)],
            "numbers": entry["establishments"],
        }
        entities.append({"uid": uid, "parents": [], "attrs": attrs})
        for one in entry["certificates"]:
            own = {"not_after": 1_900_000_000, "entry": {"__entity": uid}}
            entities.append({"uid": {"type": "Cert", "id": one["sha256"]}, "parents": [], "attrs": own})
    known = cedarpy.Entities.from_json_str(json.dumps(entities))
    policies = cedarpy.PolicySet.from_str(CEDAR)

    def answer(q: Asked) -> bool:
        context = {
            "now": int(NOW),
            "act": flat.act(q),
            "finess": q.finess or "",
            "read": q.operation == "read",
        }
        request = {
            "principal": f'Cert::"{q.fingerprint}"',
            "action": 'Action::"call"',
            "resource": 'Api::"ror"',
            "context": context,
        }
        return bool(cedarpy.is_authorized(request, policies, known).allowed)

    return answer


def _casbin(flat: Flat, kind: str, **options: Any) -> Callable[[Asked], bool]:
    casbin = importlib.import_module("casbin")
    logging.disable(logging.WARNING)
    rules = [
        f"p, {one['sha256']}, {act}"
        for entry in flat.listed
        if entry["state"] == "approved"
        for one in entry["certificates"]
        for act in flat.acts[id(entry)]
    ]
    with tempfile.TemporaryDirectory() as folder:
        model, policy = Path(folder, "model.conf"), Path(folder, "policy.csv")
        model.write_text(CASBIN)
        policy.write_text("\n".join(rules))
        enforcer = getattr(casbin, kind)(str(model), str(policy), **options)
    reach = {one: frozenset(entry["establishments"]) for one, entry in flat.by_certificate.items()}
    enforcer.add_function("reached", lambda sub, act, finess: act[0] == "r" or finess in reach[sub])
    return lambda q: bool(enforcer.enforce(q.fingerprint, flat.act(q), q.finess or ""))


def casbin_fast(flat: Flat) -> Callable[[Asked], bool]:
    """Casbin with its policy keyed by certificate and act."""
    return _casbin(flat, "FastEnforcer", cache_key_order=[0, 1])


def casbin_simple(flat: Flat) -> Callable[[Asked], bool]:
    """Casbin as its first page shows it: the whole policy walked."""
    return _casbin(flat, "Enforcer")


def database(flat: Flat) -> sqlite3.Connection:
    """The policy as tables, with the indexes that the join wants."""
    base = sqlite3.connect(":memory:")
    base.executescript(
        "CREATE TABLE entry(id INTEGER PRIMARY KEY, reference TEXT, state TEXT);"
        "CREATE TABLE certificate(sha256 TEXT PRIMARY KEY, entry INT, not_after INT) WITHOUT ROWID;"
        "CREATE TABLE act(entry INT, act TEXT, PRIMARY KEY(entry, act)) WITHOUT ROWID;"
        "CREATE TABLE number(entry INT, finess TEXT, PRIMARY KEY(entry, finess)) WITHOUT ROWID;"
    )
    for rank, entry in enumerate(flat.listed):
        base.execute("INSERT INTO entry VALUES (?, ?, ?)", (rank, entry["reference"], entry["state"]))
        base.executemany(
            "INSERT INTO certificate VALUES (?, ?, ?)",
            [(one["sha256"], rank, 1_900_000_000) for one in entry["certificates"]],
        )
        base.executemany("INSERT INTO act VALUES (?, ?)", [(rank, act) for act in flat.acts[id(entry)]])
        base.executemany("INSERT INTO number VALUES (?, ?)", [(rank, finess) for finess in entry["establishments"]])
    return base


def joined(flat: Flat) -> Callable[[Asked], bool]:
    """One prepared join per question."""
    cursor = database(flat).cursor()

    def answer(q: Asked) -> bool:
        found = cursor.execute(JOIN, (flat.act(q), q.finess, q.fingerprint)).fetchone()
        return bool(
            found and found[0] == "approved" and found[1] >= NOW and found[2] and (q.operation == "read" or found[3])
        )

    return answer


def by_orm(flat: Flat) -> Callable[[Asked], bool]:
    """What one writes first with Django: the certificate and its entry, the act, the establishment."""
    from tests.bench import orm

    models = orm.filled(flat)

    def answer(q: Asked) -> bool:
        one = models.certificate.objects.select_related("entry").filter(sha256=q.fingerprint).first()
        if one is None or one.entry.state != "approved" or one.not_after < NOW:
            return False
        if not models.act.objects.filter(entry=one.entry, act=flat.act(q)).exists():
            return False
        return q.operation == "read" or models.number.objects.filter(entry=one.entry, finess=q.finess).exists()

    return answer
