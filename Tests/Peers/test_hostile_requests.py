"""Requests that nobody means well with: each gets a clear answer, nothing is half done, the program lives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from forms import Console, Page, Wizard
from mail_servers import MailServer
from program import Switchboard, message
from raw_client import RawClient, ask, repeated

ATTACK = "Ada\r\nX-Injected: yes\r\n\r\nbody"
API = "/api/v1/messages"


@pytest.fixture(scope="module")
def server() -> MailServer:
    return MailServer()


@pytest.fixture(scope="module")
def site(shared_switchboard: Switchboard, server: MailServer) -> Switchboard:
    shared_switchboard.add_mail_server(server.port)
    return shared_switchboard


@pytest.fixture(scope="module")
def console(site: Switchboard) -> Console:
    return Console(site).sign_in(site.add_user())


@pytest.fixture(autouse=True)
def nothing_comes_of_it(site: Switchboard) -> Iterator[None]:
    """After each: alive, quick for others, and without a fault of its own in the log."""
    log = len(site.log())
    yield
    assert site.is_healthy()
    written = site.log()[log:]
    assert "status=500" not in written and "Fatal error" not in written, written[-3000:]


def post_json(site: Switchboard, body: bytes, content_type: str | None = "application/json") -> requests.Response:
    headers = {"Content-Type": content_type} if content_type else {}
    return site.call("POST", API, data=body, headers=headers)


def assert_problem(answer: requests.Response, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["title"]
    return problem


# Forgery.


@pytest.mark.parametrize("headers", [
    {}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}])
def test_a_form_of_another_site_does_nothing(console: Console, headers: dict[str, str]) -> None:
    drafts = console.page("/app/communications/compose/drafts").text
    fields = {"delivery_channels": "email", "starting_point": "blank"}
    right = {**fields, "csrf": console.csrf}
    wrong = {**fields, "csrf": "A" * len(right["csrf"])}
    for form in (wrong, fields) + ((right,) if headers else ()):
        assert console.post("/app/communications/compose", form, headers=headers).status_code == 403
    assert console.page("/app/communications/compose/drafts").text == drafts


def test_the_token_of_another_session_does_nothing(site: Switchboard, console: Console) -> None:
    other = Console(site).sign_in(site.add_user("grace@example.org"))
    assert other.csrf != console.csrf
    answer = console.post("/app/communications/compose", {
        "delivery_channels": "email", "starting_point": "blank", "csrf": other.csrf})
    assert answer.status_code == 403


def test_our_own_origin_may(console: Console) -> None:
    answer = console.post(
        "/app/communications/compose",
        {"delivery_channels": "email", "starting_point": "blank", "csrf": console.csrf},
        headers={"Origin": console.switchboard.url, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


# Size.


@pytest.mark.parametrize("path", [API, "/login", "/app/communications/compose", "/nowhere"])
@pytest.mark.parametrize("kind", [
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_gigabyte_that_is_announced_is_refused_unread(site: Switchboard, path: str, kind: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nAuthorization: Bearer {site.token}\r\nContent-Type: {kind}\r\n"
    assert ask(site.url, f"{head}Content-Length: {1 << 30}".encode()) == 413


@pytest.mark.parametrize("framing", ["Content-Length: 1073741824", "Transfer-Encoding: chunked"])
def test_a_gigabyte_that_is_streamed_is_cut_off(site: Switchboard, framing: str) -> None:
    is_chunked = "chunked" in framing
    with RawClient(site.url) as client:
        client.send(
            f"POST {API} HTTP/1.1\r\nHost: {client.host}\r\nAuthorization: Bearer {site.token}\r\n"
            f"Content-Type: application/json\r\n{framing}\r\n\r\n".encode())
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n" if is_chunked else b"x" * 65536
        assert client.stream(repeated(piece, 1 << 30)) < 64 << 20
        assert client.status() in (413, None)
    assert site.peak_memory_kilobytes < 500_000


def test_a_header_of_a_hundred_megabytes_is_cut_off(site: Switchboard) -> None:
    with RawClient(site.url) as client:
        client.send(f"GET /healthz HTTP/1.1\r\nHost: {client.host}\r\nX-Long: ".encode())
        assert client.stream(repeated(b"a", 100 << 20)) < 32 << 20
        assert client.status() in (431, None)
    with RawClient(site.url) as client:
        client.send(f"GET /healthz HTTP/1.1\r\nHost: {client.host}\r\n".encode())
        assert client.stream(repeated(b"X-Many: 1\r\n", 100 << 20)) < 32 << 20
        assert client.status() in (431, None)
    assert site.peak_memory_kilobytes < 500_000


def test_an_address_of_a_megabyte_is_cut_off(site: Switchboard) -> None:
    assert ask(site.url, b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1") in (414, 431, None)


def test_a_million_fields_are_refused(console: Console) -> None:
    csrf = console.csrf
    start = f"csrf={csrf}&"
    for body in (start + "a=1&" * 1_000_000, start + "a&" * 400_000, start + "&" * 900_000):
        answer = console.post(
            "/app/communications/compose", body.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status_code in (413, 422), answer.status_code
    part = '--bb\r\nContent-Disposition: form-data; name="f{}"\r\n\r\n1\r\n'
    parts = "".join(part.format(number) for number in range(5_000)) + "--bb--\r\n"
    answer = console.post(
        "/app/communications/compose", parts.encode(), headers={
            "Content-Type": "multipart/form-data; boundary=bb", "X-CSRF-Token": csrf})
    assert answer.status_code == 413


# Templates.


@pytest.mark.parametrize("template", [
    "{{#a}}" * 100_000, "{{#a}}" * 80_000 + "{{/a}}" * 80_000, "{{^a}}" * 100_000, "{{" * 300_000,
    "{{a}}" * 150_000, "{{#a}}{{/b}}", "{{> a}}", "{{{a}}"])
def test_a_template_that_cannot_be_used_is_refused(site: Switchboard, console: Console, template: str) -> None:
    before = sum(site.counts().values())
    problem = assert_problem(post_json(site, json.dumps(message("a@example.org", html=template)).encode()), 422)
    assert {error["field"] for error in problem["errors"]} <= {"html", "text"}
    assert "html" in {error["field"] for error in problem["errors"]}
    wizard = Wizard(console)
    draft = wizard.begin("email")
    answer = wizard.write(draft, name="x", email_subject="x", email_html=template)
    assert answer.status_code in (413, 422), answer.status_code
    assert sum(site.counts().values()) == before


# Line ends.


@pytest.mark.parametrize("change", [
    {"delivery_channel": ATTACK}, {"to": {"email": ATTACK}}, {"to": {"email": f"a@example.org{ATTACK}"}},
    {"to": {"email": "a@example.org", "name": ATTACK}}, {"to": {"entity": {"kind": ATTACK, "external_id": "1"}}},
    {"to": {"entity": {"kind": "member", "external_id": ATTACK}}}, {"subject": ATTACK}, {"type": ATTACK},
    {"priority": ATTACK}, {"send_at": ATTACK}, {"expires_at": ATTACK}, {ATTACK: "x"}],
    ids=lambda change: str(next(iter(change)))[:10].strip())
def test_line_ends_in_a_message_s_fields_are_refused(site: Switchboard, change: dict) -> None:
    answer = site.call("POST", API, json={**message("a@example.org"), **change})
    assert_problem(answer, 422)
    assert "X-Injected" not in answer.headers


def test_line_ends_in_a_text_are_text(site: Switchboard, server: MailServer) -> None:
    site.send("text@example.org", html=f"<p>{ATTACK}</p>", text=ATTACK)
    mail = server.wait_for_mail("text@example.org")
    assert mail.parsed["X-Injected"] is None
    assert "X-Injected: yes" in mail.part("plain")


PROVIDER_FIELDS = [
    "name", "host", "port", "tls", "username", "password", "from_address", "from_name", "reply_to", "max_connections",
    "rate_per_second", "ca_file"]


@pytest.mark.parametrize("field", PROVIDER_FIELDS)
def test_line_ends_in_a_provider_s_fields_are_refused(site: Switchboard, console: Console, field: str) -> None:
    good = {
        "name": "X", "host": "127.0.0.1", "port": "25", "tls": "none", "from_address": "a@example.org",
        "username": "u", "password": "p"}
    settings = {**{name: value for name, value in good.items() if name != "name"}, "port": 25}
    body = {"delivery_channel": "email", "kind": "smtp", "name": "X", "settings": settings}
    if field == "name":
        body["name"] = ATTACK
    else:
        settings[field] = ATTACK
    assert_problem(site.call("POST", "/api/v1/providers", json=body), 422)
    form = console.page("/app/settings/communication/mail-servers/new?kind=smtp").form("/mail-servers")
    answer = console.submit(form, **{**good, field: ATTACK})
    assert answer.status_code == 422, f"{answer.status_code}: {Page(answer).text[:300]}"
    assert len(site.call("GET", "/api/v1/providers").json()["items"]) == 1


def test_line_ends_in_the_wizard_never_reach_a_header(console: Console, server: MailServer) -> None:
    wizard = Wizard(console)
    draft = wizard.begin("email")
    for field in ("first_name", "last_name", "email", "mobile"):
        recipient = {"email": "a@example.org", field: ATTACK}
        assert wizard.add_recipient(draft, **recipient).status_code == 422
    for texts in ({"name": ATTACK}, {"email_subject": ATTACK}):
        answer = wizard.write(draft, **{"name": "x", "email_subject": "x", "email_html": "<p>x</p>", **texts})
        assert answer.status_code in (303, 422)
    wizard.write(draft, name="x", email_subject="Hi {{first_name}}", email_html="<p>x</p>")
    assert wizard.add_recipient(draft, first_name="Zoë", email="wizard@example.org").status_code == 303
    assert wizard.send(draft).status_code == 303
    assert server.wait_for_mail("wizard@example.org").parsed["X-Injected"] is None


def test_line_ends_never_begin_an_http_header(site: Switchboard, console: Console) -> None:
    encoded = requests.utils.quote(ATTACK)
    other = Console(site)
    for answer in (
        requests.get(f"{site.url}/login?next=/app{encoded}", timeout=10),
        requests.get(f"{site.url}/app/{encoded}", allow_redirects=False, timeout=10),
        requests.get(f"{site.url}/app/communications/send-logs?q={encoded}", allow_redirects=False, timeout=10),
        console.session.get(f"{site.url}/app/communications/send-logs?q={encoded}", timeout=10),
        console.post("/theme", {"csrf": console.csrf, "theme": ATTACK, "back": "/app" + ATTACK}),
        console.post("/theme", {"csrf": console.csrf, "theme": "dark", "back": "//evil.example" + ATTACK}),
        other.submit(other.page("/login").form("/login"), email=ATTACK, password="x", next="/a" + ATTACK),
    ):
        assert "X-Injected" not in answer.headers
        assert answer.status_code < 500
        assert "evil.example" not in answer.headers.get("Location", "")


# Things that are not what they say.


def test_what_is_not_utf8_is_refused(site: Switchboard, console: Console) -> None:
    assert ask(site.url, b"GET /app/\xff\xfe HTTP/1.1") in (400, 404)
    assert ask(site.url, b"GET /app/%ff%fe HTTP/1.1") in (400, 404)
    assert ask(site.url, b"GET /app/%00 HTTP/1.1") in (400, 404)
    assert ask(site.url, b"GET /login?next=%ff HTTP/1.1") == 400
    for body in (b"csrf=%s&name=%%ff", b"csrf=%s&%%c3%%28=1", b"csrf=%s&name=a%%00b"):
        answer = console.post(
            "/app/communications/compose", body % console.csrf.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 400, answer.status_code
    good = json.dumps(message("a@example.org")).encode()
    assert_problem(post_json(site, good.replace(b"Hello", b"Hel\xfflo", 1)), 400)
    assert_problem(post_json(site, good.replace(b"Hello", b"\\ud800", 1)), 400)
    assert_problem(post_json(site, good.replace(b"Hello", b"\\u0000", 1)), 400)


@pytest.mark.parametrize("content_type", [
    None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "image/png"])
def test_a_body_of_another_type_is_refused(site: Switchboard, content_type: str | None) -> None:
    answer = post_json(site, json.dumps(message("a@example.org")).encode(), content_type)
    assert answer.status_code in (400, 415), answer.text


def test_a_form_without_its_boundary_is_refused(console: Console) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=b",
                 "multipart/form-data; boundary=" + "b" * 71):
        answer = console.post(
            "/app/communications/compose", b"--b\r\n\r\n--b--",
            headers={"Content-Type": kind, "X-CSRF-Token": console.csrf})
        assert answer.status_code == 400, (kind, answer.status_code)


@pytest.mark.parametrize("body", [
    b"", b"{", b'{"delivery_channel": "email"', b'{"delivery_channel": "em', b"[]", b"null", b"1", b'"email"',
    b'{"delivery_channel": "email", "delivery_channel": "sms"}', b'{"a": 1,}', b"{'a': 1}", b'{"a": 1} {"a": 1}',
    b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b"[" * 900_000, b'{"a":' * 100_000,
    b'{"a": [' + b"1," * 300_000 + b"1]}", b"\xef\xbb\xbf{}", b'{"a": NaN}', b'{"a": "\n"}'],
    ids=lambda body: body[:24].decode("latin-1"))
def test_json_that_is_none_is_refused(site: Switchboard, body: bytes) -> None:
    assert_problem(post_json(site, body), 400)


def test_fields_of_another_type_and_unknown_ones_are_named(site: Switchboard) -> None:
    body = {
        "delivery_channel": "email", "to": {"email": ["a@example.org"], "nmae": "x"}, "subject": 7, "html": {"a": 1},
        "send_at": "tomorrow", "priority": None, "attachements": []}
    problem = assert_problem(site.call("POST", API, json=body), 422)
    assert {"to.email", "to.nmae", "subject", "html", "send_at", "attachements"} <= {
        error["field"] for error in problem["errors"]}


def test_framing_that_two_readers_could_read_differently_is_refused(site: Switchboard) -> None:
    for framing, body in (
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"), (b"Content-Length: abc", b""),
        (b"Content-Length: -1", b""), (b"Transfer-Encoding: chunked", b"zz\r\nx\r\n0\r\n\r\n"),
    ):
        assert ask(site.url, b"POST /login HTTP/1.1\r\n" + framing, body) in (400, None), framing
    assert ask(site.url, b"\x16\x03\x01\x02\x00\x01\x00") in (400, None)


def test_a_method_that_is_not_for_an_address_is_told_which_are(site: Switchboard) -> None:
    answer = site.call("DELETE", API)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
    assert ask(site.url, b"BREW /healthz HTTP/1.1") in (405, 501)


@pytest.mark.parametrize("path", [
    "/css/../../Package.swift", "/css/%2e%2e/%2e%2e/Package.swift", "/css/..%2f..%2fPackage.swift", "/.git/config",
    "/css//etc/passwd", "/vendor/../../data/secret.key", "/css/app.css%00.png", "/css/.."])
def test_no_file_outside_the_public_folder_is_served(site: Switchboard, path: str) -> None:
    assert ask(site.url, f"GET {path} HTTP/1.1".encode()) in (400, 404)


# Many at once.


def test_slow_clients_do_not_keep_others_waiting(site: Switchboard) -> None:
    slow = [RawClient(site.url) for _ in range(100)]
    try:
        for number, client in enumerate(slow):
            head = f"POST {API} HTTP/1.1\r\nHost: {client.host}\r\nAuthorization: Bearer {site.token}\r\n"
            client.send(head.encode())
            if number % 2:
                client.send(b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
        for client in slow:
            client.send(b" ")
            assert requests.get(site.url + "/healthz", timeout=5).status_code == 200
        assert site.call("GET", API).status_code == 200
    finally:
        for client in slow:
            client.socket.close()


def test_the_same_key_is_accepted_once_whoever_repeats_it(site: Switchboard) -> None:
    body = message("once@example.org")
    headers = {"Idempotency-Key": "order-17"}
    with ThreadPoolExecutor(12) as callers:
        answers = list(callers.map(lambda _: site.call("POST", API, json=body, headers=headers), range(24)))
    assert sorted(answer.status_code for answer in answers) == [200] * 23 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    reordered = dict(reversed(list(body.items())))
    assert site.call("POST", API, json=reordered, headers=headers).status_code == 200
    assert_problem(site.call("POST", API, json=message("other@example.org"), headers=headers), 409)
    assert len(list(site.messages(q="once@example.org"))) == 1
    assert not list(site.messages(q="other@example.org"))
    for key in ("", "x" * 256, "tab\there"):
        assert_problem(site.call("POST", API, json=body, headers={"Idempotency-Key": key}), 400)


def test_a_refused_call_does_not_use_up_its_key(site: Switchboard) -> None:
    headers = {"Idempotency-Key": "order-18"}
    assert_problem(site.call("POST", API, json=message("not an address"), headers=headers), 422)
    assert site.call("POST", API, json=message("right@example.org"), headers=headers).status_code == 202


def test_guesses_at_a_password_are_slowed_down(site: Switchboard) -> None:
    console = Console(site)
    form = console.page("/login").form("/login")
    statuses = [console.submit(form, email="guess@example.org", password=f"guess {n}").status_code for n in range(12)]
    assert statuses[0] == 422 and 429 in statuses
    refused = console.submit(form, email="guess@example.org", password="one more")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
