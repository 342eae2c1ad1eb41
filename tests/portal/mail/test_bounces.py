"""Notices of non-delivery are read under limits: what they name, and what is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail import bounces
from tests.factories.returns import notice, recipient

ID = "<7f1d2c1e.0a1b2c3d4e5f@portail.exemple.fr>"


@pytest.mark.parametrize("quoted", ["text/rfc822-headers", "message/rfc822"])
def test_a_notice_names_the_mail_and_the_addresses_not_reached(quoted: str) -> None:
    report = bounces.read(notice(ID, recipient("Un@Exemple.fr"), quoted=quoted))
    assert report.message_id == ID
    [failure] = report.failures
    assert failure.addresses == {"un@exemple.fr"}
    assert failure.reason == "Revenu après envoi : 5.1.1 550 5.1.1 User unknown"


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", ""])
def test_what_is_no_failure_puts_nobody_in_doubt(action: str) -> None:
    assert bounces.read(notice(ID, recipient("un@exemple.fr", action=action))).failures == ()


def test_the_address_first_written_to_counts_beside_the_final_one() -> None:
    block = recipient("final@autre.fr", extra="Original-Recipient: rfc822;un@exemple.fr\n")
    [failure] = bounces.read(notice(ID, block)).failures
    assert failure.addresses == {"un@exemple.fr", "final@autre.fr"}


def test_several_addresses_fail_each_for_its_reason() -> None:
    blocks = [recipient("a@b.fr"), recipient("c@d.fr", status="4.4.7", diagnostic="smtp; délai dépassé")]
    assert len(bounces.read(notice(ID, *blocks)).failures) == 2


def test_another_kind_of_address_names_nobody() -> None:
    block = recipient("x").replace("rfc822; x", "x400; /C=FR/")
    assert bounces.read(notice(ID, block)).failures == ()


def test_a_reason_is_one_short_visible_line() -> None:
    block = recipient("a@b.fr", diagnostic="smtp; 550 " + "long " * 200)
    [failure] = bounces.read(notice(ID, block)).failures
    assert len(failure.reason) == bounces.LONGEST_REASON
    assert failure.reason.isprintable()


def test_no_more_than_a_hundred_addresses_are_read() -> None:
    blocks = [recipient(f"a{number}@b.fr") for number in range(150)]
    assert len(bounces.read(notice(ID, *blocks)).failures) == bounces.MOST_RECIPIENTS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "pas un avis"),
        (b"Subject: Absence\n\nJe reviens lundi.", "pas un avis"),
        (b"x" * (bounces.LONGEST + 1), "dépasse"),
        (notice("sans chevrons", recipient("a@b.fr")), "identifiant"),
        (notice("<" + "a" * 300 + "@b>", recipient("a@b.fr")), "identifiant"),
        (notice(ID, recipient("a@b.fr")).replace(b"text/rfc822-headers", b"text/html"), "text/rfc822-headers"),
        (notice(ID, recipient("a@b.fr")).replace(b"message/delivery-status", b"text/plain"), "delivery-status"),
        (notice(ID, recipient("a@b.fr")).replace(b"report-type=delivery-status", b"report-type=x"), "pas un avis"),
    ],
)
def test_what_is_no_usable_notice_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(bounces.Unreadable, match=said):
        bounces.read(content)


def test_parts_nested_ten_thousand_deep_are_refused_and_break_nothing() -> None:
    head = b"".join(b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (n, n) for n in range(9_000))
    with pytest.raises(bounces.Unreadable):
        bounces.read(head)


@given(st.binary(max_size=400), st.integers(min_value=0, max_value=900))
def test_no_damage_makes_anything_else_than_a_report_or_a_refusal(damage: bytes, place: int) -> None:
    whole = notice(ID, recipient("a@b.fr"))
    try:
        report = bounces.read(whole[:place] + damage + whole[place:])
    except bounces.Unreadable:
        return
    assert all(address.isprintable() for failure in report.failures for address in failure.addresses)
