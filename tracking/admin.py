"""Admin classes live with what they serve; Django looks for them here."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

from tracking.accounts.admin import NominationAdmin, UserAdmin
from tracking.accounts.emergencies import EmergencyReadingAdmin
from tracking.accounts.resets import FactorResetAdmin
from tracking.accounts.token_admin import TokenAdmin
from tracking.review.admin import SubmissionAdmin
from tracking.review.reference import CycleAdmin, ParticipationAdmin, StateAdmin

__all__ = [
    "CycleAdmin",
    "EmergencyReadingAdmin",
    "FactorResetAdmin",
    "NominationAdmin",
    "ParticipationAdmin",
    "StateAdmin",
    "SubmissionAdmin",
    "TokenAdmin",
    "UserAdmin",
]

# Rights come from the role and addresses from the account alone: what the
# libraries bring for both would only seem to work. Factors are their owner's.
for unused in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)
