"""The way in and the way out: links that work once, a password, and what guessing it meets."""

import re

import pytest
from playwright.sync_api import expect

from installation import Installation
from people import INSIDE, Person, fill_in_first_user, sign_in

GRACE = Person("Grace Hopper", "grace@harbour.example")
GUESSED = Person("Edsger Dijkstra", "edsger@harbour.example")


def test_the_set_up_link_makes_the_first_user_and_works_once(visit, tmp_path):
    with Installation(tmp_path, demo=False) as installation:
        page = visit(installation, session={}, refused=[r"422 /setup/.*"])
        page.goto("/app/communications/send-logs")
        expect(page).to_have_url(re.compile(r"/login"))

        page.goto(installation.link)
        fill_in_first_user(page, Person(GRACE.name, GRACE.email, password="short"))
        # The browser knows nothing of the rule, the server does: the answer is the form again, with what was typed.
        expect(page.locator("#f-password-error")).to_contain_text("at least 10 characters")
        expect(page.get_by_label("Name")).to_have_value(GRACE.name)
        expect(page.get_by_label("Email")).to_have_value(GRACE.email)
        expect(page.get_by_label("Time zone")).to_have_value("Africa/Johannesburg")

        fill_in_first_user(page, GRACE)
        expect(page).to_have_url(re.compile("/app/communications/send-logs"))
        expect(page.get_by_role("status").filter(has_text="Welcome, Grace Hopper")).to_be_visible()
        # An owner: the settings are open.
        page.get_by_role("link", name="Communication", exact=True).click()
        expect(page.get_by_role("heading", name="Mail Servers")).to_be_visible()

        late = visit(installation, session={}, refused=[r"410 /setup/.*"])
        late.goto(installation.link)
        expect(late.get_by_role("heading", name="This link has expired or was already used")).to_be_visible()

        sign_in(late, GRACE)
        expect(late).to_have_url(INSIDE)


def test_the_link_of_the_demo_signs_in_once(visit, tmp_path):
    with Installation(tmp_path, demo=True) as installation:
        page = visit(installation, session={})
        page.goto(installation.link)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile("/app/communications/send-logs"))
        expect(page.get_by_role("table", name="Messages, newest first")).to_be_visible()

        late = visit(installation, session={}, refused=[r"410 /setup/.*"])
        late.goto(installation.link)
        expect(late.get_by_role("heading", name="This link has expired or was already used")).to_be_visible()
        # Before the server stops: a browser that still asks for the icon would complain.
        late.context.close()


@pytest.fixture(scope="module")
def people(demo):
    demo.add_user(GRACE.email, "operator", GRACE.password, GRACE.name)
    demo.add_user(GUESSED.email, "operator", GUESSED.password, GUESSED.name)
    return demo


def test_signing_in_leads_back_to_the_page_that_was_wanted_and_signing_out_ends_it(people, visit):
    page = visit(people, session={})
    page.goto("/app/communications/compose/drafts")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.get_by_label("Email").fill(GRACE.email)
    page.get_by_label("Password").fill(GRACE.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/app/communications/compose/drafts"))

    page.locator(".sidebar summary").click()
    page.locator(".sidebar").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status").filter(has_text="You are signed out")).to_be_visible()

    page.goto("/app/communications/send-logs")
    expect(page).to_have_url(re.compile(r"/login"))


def test_guessing_a_password_is_slowed_down_and_says_so(people, visit):
    page = visit(people, session={}, refused=[r"422 /login", r"429 /login"])
    answer = page.get_by_role("alert")
    for _ in range(10):
        sign_in(page, GUESSED, password="not the password")
        expect(answer).to_contain_text("The email address or password is not correct.")
        expect(page.get_by_label("Email")).to_have_value(GUESSED.email)
    sign_in(page, GUESSED, password="not the password")
    expect(answer).to_contain_text("Too many attempts.")
    # Nor does the right password help now; that would tell a guesser when to stop.
    sign_in(page, GUESSED)
    expect(answer).to_contain_text("Too many attempts.")
    # Somebody else at the same desk is not punished for it.
    sign_in(page, GRACE)
    expect(page).to_have_url(INSIDE)
