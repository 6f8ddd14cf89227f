"""Lists of the admin site answer their own filters: no address asks for a secret."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from config.admin import ListAdmin
from recommendations.models import Recommendation
from tests.factories import make_accepted_submission, make_token, make_user
from tracking.filters import ListFilter
from tracking.models import Cycle, Role, Session, State, User

LISTS = dict(admin.site._registry)
SECRETARIAT = (Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
# What tells a column bit by bit, or that a row is there.
ASKED = ("", "__exact", "__startswith", "__regex", "__gt", "__in", "__isnull")
# Columns of which no part may be learnt, wherever they stand.
SECRETS = {"password", "session_key", "session_data", "digest", "data", "hash", "salt"}


def paths(model: type[Model], depth: int = 3) -> Iterator[tuple[str, Any]]:
    """Every column that an address can name from here, over so many relations."""
    for field in model._meta.get_fields(include_hidden=True):
        own = field.name
        if own.endswith("+"):
            continue
        yield own, field
        target = field.related_model
        if depth and isinstance(target, type):
            for rest, last in paths(target, depth - 1):
                yield f"{own}__{rest}", last


def test_every_list_is_one_that_refuses() -> None:
    assert LISTS
    assert [m for m, listed in LISTS.items() if not isinstance(listed, ListAdmin)] == []


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label_lower)
def test_no_list_answers_but_its_filters_to_depth_three(
    model: type[Model], db: None
) -> None:
    """Each column × look-up × role; what the filters make is all that is allowed."""
    listed: Any = LISTS[model]
    names = [path + asked for path, _field in paths(model) for asked in ASKED]
    assert len(names) > 1000
    for role in SECRETARIAT:
        request: Any = RequestFactory().get("/")
        request.user = make_user(role)
        allowed = {each for each in names if listed.lookup_allowed(each, "", request)}
        offered: set[str] = set()
        for each in listed.get_list_filter(request):
            if isinstance(each, type):
                offered.add(each.parameter_name)  # type: ignore[attr-defined]
                continue
            field: Any = get_fields_from_path(model, each)[-1]
            spec = FieldListFilter.create(field, request, {}, model, listed, each)
            # The filter's field alone asks the same as its link.
            offered |= {each, *map(str, spec.expected_parameters())}
        # A filter of ours may be named like a column; it looks at no other.
        assert allowed <= offered
        assert not any(name.split("__")[0] in SECRETS for name in allowed)


@pytest.fixture
def secrets(
    state: State, cycle: Cycle, recommendation: Recommendation, focal_point: User
) -> str:
    """A focal point at work, with everything that must not be told; its session."""
    make_accepted_submission(state, cycle)
    make_token(focal_point)
    at_work = Client()
    at_work.force_login(focal_point)
    return str(at_work.session.session_key)


@pytest.mark.parametrize("role", SECRETARIAT)
def test_a_secret_is_sought_in_vain_on_every_list(secrets: str, role: Role) -> None:
    """By request: the same refusal, in words, whether the guess is right or wrong."""
    client = Client()
    client.force_login(make_user(role))
    client.raise_request_exception = False
    seen = 0
    for model in LISTS:
        address = reverse(f"admin:{model._meta.db_table}_changelist")
        if client.get(address).status_code == 403:
            continue
        told = {
            path
            for path, field in paths(model)
            if getattr(field, "name", "") in SECRETS
        }
        for path in sorted(told)[:6]:
            answers = []
            for guess in (secrets[0], "!", "[", "\x00"):
                answer = client.get(address, {f"{path}__regex": guess})
                assert answer.status_code == 400, path
                page = answer.text.split("<main")[1].split("csrf")[0]
                # The clock runs meanwhile, and so does the session.
                answers.append(re.sub(r'data-(since|session)="[\d:]+', "", page))
                seen += 1
            assert f'href="{address}"' in answers[0]  # the way back
            assert len(set(answers)) == 1
        for query in ({"_to_field": "password"}, {"nothing": "1"}, {"pk__in": "1"}):
            assert client.get(address, query).status_code == 400, (address, query)
    assert seen > 20


def test_the_recipe_that_told_a_session(
    secrets: str, focal_point: User, administrator: User
) -> None:
    client = Client()
    client.force_login(administrator)
    accounts = reverse("admin:tracking_user_changelist")
    told = client.get(
        accounts,
        {"email": focal_point.email, "sessions__session_key__regex": "^[a-z0-9]"},
    )

    assert told.status_code == 400
    # What is stored would open nothing either.
    stored = Session.objects.of(focal_point).get().session_key
    assert stored != secrets
    thief = Client()
    thief.cookies["sessionid"] = stored
    assert thief.get("/en/my/nor/").status_code == 302


@pytest.mark.parametrize("role", SECRETARIAT)
def test_every_filter_that_a_list_shows_still_works(secrets: str, role: Role) -> None:
    client = Client()
    client.force_login(make_user(role))
    client.raise_request_exception = False
    followed = 0
    for model in LISTS:
        address = reverse(f"admin:{model._meta.db_table}_changelist")
        page = client.get(address)
        if page.status_code == 403:
            continue
        for spec in page.context["cl"].filter_specs:
            for choice in spec.choices(page.context["cl"]):
                answer = client.get(address + choice["query_string"])
                assert answer.status_code == 200, choice
                followed += 1
            name = spec.expected_parameters()[0]
            for value in ("\x00", "9" * 40, "", "a' OR 1=1", "[", "\ud800"):
                answer = client.get(address, {name: value.encode("utf-8", "replace")})
                # Nonsense is no filter: the list again without it, or a refusal.
                assert answer.status_code in (200, 302, 400), (name, value)
    assert followed > 20


def test_no_column_that_is_not_shown_orders_a_list(db: None) -> None:
    """Orders tell a column by halves: only what stands in the list may order it."""
    for model, listed in LISTS.items():
        names = {str(name) for name in listed.list_display}
        for name in names:
            by = getattr(getattr(listed, name, None), "admin_order_field", None)
            assert str(by or "").split("__")[-1] not in SECRETS, (model, name)
        assert not names & SECRETS
        sought = {str(name).split("__")[-1] for name in listed.search_fields}
        assert not sought & SECRETS
        assert not listed.date_hierarchy


def kinds(of: type[ListFilter]) -> Iterator[type[ListFilter]]:
    yield of
    for each in of.__subclasses__():
        yield from kinds(each)


def test_no_list_of_the_desk_or_the_api_is_filtered_by_a_secret() -> None:
    filters = [
        (kind.__name__, name, each.field_name)
        for kind in kinds(ListFilter)
        for name, each in kind.base_filters.items()
    ]
    assert len(filters) > 50
    assert not [each for each in filters if set(str(each[2]).split("__")) & SECRETS]
    # Whatever else an address says is refused or looked at by nobody.
    assert settings.REST_FRAMEWORK["DEFAULT_FILTER_BACKENDS"] == [
        "django_filters.rest_framework.DjangoFilterBackend"
    ]


def test_rows_are_not_found_through_other_tables(
    client: Client, administrator: User, focal_point: User
) -> None:
    client.force_login(administrator)
    chosen = {"app_label": "tracking", "model_name": "session", "field_name": "user"}
    assert client.get(reverse("admin:autocomplete"), chosen).status_code == 403
    kind = ContentType.objects.get_for_model(State)
    place = reverse("admin:view_on_site", args=[kind.pk, focal_point.state_id])
    assert client.get(place).status_code == 404


def test_the_page_of_a_row_is_linked_to_itself(
    client: Client, reviewer: User, secrets: str
) -> None:
    client.force_login(reviewer)
    row = Recommendation.objects.earliest("pk")
    page = client.get(
        reverse("admin:recommendations_recommendation_change", args=[row.pk])
    )
    assert f'href="{row.get_absolute_url()}"' in page.text


def test_a_link_of_a_filter_names_the_list(db: None) -> None:
    """The names are those of Django: or else the test above would follow none."""
    listed: Any = LISTS[User]
    request: Any = RequestFactory().get("/")
    request.user = make_user(Role.ADMINISTRATOR)
    names = set(listed.lookup_names(request))
    assert names == {"role", "role__exact", "is_active", "is_active__exact", "mail"}
