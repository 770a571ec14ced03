"""Channels: made, filled by hand, from a record and from a file, and emptied again."""

import re

from playwright.sync_api import expect

from audit import barriers, overflow

CHANNELS = "/app/settings/communication-channels"


def make(page, name):
    page.goto(f"{CHANNELS}/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add Channel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_people_are_added_by_hand_and_from_records_and_nobody_twice(own_empty, visit):
    page = visit(own_empty, refused=[rf"422 {CHANNELS}/\d+/subscribers"])
    page.goto("/app/directory/members/new")
    page.get_by_label("External ID").fill("c-1")
    page.get_by_label("First name").fill("Barbara")
    page.get_by_label("Email").fill("barbara@example.org")
    page.get_by_role("button", name="Save member").click()
    make(page, "Harbour news")
    expect(page.get_by_role("heading", name="No subscribers yet")).to_be_visible()
    page.get_by_role("link", name="Add subscriber").first.click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_role("button", name="Add subscriber").click()
    expect(page.get_by_role("row").filter(has_text="ada@example.org")).to_contain_text("Ad-hoc")
    page.get_by_role("link", name="Add subscriber").first.click()
    page.get_by_label("Email").fill("ADA@example.org")
    page.get_by_role("button", name="Add subscriber").click()
    expect(page.locator("#f-email-error")).to_contain_text("This channel has Ada (ada@example.org) already")
    page.get_by_role("link", name="Entity", exact=True).click()
    page.get_by_label("Search the directory").fill("barb")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Add Barbara").click()
    expect(page.get_by_role("row").filter(has_text="Barbara")).to_contain_text("Member c-1")
    page.get_by_role("button", name="Remove Ada").click()
    expect(page.get_by_role("row").filter(has_text="ada@example.org")).to_have_count(0)
    assert not barriers(page) and not overflow(page)


def test_subscribers_come_from_a_file_and_duplicates_are_counted(own_empty, visit, tmp_path):
    page = visit(own_empty)
    make(page, "Sailing times")
    file = tmp_path / "sailors.csv"
    file.write_text("First name,Email\nGrace,grace@example.org\nGrace,GRACE@example.org\nEve,nonsense\n")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("CSV or NDJSON file, up to 64 MB").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("Field for Email")).to_have_value("field:email")
    assert not barriers(page) and not overflow(page)
    page.get_by_role("button", name="Import subscribers").click()
    expect(page.get_by_text("1 row names a person who is in the channel already")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Download 1 rejected row"))).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("row").filter(has_text="grace@example.org")).to_be_visible()


def test_two_people_rename_the_same_channel(own_empty, visit):
    page = visit(own_empty, refused=[rf"409 {CHANNELS}/\d+/edit"])
    make(page, "First name of it")
    page.get_by_role("link", name="Edit").click()
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Name").fill("Second name of it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second name of it")
    other.get_by_label("Name").fill("Third name of it")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("Second name of it")
    other.get_by_role("link", name="Reload their version").click()
    expect(other.get_by_label("Name")).to_have_value("Second name of it")


def test_a_channel_is_deleted_after_a_question_and_the_people_stay(own_empty, visit):
    page = visit(own_empty, refused=[rf"404 {CHANNELS}/\d+"])
    page.goto("/app/directory/members/new")
    page.get_by_label("External ID").fill("c-9")
    page.get_by_label("First name").fill("Frances")
    page.get_by_label("Email").fill("frances@example.org")
    page.get_by_role("button", name="Save member").click()
    record = page.url
    make(page, "Winter rowers")
    page.get_by_role("link", name="Add subscriber").first.click()
    page.get_by_role("link", name="Entity", exact=True).click()
    page.get_by_label("Entity ID").fill("c-9")
    page.get_by_role("button", name="Add subscriber").click()
    expect(page.get_by_role("row").filter(has_text="Frances")).to_contain_text("Member c-9")
    address = page.url
    page.goto(record)
    expect(page.get_by_role("region", name="Subscribed to")).to_contain_text("Winter rowers")
    page.goto(CHANNELS)
    row = page.get_by_role("row").filter(has_text="Winter rowers")
    expect(row).to_contain_text("1")
    row.get_by_role("link", name="Delete").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Delete Winter rowers?")
    question.get_by_role("button", name="Delete channel").click()
    expect(row).to_have_count(0)
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("404")
    page.goto(record)
    expect(page.get_by_role("heading", level=1)).to_have_text("Frances")
    expect(page.get_by_role("region", name="Subscribed to")).to_have_count(0)
