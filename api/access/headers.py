"""What every answer tells a browser, the answers of errors included."""

from starlette.datastructures import MutableHeaders

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
TLS = {"Strict-Transport-Security": "max-age=63072000"}


def add_headers(out: MutableHeaders, request_id: str, *, tls: bool) -> None:
    """Those that an answer has set itself stay as they are."""
    for name, value in {**HEADERS, **(TLS if tls else {})}.items():
        out.setdefault(name, value)
    out["X-Request-ID"] = request_id
