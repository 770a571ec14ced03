"""Looks over the shoulder of a browser context: whatever no visitor should ever cause is written down."""

import re
from urllib.parse import urlsplit

# Chromium says the same in the console about every answer from 400 on; those are judged by their status below.
ANSWER_IN_CONSOLE = re.compile(r"^Failed to load resource: the server responded with a status of (\d+)")


class Watch:
    def __init__(self, context, address, refused=()):
        """`refused`: answers from 400 on that the test provokes, as patterns over `422 /path`."""
        self._host = urlsplit(address).netloc
        self._refused = [re.compile(pattern) for pattern in refused]
        self.troubles = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def forget(self):
        self.troubles.clear()

    def check(self):
        troubles, self.troubles = self.troubles, []
        assert not troubles, "the browser complained:\n" + "\n".join(troubles)

    def _console(self, message):
        # A violation of the Content-Security-Policy is an error of the console too.
        if message.type == "error" and not ANSWER_IN_CONSOLE.match(message.text):
            self.troubles.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request):
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob", "about") and url.netloc != self._host:
            self.troubles.append(f"request to another host: {request.url}")

    def _response(self, response):
        if response.status < 400:
            return
        answer = f"{response.status} {urlsplit(response.url).path}"
        if not any(pattern.fullmatch(answer) for pattern in self._refused):
            self.troubles.append(f"unexpected answer: {answer}")
