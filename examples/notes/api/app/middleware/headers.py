"""Headers of every answer of this API, unless its handler sends one of them itself."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    # What is one person's is kept by nobody on the way, nor by the browser.
    "Cache-Control": "no-store",
    # An answer is what its type says: no text is taken for a page.
    "X-Content-Type-Options": "nosniff",
    # Opened as a page, an answer is shown in no other page.
    "Content-Security-Policy": "frame-ancestors 'none'",
    # Seen over https once, the API is asked over https alone; over http browsers pass it by.
    "Strict-Transport-Security": "max-age=31536000",
}


class SecurityHeaders:
    """Adds them to each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
