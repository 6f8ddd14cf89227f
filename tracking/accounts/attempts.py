"""How often somebody may try to come in, and how long they wait after that.

Counted are tries on an account from a network, and failures of each of the two. Many
failures on an account, or from a network, slow down whoever fails there: the first try
of each account from each network is heard, always, a second later at most. Nobody can
lock anybody else out, neither a diplomat nor the ministry that has one address for all
its people.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from tracking.models import Tally, User
from tracking.requests.security_log import network_of

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
# Tries on one account from one network, until one is right.
TRIES = (5, 15 * MINUTE)
# Failures on one account in a day, and from one network in an hour, before those who
# fail there wait after each failure: a minute, then twice as long each time.
CALM, BUSY = 50, 20
LONGEST_WAIT = 15 * MINUTE
# Codes of one account: from each network that it has come in from, and from all others.
CODES = (10, HOUR)
AT_HOME = 90 * DAY
# Links for one address; and from a network that asked for many, for each one more.
LINKS, LINKS_ONCE = (3, HOUR), (1, HOUR)

# Seconds for which a try from a busy network waits for those before it, at most.
LONGEST_QUEUE = 1.0

taken = threading.Lock()


class TooOftenError(Exception):
    """Somebody has to wait; nothing was looked at."""


# Passwords ---------------------------------------------------------------------------


@contextmanager
def turn(request: HttpRequest) -> Iterator[None]:
    """Let tries from networks from which much fails take turns, in this process.

    Each costs a hash. Whose turn does not come within LONGEST_QUEUE is heard all the
    same: somebody else's failures are no reason to refuse.
    """
    if Tally.objects.number("failed from", network_of(request)) < BUSY:
        yield
        return
    is_mine = taken.acquire(timeout=LONGEST_QUEUE)
    try:
        yield
    finally:
        if is_mine:
            taken.release()


def try_password(request: HttpRequest, email: str) -> None:
    """Count a try, before any password is looked at; raises TooOftenError."""
    pair = _pair(request, email)
    if Tally.objects.number("waits", pair) or Tally.objects.come("try", pair, [TRIES]):
        raise TooOftenError


def password_was_right(request: HttpRequest, email: str) -> None:
    """Give the try back: only failures count."""
    Tally.objects.give_back("try", _pair(request, email), TRIES)


def password_was_wrong(request: HttpRequest, email: str) -> bool:
    """Count a failure; whether the account has just had so many that its owner is told.

    Whether there is such an account makes no difference here.
    """
    network, pair = network_of(request), _pair(request, email)
    of_account = Tally.objects.add("failed on", email.lower(), DAY)
    of_network = Tally.objects.add("failed from", network, HOUR)
    if of_account >= CALM or of_network >= BUSY:
        number = Tally.objects.add("failed while slow", pair, DAY)
        wait = min(MINUTE * 2 ** (number - 1), LONGEST_WAIT)
        Tally.objects.add("waits", pair, wait)
    return of_account == CALM


def forget(request: HttpRequest, email: str) -> None:
    """Begin anew here, for somebody who has just chosen another password."""
    pair = _pair(request, email)
    Tally.objects.forget("waits", pair)
    Tally.objects.forget("failed while slow", pair)
    Tally.objects.forget("try", pair, TRIES)


def _pair(request: HttpRequest, email: str) -> str:
    return f"{email.lower()} {network_of(request)}"


# Codes -------------------------------------------------------------------------------


def came_in(request: HttpRequest, user: User) -> None:
    """Remember that this account has come in from this network."""
    Tally.objects.forget("at home", _home(request, user))
    Tally.objects.add("at home", _home(request, user), AT_HOME)


def try_code(request: HttpRequest, user: User) -> None:
    """Count a code of a second factor; raises TooOftenError.

    Who has the password and is a stranger cannot use up the codes of the owner, where
    the owner usually is, and has ten an hour from wherever.
    """
    home = _home(request, user)
    whose = home if Tally.objects.number("at home", home) else str(user.pk)
    if Tally.objects.come("code", whose, [CODES]):
        raise TooOftenError


def _home(request: HttpRequest, user: User) -> str:
    return f"{user.pk} {network_of(request)}"


# Links in mails ----------------------------------------------------------------------


def ask_for_link(request: HttpRequest, whose: str) -> None:
    """Count somebody who asks for a mail to `whose`; raises TooOftenError."""
    asked = Tally.objects.add("asked from", network_of(request), HOUR)
    if asked > BUSY and Tally.objects.come(
        "asked while slow", _pair(request, whose), [LINKS_ONCE]
    ):
        raise TooOftenError
    if Tally.objects.come("asked", whose.lower(), [LINKS]):
        raise TooOftenError
