"""The fictional persons and companies of the demonstration. Nobody here exists; `.invalid` addresses reach nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts import operations as accounts
from portal.accounts.models import User
from portal.accounts.roles import REGIONAL, StaffRole
from portal.parties.roles import MembershipRole


@dataclass(frozen=True)
class Company:
    """A fictional vendor; its SIREN passes the key and belongs to nobody."""

    name: str
    siren: str
    address: str
    postcode: str
    city: str


def address_of(key: str) -> str:
    """The address of the account of that key; `.invalid` reaches nobody."""
    return f"{key.replace('_', '.')}@demo.invalid"


@dataclass(frozen=True)
class Person:
    """Somebody one may play: `key` names the person in code, `part` says in French what he or she does in the walk."""

    key: str
    first_name: str
    last_name: str
    part: str
    roles: tuple[StaffRole, ...] = ()
    company: Company | None = None
    membership: MembershipRole | None = None
    region: str = ""  # of the regional roles

    @property
    def email(self) -> str:
        """The address of the account."""
        return address_of(self.key)

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


EDITEUR = Company("Éditeur Démonstration SAS", "999990005", "1 rue de la Fiction", "75000", "Paris")
CONCURRENT = Company("Concurrence Fictive SAS", "999990104", "2 place de l’Exemple", "69000", "Lyon")

VENDORS = (
    Person(
        "representante",
        "Léa",
        "Fontaine",
        "Représentante légale d’Éditeur Démonstration SAS : dépose et signe",
        company=EDITEUR,
        membership=MembershipRole.LEGAL_REPRESENTATIVE,
    ),
    Person(
        "mandataire",
        "Karim",
        "Haddad",
        "Mandataire d’Éditeur Démonstration SAS : prépare et répond",
        company=EDITEUR,
        membership=MembershipRole.DELEGATE,
    ),
    Person(
        "referent_technique",
        "Yann",
        "Le Goff",
        "Référent technique d’Éditeur Démonstration SAS : certificats et tests",
        company=EDITEUR,
        membership=MembershipRole.TECHNICAL_CONTACT,
    ),
    Person(
        "concurrente",
        "Anna",
        "Keller",
        "Représentante légale de Concurrence Fictive SAS : ne voit rien des autres",
        company=CONCURRENT,
        membership=MembershipRole.LEGAL_REPRESENTATIVE,
    ),
)
AGENTS = (
    Person("instructrice", "Inès", "Martel", "Instructrice : vérifie les organismes, instruit", (StaffRole.REVIEWER,)),
    Person("secretaire", "Claire", "Aubry", "Secrétaire du comité : consigne les décisions", (StaffRole.SECRETARY,)),
    Person("presidente", "Hélène", "Carpentier", "Présidente du comité : préside, vote, vise", (StaffRole.CHAIR,)),
    Person("membre_dgos", "Jean", "Exemple", "Membre du comité (DGOS) : lit, donne un avis, vote", (StaffRole.MEMBER,)),
    Person("suppleant_dgos", "Rémi", "Suppléant", "Membre suppléant du comité (DGOS)", (StaffRole.MEMBER,)),
    Person("membre_ars", "Odile", "Imaginaire", "Membre du comité (ARS) : se déporte d’un point", (StaffRole.MEMBER,)),
    Person("membre_cnsa", "Paule", "Fictive", "Membre du comité (CNSA)", (StaffRole.MEMBER,)),
    Person("verificateur", "Théo", "Lacombe", "Vérificateur des tests : ouvre et vérifie", (StaffRole.TEST_VERIFIER,)),
    Person(
        "gestionnaire_1",
        "Marc",
        "Delorme",
        "Gestionnaire de la liste blanche : propose une inscription",
        (StaffRole.WHITELIST_MANAGER,),
    ),
    Person(
        "gestionnaire_2",
        "Sofia",
        "Benali",
        "Gestionnaire de la liste blanche : approuve ce qu’un autre a proposé",
        (StaffRole.WHITELIST_MANAGER,),
    ),
    Person("administrateur", "Hugo", "Perrin", "Administrateur : comptes et rôles", (StaffRole.ADMINISTRATOR,)),
    Person(
        "administratrice",
        "Maud",
        "Lenoir",
        "Administratrice : confirme un rôle qu’un autre a proposé",
        (StaffRole.ADMINISTRATOR,),
    ),
    Person(
        "politique",
        "Nadia",
        "Roche",
        "Gestionnaire de la politique d’accès : prépare une version",
        (StaffRole.POLICY_MANAGER,),
    ),
    Person(
        "politique_2",
        "Julien",
        "Faure",
        "Gestionnaire de la politique d’accès : approuve ce qu’une autre a préparé",
        (StaffRole.POLICY_MANAGER,),
    ),
    Person("auditeur", "Paul", "Vasseur", "Auditeur : lit tout, ne change rien", (StaffRole.AUDITOR,)),
    Person("rapporteur", "Agnès", "Fictive", "Rapporteure : lit les dossiers, ne décide pas", (StaffRole.RAPPORTEUR,)),
    Person(
        "securite",
        "Samir",
        "Exemple",
        "Responsable de la sécurité : suspend en urgence, retire",
        (StaffRole.SECURITY_OFFICER,),
    ),
)
REGIONS = (
    Person(
        "agente_ars",
        "Camille",
        "Imaginaire",
        "Agente de l’ARS Auvergne-Rhône-Alpes : instruit et décide les dossiers de sa région",
        (StaffRole.REGIONAL_AUTHORITY,),
        region="84",
    ),
    Person(
        "lecteur_regional",
        "Bastien",
        "Fictif",
        "Lecteur du GRADeS Auvergne-Rhône-Alpes : suit les dossiers de sa région",
        (StaffRole.REGIONAL_READER,),
        region="84",
    ),
)
CAST: Sequence[Person] = VENDORS + AGENTS + REGIONS


def person(key: str) -> Person:
    """The person of that key. Raises LookupError for an unknown one."""
    for one in CAST:
        if one.key == key:
            return one
    raise LookupError(key)


def account_of(key: str) -> User:
    """The account of a person, of the cast or of the market. Raises User.DoesNotExist before `settle`."""
    return User.objects.get_by_natural_key(address_of(key))


def settle(people: Sequence[Person] = CAST, *, at: datetime | None = None) -> int:
    """Open the missing accounts and give the agents their roles; returns how many were opened. May run again."""
    opened = 0
    for one in people:
        if User.objects.filter(email__iexact=one.email).exists():
            continue
        user = accounts.create_user(
            one.email, first_name=one.first_name, last_name=one.last_name, by=None, at=at, invite=False
        )
        for role in one.roles:
            accounts.assign_role(user, role, region=one.region if role in REGIONAL else "", at=at)
        opened += 1
    return opened
