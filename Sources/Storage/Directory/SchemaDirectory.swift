/// The values of attributes become part of the text that is searched, so that a filter on one is a look-up too.
enum SchemaDirectory {
    static let step = Migrations.Step(
        name: "directory", statements: [],
        sqlite: [
            """
            UPDATE entities SET search = search || ' ' || (
                SELECT group_concat(CASE type WHEN 'text' THEN lower(value) ELSE attributes -> fullkey END, ' ')
                FROM json_each(entities.attributes) WHERE type NOT IN ('null', 'array', 'object'))
            WHERE attributes <> '{}' AND EXISTS (
                SELECT 1 FROM json_each(entities.attributes) WHERE type NOT IN ('null', 'array', 'object'))
            """
        ])
}
