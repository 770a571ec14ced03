/// Threads of what people write.
enum SchemaThreads {
    static let step = Migrations.Step(name: "threads", statements: statements)

    private static let statements = [
        // One of a record or of an address. `last_message_id` orders them, because no two have the same.
        """
        CREATE TABLE threads (
            id {identity_kept}, entity_id BIGINT UNIQUE, address_id BIGINT UNIQUE, last_message_id BIGINT NOT NULL,
            last_message_at BIGINT NOT NULL, unread BIGINT NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX threads_by_last_message ON threads (last_message_id)",
        "ALTER TABLE messages ADD COLUMN thread_id BIGINT",
        // Replies until now. Their status finds them in an index.
        """
        INSERT INTO threads (entity_id, last_message_id, last_message_at, unread)
        SELECT entity_id, MAX(id), MAX(created_at), SUM(unread) FROM messages
        WHERE status = 'received' AND entity_id IS NOT NULL GROUP BY entity_id ORDER BY MAX(id)
        """,
        """
        INSERT INTO threads (address_id, last_message_id, last_message_at, unread)
        SELECT address_id, MAX(id), MAX(created_at), SUM(unread) FROM messages
        WHERE status = 'received' AND entity_id IS NULL GROUP BY address_id ORDER BY MAX(id)
        """,
        """
        UPDATE messages SET thread_id = (
            SELECT t.id FROM threads t
            WHERE t.entity_id = messages.entity_id OR (messages.entity_id IS NULL AND t.address_id = messages.address_id))
        WHERE status = 'received'
        """,
        // Inbound messages only: those that leave pay nothing for it.
        "CREATE INDEX messages_by_thread ON messages (thread_id, id) WHERE thread_id IS NOT NULL",
    ]

    /// References of replies that were filed before they had a number range of their own: a gateway that repeats one
    /// must find it.
    static let references = Migrations.Step(
        name: "inbound references",
        statements: [
            """
            UPDATE messages SET provider_ref = 'inbound:' || provider_ref
            WHERE status = 'received' AND provider_ref IS NOT NULL AND provider_ref NOT LIKE 'inbound:%'
            """
        ])
}
