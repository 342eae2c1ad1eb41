"""Who acts on certificates, names and authorities."""

from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole

DECLARANTS = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE, MembershipRole.TECHNICAL_CONTACT})
WATCHERS = frozenset({StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER, StaffRole.TEST_VERIFIER})
TAKERS = frozenset({StaffRole.WHITELIST_MANAGER})  # what existed before the portal (settled question 34)
KEEPERS = frozenset({StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER})
TRUSTEES = frozenset({StaffRole.SECURITY_OFFICER, StaffRole.ADMINISTRATOR})
