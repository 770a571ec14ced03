"""Communications → In Doubt: what was handed over to a mail server that said nothing afterwards, and who decided."""

import re

import pytest
from playwright.sync_api import expect

from audit import findings
from campaigns import BULK
from hostile_servers import Server
from people import INSIDE, OWNER, Person, sign_in
from wizard import reload_until

PAGE = "/app/communications/in-doubt"
LOGS = "/app/communications/send-logs"
VIEWER = Person("Donald Knuth", "donald@harbour.example")
HTML = "<p>The lock opens at six.</p>"


def goes_silent(line):
    """Takes every mail. To the first one for a receiver who is called doubtful it gives no answer: it hangs up."""
    line.greet()
    while True:
        recipient = line.hear_envelope()
        line.say("354 Go on")
        line.server.take(recipient, line.hear_body())
        address = line.server.recipients()[-1]
        if address.startswith("doubtful") and line.server.recipients().count(address) == 1:
            line.hang_up()
        line.say("250 2.0.0 Ok: kept at the lock")


@pytest.fixture(scope="module")
def server():
    return Server(goes_silent)


@pytest.fixture(scope="module")
def club(own_empty, server):
    own_empty.call(
        "POST", "/providers", delivery_channel="email", kind="smtp", name="Silent lock", default=True, settings={
            "host": "127.0.0.1", "port": server.port, "tls": "none", "from_address": "club@harbour.example",
            "max_connections": 1})
    return own_empty


@pytest.fixture
def page(club, visit):
    return visit(club)


def said(page, words):
    return page.get_by_role("status").filter(has_text=words)


def send(club, address, subject):
    return club.call(
        "POST", "/messages", delivery_channel="email", to={"email": address}, subject=subject, html=HTML)["id"]


def rows(page):
    return page.get_by_role("table", name="Messages in doubt, newest first").locator("tbody tr")


def in_doubt(page, address):
    """The row of a message, once its hand-off is known to have got no answer."""
    page.goto(PAGE)
    row = rows(page).filter(has_text=address)
    reload_until(page, row)
    return row


def message(club, number):
    return club.call("GET", f"/messages/{number}")


def decide(row, label, address):
    row.get_by_role("button", name=re.compile(rf"^{re.escape(label)} ?: {address}$")).click()


def timeline(page):
    return page.get_by_role("region", name="Timeline").get_by_role("listitem")


def test_a_message_without_an_answer_waits_with_its_evidence_and_is_assumed_sent(page, club, server):
    page.goto(PAGE)
    expect(page.get_by_role("heading", name="No messages in doubt")).to_be_visible()
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="In Doubt")).to_have_count(0)
    assert findings(page) == []

    number = send(club, "doubtful.ada@lock.example", "Lock times")
    row = in_doubt(page, "doubtful.ada@lock.example")
    kept = message(club, number)
    assert (kept["status"], len(kept["attempts"])) == ("unknown", 1)
    for words in ("Lock times", "Email", "Silent lock", "1 attempt", "Single message", kept["error"]):
        expect(row).to_contain_text(words)
    expect(page.get_by_text("1 message handed over, and no answer came.")).to_be_visible()
    assert findings(page) == []
    # Every page says that somebody has to decide.
    page.goto("/app/communications/overview")
    reload_until(page, menu.get_by_role("link", name="In Doubt"))
    expect(page.get_by_text("Wait for your decision")).to_be_visible()
    menu.get_by_role("link", name="In Doubt").click()
    expect(page).to_have_url(re.compile(f"{PAGE}$"))

    row.get_by_role("link", name="doubtful.ada@lock.example").click()
    expect(page.locator("#details-status")).to_contain_text("It is not known whether it arrived")
    attempts = page.get_by_role("region", name="Attempts")
    expect(attempts).to_contain_text("No answer")
    expect(attempts).to_contain_text(kept["attempts"][0]["detail"])
    expect(timeline(page).filter(has_text="Answer lost")).to_be_visible()
    assert findings(page) == []

    page.goto(PAGE)
    decide(row, "Assume sent", "doubtful.ada@lock.example")
    expect(said(page, "Marked as sent.")).to_be_visible()
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="No messages in doubt")).to_be_visible()
    expect(menu.get_by_role("link", name="In Doubt")).to_have_count(0)
    assert message(club, number)["status"] == "sent"
    assert server.recipients().count("doubtful.ada@lock.example") == 1
    page.goto(f"{LOGS}/{number}")
    expect(page.locator("#details-status")).to_contain_text("Sent")
    expect(timeline(page).filter(has_text="Assumed sent")).to_contain_text(f"Decided by {OWNER.name}")


