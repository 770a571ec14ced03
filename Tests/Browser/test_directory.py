"""The directory: records made, found, changed and imported."""

import re

from playwright.sync_api import expect

from audit import barriers, overflow

MEMBERS = "/app/directory/members"


def add(page, number, first, last, **fields):
    page.goto(f"{MEMBERS}/new")
    page.get_by_label("External ID").fill(number)
    page.get_by_label("First name").fill(first)
    page.get_by_label("Last name").fill(last)
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save member").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{first} {last}")


def test_a_record_is_made_found_and_changed(own_empty, visit):
    page = visit(own_empty, refused=[rf"422 {MEMBERS}", rf"409 {MEMBERS}/\d+/edit"])
    page.goto(MEMBERS)
    expect(page.get_by_role("heading", name="No members yet")).to_be_visible()
    page.goto(f"{MEMBERS}/new")
    page.get_by_label("External ID").fill("d-1")
    page.get_by_label("Mobile").fill("+44 7700 900123")
    page.get_by_role("button", name="Save member").click()
    expect(page.locator("#f-mobile-error")).to_contain_text("This number does not exist in its country")
    expect(page.get_by_label("External ID")).to_have_value("d-1")
    add(page, "d-1", "Radia", "Perlman", Email="radia@example.org", Mobile="+27 82 555 0103", Attributes="tier = gold")
    expect(page.get_by_text("+27825550103").first).to_be_visible()
    add(page, "d-2", "Ken", "Iverson", Email="ken@example.org", Attributes="tier = silver")

    page.goto(MEMBERS)
    page.get_by_role("searchbox", name="Search members").fill("perl")
    expect(page.get_by_role("row").filter(has_text="Ken Iverson")).to_have_count(0)
    expect(page.get_by_role("link", name="Radia Perlman")).to_be_visible()
    page.goto(MEMBERS)
    for field, value in (("tier", "silver"), ("last_name", "iver")):
        page.locator("summary", has_text="Add filter").click()
        page.get_by_label("Field", exact=True).select_option(field)
        page.get_by_label("Value", exact=True).fill(value)
        page.get_by_role("button", name="Apply filter").click()
    expect(page.get_by_role("link", name="Ken Iverson")).to_be_visible()
    expect(page.get_by_role("link", name="Radia Perlman")).to_have_count(0)
    page.get_by_role("link", name="Clear all").click()
    expect(page.get_by_role("link", name="Radia Perlman")).to_be_visible()

    page.get_by_role("link", name="Radia Perlman").click()
    expect(page.get_by_role("link", name="Email", exact=True)).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Time zone").fill("Africa/Johannesburg")
    page.get_by_label("Language").fill("pt-BR")
    page.get_by_role("button", name="Save member").click()
    expect(page.get_by_text("Africa/Johannesburg")).to_be_visible()
    other.get_by_label("First name").fill("Rhoda")
    other.get_by_role("button", name="Save member").click()
    expect(other.get_by_role("alert")).to_contain_text("This was changed in the meantime")
    expect(other.get_by_role("textbox", name="First name")).to_have_value("Rhoda")
    assert not barriers(other)
    other.get_by_role("button", name="Keep mine").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Rhoda Perlman")


def test_a_file_is_imported_with_its_columns_shown_first(own_empty, visit, tmp_path):
    page = visit(own_empty)
    file = tmp_path / "people.csv"
    rows = [f"i-{number},First{number},person{number}@example.org,gold" for number in range(3000)]
    file.write_text("Member ID;x\n".replace(";x", ",Given,E-mail,Tier") + "\n".join(rows) + "\ni-x,Eve,nonsense,gold\n")
    page.goto(f"{MEMBERS}/import")
    page.get_by_label("CSV or NDJSON file, up to 64 MB").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("Field for Member ID")).to_have_value("field:external_id")
    page.get_by_label("Field for Given").select_option("field:first_name")
    assert not barriers(page) and not overflow(page)
    page.get_by_role("button", name="Import members").click()
    expect(page.get_by_text("Imported, except for 1 row")).to_be_visible()
    expect(page.get_by_text("3,001")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download 1 rejected row")).click()
    assert "email:" in download.value.path().read_text()
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("searchbox", name="Search members").fill("person2999")
    page.get_by_role("link", name="First2999").click()
    expect(page.get_by_text("person2999@example.org").first).to_be_visible()
    page.goto(f"{MEMBERS}/import")
    expect(page.get_by_role("row").filter(has_text="people.csv")).to_contain_text("Done")
    page.set_viewport_size({"width": 360, "height": 800})
    assert not overflow(page)


def test_the_default_region_is_chosen_once(own_empty, visit):
    page = visit(own_empty)
    page.goto("/app/settings/communication/general")
    page.get_by_label("Default region of phone numbers").select_option("ZA")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert not barriers(page) and not overflow(page)
    add(page, "r-1", "Grace", "Hopper", Mobile="082 555 0199")
    expect(page.get_by_text("+27825550199").first).to_be_visible()
