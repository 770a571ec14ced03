"""The browser, the installations it visits, and what is kept of a test that failed."""

import pathlib
import re
import shutil
import sys

import pytest
from playwright.sync_api import expect, sync_playwright

from installation import Installation
from people import OWNER, make_first_user, sign_in_by_link
from watch import PATIENCE_MS, enter

# The counterparts of the peer tests, lying mail servers among them, serve here too. What both folders have is ours.
sys.path.append(str(pathlib.Path(__file__).parents[1] / "Peers"))

expect.set_options(timeout=PATIENCE_MS)

ARTIFACTS = pathlib.Path(__file__).parents[1] / ".artifacts" / "browser"
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def artifacts():
    """Pictures for people to look at. Nothing reads them."""
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    ARTIFACTS.mkdir(parents=True)
    return ARTIFACTS


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is not installed"
    # No name but our own address resolves: a page that asks elsewhere fails here as it would on a ship.
    closed = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", closed])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(browser, tmp_path_factory):
    """The demo company, shared: a test here leaves the settings as they are and names its drafts after itself."""
    with Installation(tmp_path_factory.mktemp("demo"), demo=True) as installation:
        installation.session = sign_in_by_link(browser, installation)
        yield installation


@pytest.fixture(scope="module")
def own_demo(browser, tmp_path_factory):
    """A demo company for one file, whose tests may change settings."""
    with Installation(tmp_path_factory.mktemp("own-demo"), demo=True) as installation:
        installation.session = sign_in_by_link(browser, installation)
        yield installation


@pytest.fixture(scope="session")
def empty(browser, tmp_path_factory):
    """An installation with its first user and nothing else. It stays that way."""
    with Installation(tmp_path_factory.mktemp("empty"), demo=False) as installation:
        installation.session = make_first_user(browser, installation, OWNER)
        yield installation


@pytest.fixture(scope="module")
def own_empty(browser, tmp_path_factory):
    """An installation with its first user, for one file whose tests may set it up."""
    with Installation(tmp_path_factory.mktemp("own-empty"), demo=False) as installation:
        installation.session = make_first_user(browser, installation, OWNER)
        yield installation


@pytest.fixture
def visit(request, browser):
    """Opens a page of an installation; afterwards nothing may have gone wrong in any page it opened."""
    entered = []

    def visit(installation, **options):
        entered.append(enter(browser, installation, **options))
        return entered[-1]

    yield visit
    watches = [page.watch for page in entered]
    if request.node.stash.get(FAILED, True):
        keep(watches, re.sub(r"\W+", "-", request.node.name))
    for watch in watches:
        watch.context.close()
    for watch in watches:
        watch.check()


def keep(watches, name):
    """What somebody needs who was not there: the pages as they stood, and the server's last words."""
    folder = ARTIFACTS / "failed"
    folder.mkdir(exist_ok=True)
    for number, watch in enumerate(watches):
        for page in watch.context.pages:
            page.screenshot(path=folder / f"{name}-{number}.png")
            print(f"\n{name}: stood at {page.url}")
        print("\n".join(watch.troubles), watch.installation.tail(15), sep="\n")
