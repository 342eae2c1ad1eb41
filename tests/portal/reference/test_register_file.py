"""The reader of the classic stock file, on the demonstration register and on broken ones."""

from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reference import delivered, finess, register_file, territory
from portal.reference.register_file import UnreadableRegister, read
from tests.factories.reference import LEGAL_NUMBER, number, stock, stock_line


def demonstration() -> bytes:
    return files("portal.reference").joinpath("data", "etalab-cs1100502-demo.csv").read_bytes()


def test_read_takes_every_line_of_the_demonstration_register() -> None:
    register = read(demonstration())
    assert (register.flow_number, register.flow_date, register.encoding) == ("0", date(2021, 12, 31), "UTF-8")
    assert (len(register.establishments), register.faults) == (2503, ())
    assert all(finess.is_valid(row.finess) and finess.is_valid(row.finess_ej) for row in register.establishments)
    assert all(row.department in territory.departments() for row in register.establishments)
    covered = delivered.labels(delivered.CATEGORIES)
    assert sum(row.category in covered for row in register.establishments) == 2488


def test_read_takes_a_real_line_with_doubled_quotes_and_an_overseas_department() -> None:
    rows = {row.finess: row for row in read(demonstration()).establishments}
    row = rows["980501506"]
    assert row.name == 'LIEU DE VIE ET D\'ACCUEIL "MAVOUNA MEMA 1"'
    assert (row.finess_ej, row.category, row.department) == ("980501498", "462", "9F")
    assert (row.postcode, row.city, row.siret) == ("97620", "CHIRONGUI", "82967998400015")
    assert territory.region_of(row.department) == "06"


def test_read_takes_corsica() -> None:
    assert sum(row.finess[:2] in ("2A", "2B") for row in read(demonstration()).establishments) == 37


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_read_takes_old_and_new_encodings(encoding: str) -> None:
    register = read(stock(stock_line(number(1), name="HÔPITAL DE L’ÎLE", city="BÂGÉ"), encoding=encoding))
    assert (register.establishments[0].name, register.establishments[0].city) == ("HÔPITAL DE L’ÎLE", "BÂGÉ")


def test_read_takes_windows_line_ends() -> None:
    assert len(read(stock(stock_line(number(1))).replace(b"\n", b"\r\n")).establishments) == 1


def test_read_passes_over_the_block_of_coordinates() -> None:
    place = f"geolocalisation;{number(1)};870000.1;6570000.2;1,ATLASANTE;2026-01-01"
    register = read(stock(stock_line(number(1)), place))
    assert (len(register.establishments), register.faults) == (1, ())


@pytest.mark.parametrize("siret", ["", "260100045", "26010004500AB2"])
def test_read_leaves_out_what_is_not_a_siret(siret: str) -> None:
    assert read(stock(stock_line(number(1), siret=siret))).establishments[0].siret == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("structureet;010000024", "32 champs « structureet » attendus, 2 champs"),
        (stock_line(number(2)) + ";", "33 champs"),
        (stock_line("010000025"), "« 010000025 » n’est pas un numéro FINESS"),
        (stock_line(number(2), legal="0107800"), "l’entité juridique « 0107800 »"),
        (stock_line(number(2), name=""), "le nom et la catégorie sont obligatoires"),
        (stock_line(number(2), category=""), "le nom et la catégorie sont obligatoires"),
        (stock_line(number(2), name="A" * 300), "le champ « name » est trop long"),
        (stock_line(number(2), city="VIL\0LE"), "caractère nul"),
        (stock_line(number(2), name='"CH A'), "guillemets mal fermés"),
        (stock_line(number(1)), "figure déjà plus haut"),
        ("n’importe quoi", "32 champs"),
    ],
)
def test_read_names_the_bad_line_and_keeps_the_good_ones(line: str, words: str) -> None:
    register = read(stock(stock_line(number(1)), line, stock_line(number(3))))
    assert [row.finess for row in register.establishments] == [number(1), number(3)]
    [fault] = register.faults
    assert fault.line == 3
    assert fault.sentence.startswith("Ligne 3 : ")
    assert words in fault.sentence


def test_read_tells_whose_line_is_bad_when_its_number_is_legible() -> None:
    broken = f"structureet;{number(2)};x"
    assert read(stock(stock_line(number(1)), broken)).faults[0].finess == number(2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "première ligne"),
        (b"nofinesset;rs\n010000024;CH\n", "première ligne"),
        (b"finess;etalab;108;12/05/2026\n", "AAAA-MM-JJ"),
        (stock(), "aucun établissement"),
        (stock(f"structureej;{LEGAL_NUMBER};CH"), "entités juridiques"),
        (b"PK\x03\x04\xff\xfe", "première ligne"),
    ],
)
def test_read_refuses_what_is_not_a_register(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableRegister, match=words):
        read(data)


LINES = st.lists(st.one_of(st.text(max_size=80), st.just(stock_line(number(5)))), max_size=6)


@given(LINES, st.sampled_from(["utf-8", "cp1252"]))
def test_read_never_raises_anything_else(lines: list[str], encoding: str) -> None:
    data = "\n".join(["finess;etalab;1;2026-01-01", *lines]).encode(encoding, "replace")
    try:
        register = read(data)
    except UnreadableRegister:
        return
    assert all(finess.is_valid(row.finess) for row in register.establishments)


@given(st.binary(max_size=200))
def test_read_never_raises_anything_else_on_bytes(data: bytes) -> None:
    with pytest.raises(register_file.UnreadableRegister):
        read(data)
