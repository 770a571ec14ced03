import Templating
import Testing

/// The rules of the published Mustache specification that `Template` follows, in cases of our own, by its chapters.
struct ConformanceTests {
    @Test("variables", arguments: ConformanceCase.variables)
    func variables(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("dotted names", arguments: ConformanceCase.dottedNames)
    func dottedNames(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("sections", arguments: ConformanceCase.sections)
    func sections(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("inverted sections", arguments: ConformanceCase.inverted)
    func inverted(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("comments", arguments: ConformanceCase.comments)
    func comments(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("tags alone on their line", arguments: ConformanceCase.lines)
    func lines(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("partials", arguments: ConformanceCase.partials)
    func partials(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("layouts and blocks", arguments: ConformanceCase.inheritance)
    func inheritance(_ rule: ConformanceCase) throws { try rule.check() }

    @Test("where this language differs from the specification", arguments: ConformanceCase.differences)
    func differences(_ rule: ConformanceCase) throws { try rule.check() }
}
