"""The console as a browser without scripts sees it: pages, and the forms in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

from program import PASSWORD, Switchboard


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: dict[str, str | list[str]]) -> list[tuple[str, str]]:
        """What a browser would post after somebody typed `values` over what is there."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        typed = [
            (name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])]
        return kept + typed

    def names(self) -> list[str]:
        return [name for name, _ in self.fields]

    def __getitem__(self, name: str) -> str:
        return dict(self.fields)[name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._area: tuple[str, list[str]] | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and name:
            kind = given.get("type") or "text"
            if kind not in ("checkbox", "radio") or "checked" in given:
                self._form.fields.append((name, given.get("value") or ""))
        elif tag == "textarea" and name:
            self._area = (name, [])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._form.fields.append((self._select, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area and self._form:
            self._form.fields.append((self._area[0], "".join(self._area[1])))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)
        self.text.append(data)


class Page:
    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.status = response.status_code
        reader = _Reader()
        reader.feed(response.text)
        self.forms = reader.forms
        self.text = " ".join(" ".join(reader.text).split())

    def form(self, ending: str, method: str = "post") -> Form:
        """The form whose action ends so; its query does not count."""
        for form in self.forms:
            if form.method == method and form.action.split("?")[0].endswith(ending):
                return form
        raise AssertionError(f"no form for {ending} on {self.response.url} ({self.status}): {self.text[:400]}")


class Console:
    """One signed-in browser."""

    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard
        self.session = requests.Session()

    def sign_in(self, email: str, password: str = PASSWORD) -> Console:
        answer = self.submit(self.page("/login").form("/login"), email=email, password=password)
        assert answer.status_code == 303, f"sign-in answered {answer.status_code}"
        return self

    def page(self, path: str) -> Page:
        return Page(self.session.get(self.switchboard.url + path, timeout=30))

    def submit(self, form: Form, **values: str | list[str]) -> requests.Response:
        """Posts a form and does not follow where it leads."""
        return self.post(form.action, form.filled(values))

    def post(self, path: str, pairs: object, **options: object) -> requests.Response:
        return self.session.post(
            self.switchboard.url + path, data=pairs, allow_redirects=False, timeout=60,
            **options)  # type: ignore[arg-type]

    @property
    def csrf(self) -> str:
        return self.page("/app/communications/compose/new").form("/compose")["csrf"]


class Wizard:
    """The Compose Wizard, step by step, as somebody without scripts uses it."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def begin(self, *channels: str) -> str:
        """Step 1; answers with the address of the draft."""
        form = self.console.page("/app/communications/compose/new").form("/compose")
        answer = self.console.submit(form, delivery_channels=list(channels or ("email",)), starting_point="blank")
        assert answer.status_code == 303, Page(answer).text[:600]
        return answer.headers["Location"].removesuffix("/message")

    def write(self, draft: str, **texts: str) -> requests.Response:
        """Step 2: `name`, `email_subject`, `email_html`, `sms_text`, `whatsapp_text`."""
        form = self.console.page(draft + "/message").form("/message")
        return self.console.submit(form, **texts, go="next")

    def add_recipient(self, draft: str, **fields: str) -> requests.Response:
        """Step 3: `first_name`, `last_name`, `email`, `mobile`."""
        form = self.console.page(draft + "/recipients").form("/recipients")
        return self.console.submit(form, **fields)

    def add_recipients(self, draft: str, addresses: list[str]) -> None:
        """Many by hand; the page is fetched once, and posted as often as needed."""
        form = self.console.page(draft + "/recipients").form("/recipients")
        for address in addresses:
            answer = self.console.submit(form, first_name="Ada", last_name="Lovelace", email=address)
            assert answer.status_code == 303, Page(answer).text[:600]

    def send(self, draft: str) -> requests.Response:
        """Step 4."""
        return self.console.submit(self.console.page(draft + "/confirm").form("/send"))
