"""A program of the company's own does its work through the API, and its owner sees all of it in the pages."""

import re

import requests
from playwright.sync_api import expect

BULK = "/app/communications/bulk"
CHANNELS = "/app/settings/communication-channels"
TEMPLATES = "/app/settings/communication/message-templates"
ACCESS = "/app/settings"
MAIL = 'iframe[title="Content as rendered"]'

PERMISSIONS = [
    "directory:read:all", "directory:create:all", "directory:update:all", "communication:channels:read:all",
    "communication:channels:create:all", "communication:channels:update:all",
    "communication:email_wrapper_templates:create:all", "communication:mail_templates:create:all",
    "communication:message_templates:create:all", "communication:bulk_communications:read:all",
    "communication:bulk_communications:create:all", "communication:bulk_communications:update:all",
]
MEMBERS = """{"external_id": "p-1", "first_name": "Radia", "email": "radia@crew.example", "attributes": {"crew": "blue"}}
{"external_id": "p-2", "first_name": "Ken", "mobile": "+27825550131", "attributes": {"crew": "blue"}}
{"external_id": "p-3", "first_name": "Eve", "email": "nonsense"}
"""


class Program:
    def __init__(self, address, token):
        self.api = f"{address}/api/v1"
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method, path, **how):
        answer = requests.request(method, f"{self.api}{path}", headers=self.headers | how.pop("headers", {}), timeout=60, **how)
        assert answer.ok, f"{answer.status_code} for {method} {path}\n{answer.text}"
        return answer.json()

    def post(self, path, **body):
        return self.ask("POST", path, json=body)


def make_token(page):
    page.goto(f"{ACCESS}/api-tokens")
    page.get_by_role("link", name="Create Token").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Booking system")
    for permission in PERMISSIONS:
        page.locator(f'input[value="{permission}"]').check()
    page.get_by_role("button", name="Create Token").click()
    return page.get_by_label("Token", exact=True).input_value()


def test_what_a_program_sends_is_in_every_page(own_demo, visit):
    page = visit(own_demo)
    program = Program(own_demo.address, make_token(page))

    lines = program.ask("POST", "/entities/members", data=MEMBERS, headers={"Content-Type": "application/x-ndjson"})
    assert [problem["line"] for problem in lines["errors"]] == [3]
    channel = program.post("/channels", name="Blue crew", description="Those of the blue boat")["id"]
    program.post(f"/channels/{channel}/subscribers", entity={"kind": "member", "external_id": "p-1"})
    wrapper = program.post("/wrappers", name="Blue brand", html="<div>{{content}}</div>", footer_html="<p>Blue boat house</p>")["id"]
    letterhead = program.post("/mail-templates", name="Blue head", header_html="<p>Ahoy from the blue boat</p>")["id"]
    template = program.post(
        "/templates", name="Blue call", wrapper_id=wrapper, mail_template_id=letterhead,
        email={"subject": "At six, {{first_name}}", "html": "<p>See you, {{first_name}}.</p>"},
        sms={"text": "Blue crew at six, {{first_name}}"})["id"]
    bulk = program.post("/broadcasts", name="Blue at six", template_id=template, delivery_channels=["email", "sms"])["id"]
    program.post(f"/broadcasts/{bulk}/receivers", channels=[channel])
    program.post(f"/broadcasts/{bulk}/receivers", search={"kind": "member", "filters": [{"field": "crew", "value": "blue"}]})
    preflight = program.ask("GET", f"/broadcasts/{bulk}/preflight")
    assert "has no email address" in str(preflight)

    page.goto(f"{CHANNELS}/{channel}")
    expect(page.get_by_role("row").filter(has_text="Radia")).to_contain_text("Member p-1")
    page.goto(f"{TEMPLATES}/{template}")
    expect(page.get_by_role("complementary", name="Facts")).to_contain_text("Blue brand")
    page.goto(f"{BULK}/{bulk}")
    rows = page.get_by_role("table", name="Receivers, most recently added first").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Radia")).to_contain_text("Channel · Blue crew")

    program.post(f"/broadcasts/{bulk}/publish")
    page.reload()
    card = page.locator("#bulk-progress .stat").filter(has=page.locator("dt").get_by_text("Sent", exact=True))
    expect(card.locator("dd").first).to_have_text("2")
    expect(page.get_by_text("The books balance")).to_be_visible()
    counts = program.ask("GET", f"/broadcasts/{bulk}/stats")["messages"]
    assert (counts["planned"], counts["sent"], counts["skipped"]) == (4, 2, 2)

    rows.filter(has_text="Radia").get_by_role("link", name=re.compile("^Sent")).click()
    panel = page.get_by_role("dialog", name="Details")
    mail = panel.frame_locator(MAIL).locator("body")
    for words in ("Ahoy from the blue boat", "See you, Radia.", "Blue boat house"):
        expect(mail).to_contain_text(words)
    panel.get_by_role("button", name="Close").click()
    page.goto(f"{ACCESS}/audit?actor=token%20Booking%20system")
    for action in ("Create channel", "Publish broadcast"):
        expect(page.get_by_role("row").filter(has_text=action).first).to_contain_text("token Booking system")
