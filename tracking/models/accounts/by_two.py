"""What holds for acts of two persons: one asks, another one confirms, somebody ends.

Each act has columns of its own; the rules that the database keeps are the same.
"""

from collections.abc import Iterable

import pgtrigger
from django.db.models import CheckConstraint, F, Q


def another_confirms(asked_by: str, *, name: str) -> CheckConstraint:
    """Nobody confirms what they asked for."""
    another = Q(confirmed_by=None) | ~Q(confirmed_by=F(asked_by))
    return CheckConstraint(condition=another, name=name)


def done_by_somebody(act: str, *, name: str) -> CheckConstraint:
    """Whatever was done says when and by whom."""
    by, at = f"{act}_by", f"{act}_at"
    nobody = Q(**{by: None, at: None})
    somebody = Q(**{f"{by}__isnull": False, f"{at}__isnull": False})
    return CheckConstraint(condition=nobody | somebody, name=name)


def kept_for_good(
    acts: str, *, asked: list[str], confirmed: Iterable[str], ended_at: str
) -> list[pgtrigger.Trigger]:
    """They stay; what was asked never changes, confirming and ending happen once."""
    again = pgtrigger.Q()
    for column in confirmed:
        again |= pgtrigger.Q(**{f"old__{column}__df": pgtrigger.F(f"new__{column}")})
    return [
        pgtrigger.Protect(name=f"{acts}_stay", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name=f"{acts}_end_once",
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(**{f"old__{ended_at}__isnull": False}),
        ),
        pgtrigger.ReadOnly(name=f"{acts}_do_not_change", fields=asked),
        pgtrigger.Protect(
            name=f"{acts}_are_confirmed_once",
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__confirmed_at__isnull=False) & again,
        ),
    ]
