"""Who signs in, and how."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

INSIDE = re.compile(r"/app/")


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    password: str = "a boat, a lake and a quiet morning"


OWNER = Person("Ada Lovelace", "ada@harbour.example")


def sign_in_by_link(browser, installation):
    """Follows the link that the start of the demo printed; answers the cookies."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(installation.link)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(INSIDE)
    return finish(context)


def make_first_user(browser, installation, person):
    context = browser.new_context(timezone_id="Africa/Johannesburg")
    page = context.new_page()
    page.goto(installation.link)
    fill_in_first_user(page, person)
    expect(page).to_have_url(INSIDE)
    return finish(context)


def fill_in_first_user(page, person):
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Create and sign in").click()


def sign_in(page, person, password=None):
    page.goto("/login")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password or person.password)
    page.get_by_role("button", name="Sign in").click()


def finish(context):
    cookies = context.storage_state()
    context.close()
    return cookies
