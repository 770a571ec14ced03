"""Fills a demo with what the pages can show, by posting the same forms that the pages post."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from playwright.sync_api import expect

from campaigns import furnish_campaigns, publish_refused
from wizard import reload_until

LOGS = "/app/communications/send-logs"
COMPOSE = "/app/communications/compose"
ACCESS = "/app/settings"
HTML = "<h1>Regatta</h1><p>Dear {{member.first_name}}, the boats of {{location.name}} are ready.</p>"


class Clerk:
    """Somebody who is signed in and needs no pages to fill in their forms."""

    def __init__(self, page):
        self.page = page
        page.goto("/app/account")
        self._token = page.locator("input[name=csrf]").first.input_value()

    def post(self, path, **fields):
        """Answers where the form led to, and what stood there."""
        answer = self.page.context.request.post(
            path,
            data=urlencode({"csrf": self._token, **fields}, doseq=True),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.ok, f"{answer.status} for {path}\n{answer.text()}"
        return answer.url, answer.text()

    def draft(self, name, channels, **texts):
        url, html = self.post(COMPOSE, delivery_channels=channels, starting_point="blank")
        draft = re.search(r"/compose/(\d+)/", url)[1]
        version = re.search(r'name="version"\s+value="(\d+)"', html)[1]
        self.post(f"{COMPOSE}/{draft}/message", version=version, name=name, go="next", **texts)
        return draft

    def recipient(self, draft, first, last, **address):
        self.post(f"{COMPOSE}/{draft}/recipients", first_name=first, last_name=last, **address)

    def members(self, draft, query):
        found = self.page.context.request.get(f"{COMPOSE}/{draft}/recipients", params={"q": query}).text()
        ids = re.findall(r'name="entity"\s+value="(\d+)"', found)
        assert ids, f"nobody found for {query}"
        self.post(f"{COMPOSE}/{draft}/recipients/search", kind="members", entity=ids)

    def confirm(self, draft, action, **fields):
        html = self.page.context.request.get(f"{COMPOSE}/{draft}/confirm").text()
        version = re.search(r'name="version"\s+value="(\d+)"', html)[1]
        return self.post(f"{COMPOSE}/{draft}/{action}", version=version, **fields)

    def number(self, path, words):
        """The number of the row on a list that says `words`, once it is there."""
        self.page.goto(path)
        row = self.page.get_by_role("row").filter(has_text=words)
        reload_until(self.page, row)
        return re.search(r"/(\d+)$", row.get_by_role("link").last.get_attribute("href"))[1]


def furnish(page):
    """Answers the numbers of what stands there now, by the names that routes call them."""
    clerk = Clerk(page)
    numbers = {}
    numbers["draft"] = draft = clerk.draft(
        "Regatta with a rather long name, so that one sees where it breaks", ["email", "sms", "whatsapp"],
        email_subject="Regatta of {{member.first_name}}", email_html=HTML, email_project="",
        sms_text="Regatta on Saturday, {{member.first_name}} 🛶", whatsapp_text="Ahoy {{member.first_name}}!",
    )
    clerk.members(draft, "an")
    clerk.members(draft, "Thompson")
    mailbox = "a.rather.long.mailbox.name@guests.harbour.example"
    clerk.recipient(draft, "Zoë", "Ōshima-Featherstonehaugh", email=mailbox)

    numbers["scheduled"] = scheduled = clerk.draft("Winter storage", ["sms"], sms_text="Out of the water!")
    clerk.recipient(scheduled, "Mary", "Shaw", mobile="+27825550107")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    clerk.confirm(scheduled, "schedule", send_at=f"{tomorrow:%Y-%m-%d}T23:59")

    numbers["email"] = clerk.number(LOGS, "Welcome aboard, Ada")
    numbers["sms"] = clerk.number(LOGS, "Hi Katherine")
    numbers["kept_email"] = kept = clerk.number("/app/sandbox", "Welcome aboard, Ada")
    numbers["kept_sms"] = clerk.number("/app/sandbox", "+27821234502")
    clerk.post(f"/app/sandbox/{kept}/answer", answer="delivered")
    clerk.post(f"/app/sandbox/{kept}/answer", answer="opened")
    clerk.post(f"/app/sandbox/{kept}/reply", text="Thank you, I am on my way.")

    numbers |= furnish_campaigns(clerk)
    clerk.post("/app/sandbox/settings", refuse_percent="100")
    numbers["failed_bulk"] = publish_refused(clerk, numbers["template"])
    refused = clerk.draft("Refused", ["sms"], sms_text="Against the wind")
    clerk.recipient(refused, "Claude", "Shannon", mobile="+27825550108")
    clerk.confirm(refused, "send")
    numbers["failed"] = clerk.number(f"{LOGS}?status=failed", "Against the wind")
    clerk.post("/app/sandbox/settings", refuse_percent="0")
    clerk.post(f"{LOGS}/filters", name="Texts that failed", query="status=failed&delivery_channel=sms")
    clerk.post(f"{LOGS}/filters", name="A filter with a rather long name, to see where it breaks", query="status=sent")
    clerk.post(f"{ACCESS}/roles", name="Composer", permission=["communication:compose:send"])
    page.goto(f"{ACCESS}/roles")
    opened = page.get_by_role("row").filter(has_text="Composer").get_by_role("link").first.get_attribute("href")
    numbers["role"] = opened.rsplit("/", 1)[1]
    page.watch.installation.add_user("barbara@harbour.example", "operator", "a boat, a lake and a morning", "Barbara")
    page.goto(f"{ACCESS}/users")
    numbers["user"] = page.get_by_role("link", name="Edit Barbara").get_attribute("href").rsplit("/", 1)[1]
    numbers["member"] = clerk.number("/app/directory/members", "Ada Lovelace")
    page.goto(f"/app/directory/members/{numbers['member']}")
    place = page.locator("main a[href*='/directory/locations/']").first.get_attribute("href")
    numbers["location"] = place.rsplit("/", 1)[1]
    furnish_consent(page.watch.installation, numbers)
    page.goto("/app/settings/communication/mail-servers")
    numbers["server"] = re.search(r"/(\d+)$", page.get_by_role("link", name="Edit").get_attribute("href"))[1]
    expect(page.get_by_role("row").filter(has_text="Sandbox mail")).to_be_visible()
    return numbers


def furnish_consent(installation, numbers):
    """Suppressions of every scope, one of them in the way of Ada, and two devices of hers."""
    [ada] = installation.call("GET", "/entities/members?q=Ada%20Lovelace")["items"]
    mailbox = "a.rather.long.mailbox.of.somebody.who.left@guests.harbour.example"
    installation.call("POST", "/suppressions", email=mailbox, scope="everything", reason=mailbox)
    installation.call(
        "POST", "/suppressions", email=mailbox, scope="channel", channel_id=numbers["channel"], reason=mailbox)
    installation.call("POST", "/suppressions", mobile="+27825550199", scope="broadcasts", reason="Asked on the phone.")
    numbers["suppression"] = installation.call(
        "POST", "/suppressions", email=ada["email"], scope="channel", channel_id=numbers["empty_channel"],
        reason="Reads it at her desk.")["id"]
    devices = f"/entities/members/{ada['external_id']}/devices"
    installation.call("PUT", f"{devices}/{'a-browser-' * 20}", platform="web")
    installation.call(
        "PUT", f"{devices}/a-phone", platform="ios", name="The telephone of Ada Lovelace, with a rather long name")
