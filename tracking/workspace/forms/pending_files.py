"""A file that was found sound waits while the rest of its form is put right.

It is stored already, as a file of the State that nothing names yet; the form carries
its number, signed for the person who sent it. What nothing names goes after a week.
"""

from django.core import signing

from tracking.models import EvidenceFile, State, User
from tracking.models.working_copy.unsaved import PAGE_OPEN_FOR

SALT = "waiting-file"


def token_for(file: EvidenceFile, by: User) -> str:
    return signing.TimestampSigner(salt=SALT).sign(f"{by.pk}:{file.pk}")


def sender_in(token: str) -> int | None:
    """Whose token it is; None if it is forged, or as old as a page may be."""
    try:
        said = signing.TimestampSigner(salt=SALT).unsign(token, max_age=PAGE_OPEN_FOR)
    except signing.BadSignature:
        return None
    return int(said.partition(":")[0])


def waiting_file(token: str, state: State, user: int | None) -> EvidenceFile | None:
    """The file that a token names, of this State and sent by this person."""
    if user is None or sender_in(token) != user:
        return None
    # After the sender comes the file, then what the signature needs.
    key = int(token.split(":")[1])
    return EvidenceFile.objects.filter(state=state, pk=key).first()