def test_a_message_in_doubt_is_sent_again_by_whoever_wants_that(page, club, server):
    number = send(club, "doubtful.bob@lock.example", "Lock keys")
    row = in_doubt(page, "doubtful.bob@lock.example")
    decide(row, "Retry (may duplicate)", "doubtful.bob@lock.example")
    expect(said(page, "Queued again.")).to_be_visible()
    expect(row).to_have_count(0)
    page.goto(f"{LOGS}/{number}")
    expect(page.locator("#details-status")).to_contain_text("Sent")
    attempts = page.get_by_role("region", name="Attempts").locator("tbody tr")
    expect(attempts).to_have_count(2)
    expect(attempts.filter(has_text="Accepted")).to_contain_text("kept at the lock")
    decided = timeline(page).filter(has_text="Sent again despite the doubt")
    expect(decided).to_contain_text(f"Decided by {OWNER.name}")
    assert message(club, number)["status"] == "sent"
    # It may duplicate, and here it did: the server had taken the first one too.
    assert server.recipients().count("doubtful.bob@lock.example") == 2
    page.goto("/app/settings/audit")
    expect(page.get_by_role("row").filter(has_text="despite doubt").first).to_contain_text(f"message {number}")


def test_what_was_decided_elsewhere_is_not_decided_again(page, club, server):
    number = send(club, "doubtful.eve@lock.example", "Lock fees")
    row = in_doubt(page, "doubtful.eve@lock.example")
    club.call("POST", f"/messages/{number}/assume-sent")
    decide(row, "Retry (may duplicate)", "doubtful.eve@lock.example")
    expect(said(page, "Too late: the message has moved on in the meantime. Nothing was changed.")).to_be_visible()
    page.goto(f"{LOGS}/{number}")
    expect(timeline(page).filter(has_text="Assumed sent")).to_contain_text("Decided by a program")
    expect(timeline(page).filter(has_text="Sent again")).to_have_count(0)
    assert server.recipients().count("doubtful.eve@lock.example") == 1


def publish(page, club, name, people):
    """A bulk to `people`; answers its number once every message has an outcome."""
    bulk = club.call(
        "POST", "/broadcasts", name=name, content={"email": {"subject": name, "html": HTML}},
        delivery_channels=["email"])["id"]
    club.call("POST", f"/broadcasts/{bulk}/receivers", people=[{"email": address} for address in people])
    club.call("POST", f"/broadcasts/{bulk}/publish")
    doubtful = sum(address.startswith("doubtful") for address in people)
    page.goto(f"{BULK}/{bulk}")
    reload_until(page, page.get_by_text(re.compile(rf"^{doubtful} messages are in doubt$")))
    expect(card(page, "Pending")).to_have_text("0")
    return bulk


def card(page, label):
    stat = page.locator("#bulk-progress .stat").filter(has=page.locator("dt").get_by_text(label, exact=True))
    return stat.locator("dd").first


def group(page, name):
    return page.get_by_role("region", name="By broadcast").get_by_role("row").filter(has_text=name)


def books(club, bulk):
    counts = club.call("GET", f"/broadcasts/{bulk}/stats")["messages"]
    return {status: count for status, count in counts.items() if count and status != "planned"}


