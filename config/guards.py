"""What every response carries, and requests that are refused at the door."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.tracing import HEADER, traced

QUERY_LIMIT = 2000  # characters; our longest filter has about 300
# Each page says which of these it takes; nothing here takes any other.
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

# Everything a browser could give to a page; we use nothing of it.
UNUSED = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "web-share",
    "xr-spatial-tracking",
)
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    "X-Permitted-Cross-Domain-Policies": "none",
    "Reporting-Endpoints": 'csp="/csp-reports"',
}


class GuardMiddleware:
    """Stands before all others, so that static files and errors are guarded too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with traced(request) as number:
            response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers[HEADER] = number
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > QUERY_LIMIT:
            return HttpResponse(
                "The address is too long.\n", content_type="text/plain", status=414
            )
        if request.method not in METHODS:
            return HttpResponse(
                "This is not done here.\n",
                content_type="text/plain",
                status=405,
                headers={"Allow": ", ".join(METHODS)},
            )
        return self.get_response(request)
