"""What every address of the own State does: scopes, versions, repetitions."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import models, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ParseError, PermissionDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from tracking.models import (
    BusyError,
    IdempotencyKey,
    OtherRequestError,
    StaleError,
    State,
    Token,
    User,
    request_digest,
)
from tracking.models.accounts.idempotency import LONGEST_KEY
from tracking.requests.token_auth import TokenAuthentication
from tracking.workspace.api.bodies import Problem, StrictJSONParser, pieces_of

# Headers of an answer that a repetition is given again.
REPEATED = ("ETag", "Location")
VERSION = re.compile(r'"([0-9]{1,9})"')

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that is changed.",
)
ONCE = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Sent again within 48 hours, the request is not done again.",
)


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class HasScope(BasePermission):
    """Whether the token opens this address, by reading or by writing."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, Token):
            return False
        reads = request.method in SAFE_METHODS
        if getattr(token, view.reads if reads else view.writes or view.reads):
            return True
        raise PermissionDenied(_("This token was not made for that."))


class Own(APIView):
    """An address of the State for which the token was made."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [HasScope]
    parser_classes: Any = [StrictJSONParser]
    model: Any
    serializer_class: type[BaseSerializer[Any]]
    # Properties of a token that must hold.
    reads = ""
    writes = ""
    is_list = False
    pagination_class = Pages

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        known = ("page", "page_size") if self.is_list else ()
        for name in request.query_params:
            if name not in known:
                sentence = _("Unknown parameter: %(name)s.")
                raise ParseError(sentence % {"name": name})

    @property
    def user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - for the type checker
        return user

    @property
    def state(self) -> State:
        assert self.user.state is not None  # noqa: S101 - for the type checker
        return self.user.state

    @property
    def body(self) -> Mapping[str, Any]:
        """What was sent; the parsers take nothing but objects and forms."""
        data = self.request.data
        if self.request._request.META.get("CONTENT_LENGTH") in (None, "", "0"):
            raise ParseError(_("The body is empty."))
        assert isinstance(data, Mapping)  # noqa: S101 - for the type checker
        return data

    def listed(self, rows: models.QuerySet[Any]) -> Response:
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, self.request, view=self)
        serializer = self.serializer_class(page, many=True)
        return pages.get_paginated_response(serializer.data)

    def told(self, row: Any, status: int = 200, **headers: str) -> Response:
        """A row, with the version that a change has to name."""
        if hasattr(row, "version"):
            headers["ETag"] = f'"{row.version}"'
        return Response(self.serializer_class(row).data, status, headers=headers)

    def change(self, row: Any, save: Callable[[int], Response]) -> Any:
        """Change the version that If-Match names, by `save`; once."""

        def do() -> Response:
            wanted = self._version()
            if wanted != row.version:
                return self.stale(row.pk)
            try:
                return save(wanted)
            except StaleError:
                return self.stale(row.pk)

        return self.once(do)

    def rows(self) -> Any:
        """What the token opens here, with what is told of it: a QuerySet."""
        return self.model.objects.visible_to(self.user)

    def stale(self, pk: int) -> Response:
        return self.told(self.rows().get(pk=pk), 412)

    def _version(self) -> int:
        said = self.request.headers.get("If-Match", "")
        if not said or said == "*":
            raise Problem(
                428,
                _("Say with If-Match which version you change: its ETag."),
            )
        found = VERSION.fullmatch(said.strip())
        return int(found[1]) if found else 0

    def once(self, do: Callable[[], Response]) -> Any:
        """Do it, or, where it was done under the same key, answer as then."""
        with transaction.atomic():
            row = self._key()
            if row is not None and row.is_answered:
                return HttpResponse(
                    row.body,
                    status=row.status,
                    content_type="application/json",
                    headers={**row.headers, "Idempotency-Replayed": "true"},
                )
            response = do()
            # What failed changed nothing, and may be tried again.
            if row is not None and response.status_code < 300:
                row.finish(
                    response.status_code,
                    JSONRenderer().render(response.data).decode(),
                    {n: response[n] for n in REPEATED if response.has_header(n)},
                )
            return response

    def _key(self) -> IdempotencyKey | None:
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return None
        if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise ParseError(_("The Idempotency-Key has 1 to 100 plain characters."))
        digest = request_digest(
            self.request.method or "",
            self.request.get_full_path(),
            pieces_of(self.request.data),
        )
        token = self.request.auth
        assert isinstance(token, Token)  # noqa: S101 - for the type checker
        try:
            return IdempotencyKey.objects.begin(
                key, digest, user=self.user, token=token
            )
        except BusyError as error:
            raise Problem(
                409, _("The same request is being done. Ask again in a moment.")
            ) from error
        except OtherRequestError as error:
            raise Problem(
                422, _("Under this Idempotency-Key something else was sent before.")
            ) from error


class WithFile(MultiPartParser):
    """A form with a file, as a browser sends it; the file waits in quarantine."""


def refused(form: Any, status: int = 422) -> Response:
    """What is wrong with what was sent, field by field."""
    return Response(
        {
            "detail": _("Some values cannot be taken."),
            "errors": {
                ("" if name == "__all__" else name): [str(each) for each in errors]
                for name, errors in form.errors.items()
            },
        },
        status,
    )
