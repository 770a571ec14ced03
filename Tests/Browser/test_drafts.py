"""Saved Drafts: resume, duplicate, delete."""

import re

from playwright.sync_api import expect

from wizard import DRAFTS, Wizard


def test_a_draft_is_resumed_where_it_was_left(demo, visit):
    page = visit(demo)
    wizard = Wizard(page)
    draft = wizard.sms_draft("Half a message")
    page.goto(DRAFTS)
    row = page.get_by_role("row").filter(has_text="Half a message")
    expect(row).to_contain_text("SMS")
    expect(row).to_contain_text("Draft")
    row.get_by_role("link", name="Resume Editing").click()
    # Written, but for nobody yet.
    expect(page).to_have_url(re.compile(rf"/compose/{draft}/recipients"))
    page.get_by_role("link", name=re.compile("Create message")).click()
    expect(wizard.sms).to_have_value("Training moves to 18:00, {{member.first_name}}.")


def test_a_draft_is_resumed_from_the_first_step_of_the_wizard(demo, visit):
    page = visit(demo)
    draft = Wizard(page).sms_draft("Begun yesterday")
    page.goto("/app/communications/compose/new")
    page.get_by_role("radio", name="Saved Draft").check()
    row = page.get_by_role("row").filter(has_text="Begun yesterday")
    row.get_by_role("link", name="Resume").click()
    expect(page).to_have_url(re.compile(rf"/compose/{draft}/"))


def test_a_duplicate_is_a_draft_of_its_own(demo, visit):
    page = visit(demo)
    wizard = Wizard(page)
    wizard.sms_draft("Original")
    wizard.add_by_hand("Radia", "Perlman", mobile="+27 82 555 0103")
    page.goto(DRAFTS)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Original", exact=True))
    row.get_by_role("button", name="Duplicate Draft").click()
    expect(page.get_by_role("status").filter(has_text="“Original” was duplicated.")).to_be_visible()
    copy = page.get_by_role("row").filter(has=page.get_by_role("link", name="Copy of Original", exact=True))
    copy.get_by_role("link", name="Resume Editing").click()
    # People come along: who copies a message mostly wants to write to the same ones.
    page.get_by_role("link", name=re.compile("Choose recipients")).or_(
        page.get_by_role("heading", name="Choose recipients")
    ).first.click()
    expect(wizard.recipient("Radia Perlman")).to_be_visible()
    page.get_by_role("link", name=re.compile("Create message")).click()
    wizard.sms.fill("Another text")
    wizard.next("recipients")
    page.goto(DRAFTS)
    row.get_by_role("link", name="Resume Editing").click()
    page.get_by_role("link", name=re.compile("Create message")).click()
    expect(wizard.sms).to_have_value("Training moves to 18:00, {{member.first_name}}.")


def test_a_draft_is_deleted_after_a_question(demo, visit):
    page = visit(demo, refused=[r"404 /app/communications/compose/\d+/message"])
    draft = Wizard(page).sms_draft("Never mind")
    page.goto(DRAFTS)
    row = page.get_by_role("row").filter(has_text="Never mind")
    delete = row.get_by_role("link", name="Delete")
    delete.click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Delete this draft?")
    question.get_by_role("link", name="Cancel").click()
    expect(question).to_be_hidden()
    expect(delete).to_be_focused()
    delete.click()
    question.get_by_role("button", name="Delete draft").click()
    expect(page.get_by_role("status").filter(has_text="“Never mind” was deleted.")).to_be_visible()
    expect(row).to_have_count(0)
    page.goto(f"/app/communications/compose/{draft}/message")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("body")).to_contain_text("404")
