"""Looks over the shoulder of a browser context: whatever no visitor should ever cause is written down."""

import re
from urllib.parse import urlsplit

# The machine may be busy with builds: a slow answer is no failure, a missing one is.
PATIENCE_MS = 30_000
HABITS = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Africa/Johannesburg"}

# Chromium says the same in the console about every answer from 400 on; those are judged by their status below.
ANSWER_IN_CONSOLE = re.compile(r"^Failed to load resource: the server responded with a status of (\d+)")


class Watch:
    def __init__(self, context, installation, refused=()):
        self.context = context
        self.installation = installation
        self.troubles = []
        self._host = urlsplit(installation.address).netloc
        self.expect(refused)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def expect(self, refused):
        """From here on these answers from 400 on are the test's own doing: patterns over `422 /path`."""
        self._refused = [re.compile(pattern) for pattern in refused]

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


def enter(browser, installation, *, session=None, refused=(), **options):
    """A watched page in a browser of its own. `session`: its cookies; the owner's unless told, none with `{}`."""
    cookies = installation.session if session is None else session
    context = browser.new_context(base_url=installation.address, storage_state=cookies or None, **HABITS | options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.watch = Watch(context, installation, refused)
    return page
