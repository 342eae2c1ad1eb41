"""Known weaknesses of RSA keys."""

from math import prod

import pytest

from policy.certificates import keys, x509
from tests.factories.certificates import rsa_key, sample


def test_sound_key_has_no_weakness() -> None:
    numbers = rsa_key().public_key().public_numbers()
    assert keys.weakness(numbers.n, numbers.e) == ""
    assert x509.read(sample("apibi")).key.weakness == ""


def test_close_primes_are_found() -> None:
    prime = 2**1023 + 1155  # Fermat's method needs no primes: two close odd factors are enough
    assert "trop proches" in keys.weakness(prime * (prime + 4), 65537)


def test_roca_residues_are_found() -> None:
    product = prod(keys._ROCA_PRIMES)
    modulus = (
        65537**9 % product
    ) + product * 2**800  # the shape of a faulty modulus: a power of 65537 modulo the product
    assert "ROCA" in keys.weakness(modulus | 1 if modulus % 2 else modulus + product, 65537)


@pytest.mark.parametrize(("modulus", "exponent"), [(2**2048, 65537), (2**2047 + 1, 65536)])
def test_even_numbers_are_no_key(modulus: int, exponent: int) -> None:
    assert "pairs" in keys.weakness(modulus, exponent)


def test_enormous_modulus_is_left_to_the_check_of_sizes() -> None:
    assert keys.weakness((1 << 200_000) + 1, 65537) == ""
