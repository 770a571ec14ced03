/// Sets the region that numbers without a country code belong to; empty: none.
public struct SetDefaultRegion: UseCase {
    /// ISO 3166-1 alpha-2, as in `PhoneRules.regions`.
    public var region: String

    public init(_ region: String) { self.region = region }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.access.setSetting(PhoneReader.settingKey, region)
            try commit.audit("update setting", "default region", detail: region.isEmpty ? "none" : region)
        }
    }
}
