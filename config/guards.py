"""What every response carries, and requests that are refused at the door."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.tracing import HEADER, begin

QUERY_LIMIT = 2000  # characters; our longest filter has about 300

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
}


class GuardMiddleware:
    """Stands before all others, so that static files and errors are guarded too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = begin(request)
        if len(request.META.get("QUERY_STRING", "")) > QUERY_LIMIT:
            response = HttpResponse(
                "The address is too long.\n", content_type="text/plain", status=414
            )
        else:
            response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers[HEADER] = number
        return response
