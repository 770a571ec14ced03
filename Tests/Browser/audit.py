"""What holds for every page: no barrier that axe knows of, and nothing wider than the screen."""

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# The content of messages stands in frames of its own and is not ours; GrapesJS draws one badge that we cannot colour.
RUN = """rules => axe.run({exclude: [[".gjs-badge"]]},
    {resultTypes: ["violations"], iframes: false, ...(rules && {runOnly: rules})}).then(({violations}) => violations)"""

# Elements that scroll by themselves may be wider inside; the page may not.
OVERFLOW = """() => {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > page.clientWidth + 1;
    });
    return [`${page.scrollWidth} px on a screen of ${page.clientWidth} px`,
        ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}"""


# A colour on its way from one theme to the other is neither. What turns for ever cannot be finished, and is no colour.
SETTLE = """() => {
    for (const animation of document.getAnimations()) {
        if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
    }
}"""


def wear(page, theme):
    """Changes the theme as the page's own buttons do."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.evaluate(SETTLE)


def barriers(page, rules=None):
    """What axe finds, one line a finding; `rules`: their names, when not all of them are to be tried."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['target']} {node['html'][:160]}"
        for violation in page.evaluate(RUN, rules)
        for node in violation["nodes"]
    ]


def overflow(page):
    return page.evaluate(OVERFLOW)


DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


def findings(page):
    """What stands against a page as it is now, on a desk and on a phone, in either theme; leaves it light, on a desk."""
    found = []
    for place, size in (("phone", PHONE), ("desk", DESK)):
        page.set_viewport_size(size)
        for theme in ("dark", "light"):
            wear(page, theme)
            found += [f"{theme}, {place}: {finding}" for finding in barriers(page) + overflow(page)]
    return found
