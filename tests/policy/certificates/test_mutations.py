"""Thousands of spoilt certificates: each read or refused in French, quickly, and none believed that was altered."""

import base64
import random
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.certificates import authorities, checks, deposit, inspection, names, x509
from policy.certificates.environments import Environment
from policy.certificates.identity import Holder
from policy.certificates.question import Question
from policy.certificates.reasons import REASONS
from tests.factories.certificates import AT, anchors, crafted, issued, rebuilt, sample, tlv

ANCHORS = [*authorities.igc_sante(), *anchors()]
QUESTION = Question(Environment.PRODUCTION, AT, (Holder("Éditeur", siren="187512751"),))
SEEDS = [
    deposit.certificate_der(data) for data in (sample("apibi"), sample("platines"), sample("cpxservices"), issued())
]
EACH = 4000  # by seed, of which there are five: CE-01 asks for 20,000
SLOWEST = 0.2  # seconds, for one deposit


def spoilt(source: random.Random, encoding: bytes) -> bytes:
    """The encoding with one to eight octets changed, removed, repeated or inserted."""
    data = bytearray(encoding)
    for _ in range(source.choice([1, 1, 1, 2, 4, 8])):
        place = source.randrange(len(data))
        match source.randrange(5):
            case 0:
                data[place] ^= 1 << source.randrange(8)
            case 1:
                data[place] = source.choice([0, 0x7F, 0x80, 0xFF, 0x30, 0x31, source.randrange(256)])
            case 2:
                del data[place : place + source.randrange(1, 16)]
            case 3:
                data[place:place] = data[place : place + source.randrange(1, 64)]
            case _:
                data[place:place] = source.randbytes(source.randrange(1, 8))
    return bytes(data)


def outcome(data: bytes) -> str:
    """`accepted`, `bad` or the code of the refusal; every text that would be shown is computed."""
    try:
        read = inspection.inspect(data, ANCHORS, at=AT)
    except deposit.Unreadable as refusal:
        return refusal.reason.code
    found = checks.judge(read.facts, read.chain, QUESTION)
    shown = "".join(check.sentence + check.remedy for check in found) + read.facts.subject.rfc4514
    assert not any(names.is_invisible(character) for character in shown)
    return "accepted" if checks.is_acceptable(found) else "bad"


def timed(data: bytes) -> tuple[str, float]:
    """What becomes of a deposit, and the processor's time it took, in seconds."""
    start = time.process_time()
    found = outcome(data)
    return found, time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_altered_der_is_refused_or_bad_and_never_slow(seed: int) -> None:
    source = random.Random(seed)
    encoding = SEEDS[seed]
    slowest, seen = 0.0, Counter[str]()
    for _ in range(EACH):
        data = spoilt(source, encoding)
        if data == encoding:
            continue
        found, spent = timed(data)
        seen[found] += 1
        slowest = max(slowest, spent if spent < SLOWEST else timed(data)[1])  # slow by itself, not by a collection
    assert seen["accepted"] == 0
    assert set(seen) <= set(REASONS) | {"bad"}
    assert slowest < SLOWEST


@pytest.mark.slow
def test_altered_pem_is_refused_or_bad() -> None:
    source = random.Random(9)
    text = issued()
    for _ in range(EACH):
        data = spoilt(source, text)
        assert outcome(data) != "accepted" or deposit.certificate_der(data) == deposit.certificate_der(text)


def read_or_refused(data: bytes) -> object:
    try:
        return x509.read(data)
    except deposit.Unreadable as refusal:
        return refusal.reason.code


@pytest.mark.parametrize("seed", range(4))
def test_short_ways_read_what_the_long_ones_read(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Extensions already seen, plain names, texts written as tools do: the same facts, the same refusals, without them."""
    source, encoding = random.Random(seed), SEEDS[seed]
    text = x509.read_der(encoding).pem.encode()
    spoilt_ones = [spoilt(source, each) for each in (encoding, text) for _ in range(300)]
    # whole lines and blocks, where a key or a second certificate would hide
    spoilt_ones += [text, text + text, text + b"\n", text.replace(b"\n", b"\r\n"), text.replace(b"\n", b"\n\n", 3)]
    spoilt_ones += [text[:60] + text[61:], text.replace(b"=\n", b"\n"), b" " + text]
    quick = [read_or_refused(data) for data in [*spoilt_ones, *spoilt_ones]][len(spoilt_ones) :]
    monkeypatch.setattr(deposit, "_exported", lambda data: None)
    monkeypatch.setattr(names, "short", lambda part: None)
    monkeypatch.setattr(x509, "_MOST_ALIKE", 0)
    for kept in (x509._part, x509._issuer_facts):
        kept.cache_clear()
    for data, found in zip(spoilt_ones, quick, strict=True):
        x509._alike.clear()
        x509._algorithms.clear()
        assert read_or_refused(data) == found


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert outcome(data) in REASONS


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_under_the_right_label_are_refused(data: bytes) -> None:
    text = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(data) + b"-----END CERTIFICATE-----\n"
    assert outcome(text) in REASONS


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x84\x7f\xff\xff\xff" + b"\x30" * 30_000,
        b"\x30\x80" * 15_000,
        (b"\x30\x82\x7f\xf0" + b"\x30\x00" * 16_000)[: deposit.MAX_BYTES],
        b"-----BEGIN " * 2_900,
        b"-----BEGIN CERTIFICATE-----" * 1_100,
        b"-----BEGIN A-----" + b"A" * 32_000,
        b"BEGIN " + b"PRIVATE " * 4_000,
        b"A" * 10_000_000,
        b"AAAAAAAAAAAAAAAAAAAA\n" * 400_000,
        b"<RSAKeyValue>" * 700_000,
        b"\x06\x82\x75\x30" + b"\xff" * 29_999 + b"\x01",
    ],
    ids=range(11),
)
def test_hostile_shapes_take_no_time(data: bytes) -> None:
    start = time.process_time()
    assert outcome(data) in REASONS
    assert time.process_time() - start < 2 * SLOWEST


def test_name_of_a_thousand_parts_takes_no_time() -> None:
    part = tlv(0x31, tlv(0x30, tlv(6, b"\x55\x04\x0b"), tlv(0x0C, "é".encode())))
    data = rebuilt(crafted(), lambda parts: [*parts[:5], tlv(0x30, part * 1000), *parts[6:]])
    start = time.process_time()
    assert outcome(data) == "bad"
    assert time.process_time() - start < 2 * SLOWEST
