/// Every engine has text indexes of its own over what people and addresses are searched by.
enum SchemaSearch {
    /// New rows are indexed at the end of a commit instead of one by one.
    static let step = Migrations.Step(name: "search", isPerEngine: true)
    /// Pages of half the size: with those of 4 KB whoever waited behind a commit that merged 64 of them waited 90 ms.
    static let pages = Migrations.Step(name: "search pages", isPerEngine: true)
    /// Not merged within commits any more; only where far too much has piled up.
    static let merging = Migrations.Step(name: "search merging", isPerEngine: true)
    /// Without the places of the letters within a row: a third of the size, half the time to add and to merge. Whether a
    /// word stands there as it was typed is seen in the row itself.
    static let rowsOnly = Migrations.Step(name: "search rows", isPerEngine: true)
}
