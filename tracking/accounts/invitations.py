"""Mails about nominations: the invitation, and who else is told of it."""

from allauth.account.adapter import get_adapter

from tracking.models import SPEAKERS, Nomination, User


def invite(user: User) -> None:
    """Send a link with which this person, and nobody else, chooses a password.

    A link to somebody who already has a password is valid for one hour.
    """
    get_adapter().send_mail("account/email/invitation", user.email, {"user": user})


def tell_the_state(nomination: Nomination, what: str) -> None:
    """Tell those who speak for the State that somebody is to do so too.

    Two people of the secretariat could invent a focal point; nobody of the State
    would know.
    """
    if nomination.state is None:
        return
    speakers = User.objects.in_office().filter(
        state=nomination.state, role__in=SPEAKERS
    )
    for user in speakers.exclude(pk=nomination.user_id):
        get_adapter().send_mail(
            f"account/email/{what}",
            user.email,
            {"user": user, "nomination": nomination},
        )
