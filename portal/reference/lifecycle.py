"""The moves of a register version and of a region's sheet."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle


class VersionState(LabelledEnum):
    """One version of the register is in force; the others are kept for the record."""

    IN_FORCE = "in_force", "En vigueur"
    SUPERSEDED = "superseded", "Remplacée"


class VersionMove(LabelledEnum):
    """What happens to a version of the register."""

    IMPORT = "import"
    SUPERSEDE = "supersede"


VERSIONS = Lifecycle(
    name="register",
    title="Version du registre",
    states=VersionState,
    moves={
        VersionMove.IMPORT: Edge(
            NEW,
            VersionState.IN_FORCE,
            by={StaffRole.ADMINISTRATOR, SYSTEM},
            label="Charger le registre FINESS",
            trace=(
                "{actor} a chargé le registre FINESS du {flow_date} : {added} ajouts, {changed} modifications, "
                "{closed} fermetures"
            ),
        ),
        VersionMove.SUPERSEDE: Edge(
            {VersionState.IN_FORCE},
            VersionState.SUPERSEDED,
            by={StaffRole.ADMINISTRATOR, SYSTEM},
            label="Remplacer la version",
            trace="{actor} a remplacé la version {subject} du registre FINESS",
        ),
    },
)


class RegionState(LabelledEnum):
    """A region of the nomenclature is always there."""

    LISTED = "listed", "Référencée"


class RegionMove(LabelledEnum):
    """What happens to a region's sheet."""

    LIST = "list"
    DESCRIBE = "describe"


REGIONS = Lifecycle(
    name="regions",
    title="Région",
    states=RegionState,
    moves={
        RegionMove.LIST: Edge(
            NEW,
            RegionState.LISTED,
            by=SYSTEM,
            label="Référencer la région",
            trace="La région {subject} a été référencée avec son espace de confiance",
        ),
        RegionMove.DESCRIBE: Edge(
            {RegionState.LISTED},
            SAME,
            by=StaffRole.ADMINISTRATOR,
            label="Modifier la fiche de la région",
            trace="{actor} a modifié la fiche de la région {subject} (alimentation : {route})",
        ),
    },
)


class NomenclatureState(LabelledEnum):
    """One version of each nomenclature is in force; the others are kept for the record."""

    IN_FORCE = "in_force", "En vigueur"
    SUPERSEDED = "superseded", "Remplacée"


class NomenclatureMove(LabelledEnum):
    """What happens to a version of a nomenclature."""

    IMPORT = "import"
    SUPERSEDE = "supersede"


NOMENCLATURES = Lifecycle(
    name="nomenclatures",
    title="Version de nomenclature",
    states=NomenclatureState,
    moves={
        NomenclatureMove.IMPORT: Edge(
            NEW,
            NomenclatureState.IN_FORCE,
            by={StaffRole.ADMINISTRATOR, SYSTEM},
            label="Charger une nomenclature",
            trace=(
                "{actor} a chargé la nomenclature {subject} : {codes} codes, {added} ajoutés, {changed} modifiés, "
                "{removed} retirés"
            ),
        ),
        NomenclatureMove.SUPERSEDE: Edge(
            {NomenclatureState.IN_FORCE},
            NomenclatureState.SUPERSEDED,
            by={StaffRole.ADMINISTRATOR, SYSTEM},
            label="Remplacer la version",
            trace="{actor} a remplacé la version {subject} de la nomenclature",
        ),
    },
)
