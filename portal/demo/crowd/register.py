"""An invented register of establishments, in the layout of the real one, loaded by the same import."""

from collections.abc import Iterator

from django.utils import timezone

from portal.calendar.deadlines import paris_date
from portal.reference import operations as reference
from portal.reference import territory
from portal.reference.models import Establishment
from portal.reference.territory import Department

from . import numbers
from .world import World

_CATEGORIES = (("355", "Centre Hospitalier (C.H.)"), ("365", "Clinique"), ("292", "Centre Hospitalier Spécialisé"))
_COLUMNS = 32


def fill(world: World) -> None:
    """Imports the register and remembers the numbers, in order."""
    text = "\n".join(_lines(world)) + "\n"
    reference.import_register(
        text.encode(), source_name="registre-invente.csv", by=None, at=world.now, confirm_shrink=True
    )
    world.establishments = list(Establishment.objects.open().order_by("finess").values_list("finess", flat=True))


def _lines(world: World) -> Iterator[str]:
    yield f"finess;etalab;0;{paris_date(min(world.now, timezone.now()))}"
    known = territory.departments()
    codes = [code for code in sorted(known) if code.isdigit() and known[code].region]
    for rank, (number, department) in enumerate(numbers.establishments(world.sizes.establishments, codes)):
        owner = numbers.legal_establishment(department, rank // len(codes) // 4)
        yield _line(rank, number, owner, known[department])


def _line(rank: int, number: str, owner: str, department: Department) -> str:
    category, label = _CATEGORIES[rank % len(_CATEGORIES)]
    cells = [""] * _COLUMNS
    cells[0], cells[1], cells[2] = "structureet", number, owner
    cells[3] = f"ETS INVENTE {rank:06d}"
    cells[4] = f"ETABLISSEMENT INVENTE {rank:06d} {department.name.upper()}"
    cells[12], cells[13], cells[14] = "001", department.code, department.name.upper()
    cells[15] = f"{department.code}000 COMMUNE FICTIVE {rank % 997}"
    cells[18], cells[19] = category, label
    return ";".join(cells)