def test_all_of_a_broadcast_are_counted_as_sent_after_a_question(page, club, server):
    people = ["kay@spring.example", "doubtful.mary@spring.example", "doubtful.alan@spring.example"]
    bulk = publish(page, club, "Spring tide", people)
    assert books(club, bulk) == {"sent": 1, "unknown": 2}
    page.goto(PAGE)
    expect(group(page, "Spring tide")).to_contain_text("2 messages")
    expect(group(page, "Spring tide")).to_contain_text("Held for a person")
    for address in people[1:]:
        expect(rows(page).filter(has_text=address)).to_contain_text("Spring tide")
    expect(rows(page).filter(has_text="kay@spring.example")).to_have_count(0)
    assert findings(page) == []
    # One of them by itself, the others together.
    decide(rows(page).filter(has_text=people[1]), "Assume sent", people[1])
    expect(group(page, "Spring tide")).to_contain_text("1 message")
    group(page, "Spring tide").get_by_role("link", name="Assume all sent").click()
    expect(page.get_by_role("heading", name="Mark messages in doubt as sent?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("1 message")
    assert books(club, bulk) == {"sent": 2, "unknown": 1}
    page.get_by_role("button", name="Assume sent").click()
    expect(said(page, "The messages are marked as sent.")).to_be_visible()
    expect(card(page, "Sent")).to_have_text("3")
    expect(page.get_by_text("The books balance")).to_be_visible()
    assert books(club, bulk) == {"sent": 3}
    page.goto(PAGE)
    expect(page.get_by_role("heading", name="In Doubt", exact=True)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Spring tide")).to_have_count(0)
    assert sorted(one for one in server.recipients() if "spring" in one) == sorted(people)
    page.goto(f"{LOGS}?q={people[2]}")
    page.get_by_role("row").filter(has_text=people[2]).get_by_role("link", name="View Details").click()
    decided = timeline(page.get_by_role("dialog", name="Details")).filter(has_text="Assumed sent")
    expect(decided).to_contain_text(f"Decided by {OWNER.name}")


def test_all_of_a_broadcast_and_only_those_in_doubt_are_sent_again(page, club, server):
    people = ["kay@neap.example", "doubtful.zoe@neap.example", "doubtful.ken@neap.example"]
    bulk = publish(page, club, "Neap tide", people)
    page.goto(PAGE)
    group(page, "Neap tide").get_by_role("link", name="Retry all (may duplicate)").click()
    expect(page.get_by_role("heading", name="Retry messages in doubt?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("2 messages")
    expect(page.get_by_role("main")).to_contain_text("these receivers would get a second copy")
    page.get_by_role("button", name="Retry (may duplicate)").click()
    expect(said(page, "These messages are being sent again.")).to_be_visible()
    expect(card(page, "Sent")).to_have_text("3")
    assert books(club, bulk) == {"sent": 3}
    assert [server.recipients().count(address) for address in people] == [1, 2, 2]
    page.goto(PAGE)
    expect(page.get_by_role("heading", name="In Doubt", exact=True)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Neap tide")).to_have_count(0)
    page.goto(f"{LOGS}?q={people[1]}")
    page.get_by_role("row").filter(has_text=people[1]).get_by_role("link", name="View Details").click()
    panel = page.get_by_role("dialog", name="Details")
    attempts = panel.get_by_role("region", name="Attempts").locator("tbody tr")
    for words in ("No answer", "Accepted"):
        expect(attempts.filter(has_text=words)).to_have_count(1)
    decided = timeline(panel).filter(has_text="Sent again despite the doubt")
    expect(decided).to_contain_text(f"Decided by {OWNER.name}")


def test_a_viewer_sees_what_is_in_doubt_and_decides_nothing(club, visit, page):
    number = send(club, "doubtful.rosa@lock.example", "Lock chain")
    in_doubt(page, "doubtful.rosa@lock.example")
    club.add_user(VIEWER.email, "viewer", VIEWER.password, VIEWER.name)
    viewer = visit(club, session={})
    sign_in(viewer, VIEWER)
    expect(viewer).to_have_url(INSIDE)
    row = in_doubt(viewer, "doubtful.rosa@lock.example")
    expect(row).to_contain_text("Lock chain")
    expect(row.get_by_role("button")).to_have_count(0)
    row.get_by_role("link", name="doubtful.rosa@lock.example").click()
    expect(viewer.locator("#details-status")).to_contain_text("It is not known whether it arrived")
    expect(viewer.get_by_role("button", name="Assume sent")).to_have_count(0)
    expect(viewer.get_by_role("button", name="Retry (may duplicate)")).to_have_count(0)
    # Whoever may decide does it on the same page.
    page.goto(f"{LOGS}/{number}")
    page.get_by_role("button", name="Assume sent").click()
    expect(said(page, "Marked as sent.")).to_be_visible()
    expect(timeline(page).filter(has_text="Assumed sent")).to_contain_text(f"Decided by {OWNER.name}")
    assert message(club, number)["status"] == "sent"


def test_a_decision_is_made_by_forms_alone(club, visit, server):
    plain = visit(club, java_script_enabled=False)
    number = send(club, "doubtful.ines@lock.example", "Lock gate")
    decide(in_doubt(plain, "doubtful.ines@lock.example"), "Assume sent", "doubtful.ines@lock.example")
    expect(said(plain, "Marked as sent.")).to_be_visible()
    expect(plain).to_have_url(re.compile(f"{PAGE}$"))
    assert message(club, number)["status"] == "sent"
    assert server.recipients().count("doubtful.ines@lock.example") == 1
