"""Tokens of invitations: made again from nonce and key, unguessable without the key."""

from portal.parties import invitation_tokens as tokens


def test_a_token_depends_on_the_nonce_and_on_the_key() -> None:
    made = {tokens.token(nonce, key=key) for nonce in ("a", "b") for key in ("k", "l")}
    assert len(made) == 4
    assert tokens.token("a", key="k") in made


def test_a_token_holds_256_bits_and_fits_an_address() -> None:
    token = tokens.token("a", key="k")
    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_digest_is_the_sha_256() -> None:
    assert tokens.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
