import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("What is changed is written down")
struct AuditedRoutesTests {
    private static let site = Set(Routes.all.map { "\($0.method.rawValue) \($0.pattern)" })

    @Test("every route that may change something has its line")
    func complete() {
        let changing = Self.site.filter { !$0.hasPrefix("GET ") }
        #expect(changing.subtracting(AuditedRoutes.routes).sorted() == [], "put these into AuditedRoutes")
        #expect(AuditedRoutes.routes.subtracting(Self.site).sorted() == [], "these are gone")
    }

    @Test("an act and its entry are one commit", arguments: AuditJourney.all)
    func atomic(_ journey: AuditJourney) async throws {
        #expect(try await !journey.walked().isEmpty)
    }

    @Test("every route that writes to the audit is walked")
    func walked() async throws {
        var walked: Set<String> = []
        for journey in AuditJourney.all { walked.formUnion(try await journey.walked()) }
        #expect(Set(AuditedRoutes.actions.keys).subtracting(walked).sorted() == [], "walk these in an AuditJourney")
    }
}
