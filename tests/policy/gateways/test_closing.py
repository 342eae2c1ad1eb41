"""An overlap ends on evidence, and never with the last usable certificate."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from policy.gateways import closing
from policy.gateways.closing import Listed, Seen

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE, TWO = "façade 1", "façade 2"


def seen(gateway: str, minutes: int) -> Seen:
    return Seen(gateway, NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("former", "new", "usable", "may", "words"),
    [
        ([seen(ONE, 0)], [seen(ONE, 1)], True, True, "en service (façade 1)"),
        ([], [seen(ONE, 1)], True, True, "en service"),
        ([seen(ONE, 0)], [], True, False, "Aucune passerelle"),
        ([seen(ONE, 2)], [seen(ONE, 1)], True, False, "Encore présenté à façade 1"),
        ([seen(ONE, 1)], [seen(ONE, 1)], True, False, "Encore présenté à façade 1"),
        ([seen(ONE, 0), seen(TWO, 0)], [seen(ONE, 1)], True, False, "Encore présenté à façade 2"),
        ([seen(ONE, 0), seen(TWO, 0)], [seen(ONE, 1), seen(TWO, 1)], True, True, "façade 1, façade 2"),
        ([seen(ONE, 0)], [seen(ONE, 1)], False, False, "dernier certificat utilisable"),
    ],
)
def test_a_former_certificate_closes_on_evidence(
    former: Sequence[Seen], new: Sequence[Seen], usable: bool, may: bool, words: str
) -> None:
    said = closing.judge(Listed("CE-1", True, tuple(former)), [Listed("CE-2", usable, tuple(new))])
    assert said.may_close is may
    assert words in said.sentence


def test_the_only_certificate_is_never_closed() -> None:
    assert not closing.judge(Listed("CE-1", True, (seen(ONE, 0),)), []).may_close
