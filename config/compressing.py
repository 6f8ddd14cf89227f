"""Words leave compressed, where that can tell nobody what they are.

How short a compressed page is tells whether what a stranger made the browser send
stands on it twice: once as the secret. So a page of somebody who has signed in goes
uncompressed whenever something of the request could stand on it.
Source: BREACH, 2013.
"""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# Not files of evidence, which leave as they are, nor workbooks, which are small.
WORDS = ("text/html", "text/csv", "text/plain", "application/json", "application/yaml")
NO_GZIP = re.compile(r"\bgzip\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)")


class CompressionMiddleware(GZipMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in WORDS or getattr(response, "file_to_stream", None) is not None:
            return response
        refused = NO_GZIP.search(request.headers.get("Accept-Encoding", ""))
        if refused or _could_echo(request, response, kind):
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        return super().process_response(request, response)


def _could_echo(request: HttpRequest, response: HttpResponseBase, kind: str) -> bool:
    """Whether a secret page could say again what somebody else made it be asked.

    What visitors read holds no secret but the token of a form, which is another on each
    page (Django masks it). A table holds nothing of what was asked. A token of a
    machine is sent by no browser. A path that is found is one of ours; one that is not
    may be anything, and stands in the links to the other languages.
    """
    if request.method not in ("GET", "HEAD"):
        return True
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    if response.status_code >= 400:
        return True
    return kind != "text/csv" and bool(request.META.get("QUERY_STRING"))
