/// The first schema. Times are epoch milliseconds, booleans 0/1, JSON is text.
enum SchemaFoundation {
    static let step = Migrations.Step(
        name: "foundation", statements: access + directory + content + outbox + surroundings, isPerEngine: true)

    private static let access = [
        """
        CREATE TABLE roles (id {identity}, name TEXT NOT NULL UNIQUE, permissions TEXT NOT NULL)
        """,
        """
        CREATE TABLE users (
            id {identity_kept}, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role_id BIGINT NOT NULL,
            password_hash TEXT NOT NULL, time_zone TEXT NOT NULL, disabled BIGINT NOT NULL DEFAULT 0,
            created_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE sessions (
            hash TEXT NOT NULL PRIMARY KEY, user_id BIGINT NOT NULL, csrf TEXT NOT NULL, created_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL) {keyed}
        """,
        "CREATE INDEX sessions_by_user ON sessions (user_id)",
        "CREATE INDEX sessions_by_age ON sessions (seen_at)",
        """
        CREATE TABLE one_time_links (
            hash TEXT NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, user_id BIGINT, expires_at BIGINT NOT NULL,
            used_at BIGINT) {keyed}
        """,
        """
        CREATE TABLE api_tokens (
            id {identity_kept}, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, permissions TEXT NOT NULL,
            created_at BIGINT NOT NULL, last_used_at BIGINT, revoked_at BIGINT)
        """,
        """
        CREATE TABLE audit (
            id {identity}, at BIGINT NOT NULL, user_id BIGINT, actor TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, remote_address TEXT NOT NULL, detail TEXT NOT NULL)
        """,
        "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) {keyed}",
    ]

    private static let directory = [
        """
        CREATE TABLE entities (
            id {identity_kept}, kind TEXT NOT NULL, external_id TEXT NOT NULL, name TEXT NOT NULL,
            first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL, mobile TEXT NOT NULL,
            time_zone TEXT NOT NULL, language TEXT NOT NULL, attributes TEXT NOT NULL, member_id BIGINT,
            account_id BIGINT, location_id BIGINT, search TEXT NOT NULL, created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL, UNIQUE (kind, external_id))
        """,
        "CREATE INDEX entities_by_kind ON entities (kind, id)",
        """
        CREATE TABLE addresses (
            id {identity}, kind TEXT NOT NULL, value TEXT NOT NULL, name TEXT NOT NULL, entity_id BIGINT,
            search TEXT NOT NULL, UNIQUE (kind, value))
        """,
        """
        CREATE TABLE suppressions (
            id {identity_kept}, address_id BIGINT NOT NULL, scope TEXT NOT NULL, channel_id BIGINT NOT NULL DEFAULT 0,
            reason TEXT NOT NULL, source TEXT NOT NULL, created_at BIGINT NOT NULL,
            UNIQUE (address_id, scope, channel_id))
        """,
    ]

    private static let content = [
        """
        CREATE TABLE providers (
            id {identity_kept}, delivery_channel TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            is_default BIGINT NOT NULL, is_enabled BIGINT NOT NULL, is_sandbox BIGINT NOT NULL DEFAULT 0,
            settings TEXT NOT NULL, secrets {bytes},
            trouble TEXT, trouble_since BIGINT, deleted_at BIGINT, created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE contents (
            id {identity}, hash TEXT NOT NULL UNIQUE, delivery_channel TEXT NOT NULL, subject TEXT NOT NULL,
            html TEXT NOT NULL, body TEXT NOT NULL)
        """,
        """
        CREATE TABLE broadcasts (
            id {identity_kept}, name TEXT NOT NULL, origin TEXT NOT NULL, status TEXT NOT NULL,
            delivery_channels TEXT NOT NULL, composition TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '', type TEXT NOT NULL, priority BIGINT NOT NULL,
            when_unknown TEXT NOT NULL, version BIGINT NOT NULL, receiver_count BIGINT NOT NULL, send_at BIGINT,
            expires_at BIGINT, cursor BIGINT NOT NULL DEFAULT 0, paused BIGINT NOT NULL DEFAULT 0, created_by BIGINT, updated_by BIGINT,
            created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        """
        CREATE INDEX broadcasts_due ON broadcasts (send_at) WHERE status IN ('scheduled', 'publishing')
        """,
        """
        CREATE INDEX broadcasts_drafts ON broadcasts (updated_at)
            WHERE origin = 'compose' AND status IN ('draft', 'scheduled')
        """,
        "CREATE INDEX broadcasts_paused ON broadcasts (id) WHERE paused = 1",
        """
        CREATE TABLE broadcast_contents (
            broadcast_id BIGINT NOT NULL, delivery_channel TEXT NOT NULL, content_id BIGINT NOT NULL,
            PRIMARY KEY (broadcast_id, delivery_channel)) {keyed}
        """,
        """
        CREATE TABLE receivers (
            id {identity}, broadcast_id BIGINT NOT NULL, identity TEXT NOT NULL, first_name TEXT NOT NULL,
            last_name TEXT NOT NULL, email TEXT NOT NULL, mobile TEXT NOT NULL, origin TEXT NOT NULL,
            entity_id BIGINT, variables TEXT)
        """,
        "CREATE UNIQUE INDEX receivers_once ON receivers (broadcast_id, identity)",
        "CREATE INDEX receivers_in_order ON receivers (broadcast_id, id)",
    ]

    private static let outbox = [
        """
        CREATE TABLE messages (
            id {identity}, direction TEXT NOT NULL, delivery_channel TEXT NOT NULL, type TEXT NOT NULL,
            status TEXT NOT NULL, broadcast_id BIGINT, receiver_id BIGINT, lane BIGINT NOT NULL,
            priority BIGINT NOT NULL, address_id BIGINT, recipient TEXT NOT NULL, summary TEXT NOT NULL,
            entity_id BIGINT, content_id BIGINT, merge TEXT NOT NULL, due_at BIGINT NOT NULL, expires_at BIGINT,
            lease BIGINT, provider_id BIGINT, provider_ref TEXT, attempts BIGINT NOT NULL DEFAULT 0, error TEXT,
            in_reply_to BIGINT, unread BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, sent_at BIGINT,
            delivered_at BIGINT, settled_at BIGINT, changed_by BIGINT)
        """,
        "CREATE INDEX messages_pending ON messages (priority, lane, due_at, id) WHERE status = 'pending'",
        "CREATE INDEX messages_sending ON messages (lease) WHERE status = 'sending'",
        """
        CREATE INDEX messages_expiring ON messages (expires_at) WHERE status = 'pending' AND expires_at IS NOT NULL
        """,
        "CREATE INDEX messages_by_status ON messages (status, id)",
        "CREATE INDEX messages_by_channel ON messages (delivery_channel, id)",
        "CREATE INDEX messages_by_address ON messages (address_id, id)",
        "CREATE INDEX messages_by_broadcast ON messages (broadcast_id, delivery_channel, address_id)",
        "CREATE INDEX messages_by_entity ON messages (entity_id, id) WHERE entity_id IS NOT NULL",
        """
        CREATE UNIQUE INDEX messages_by_reference ON messages (provider_id, provider_ref)
            WHERE provider_ref IS NOT NULL
        """,
        "CREATE INDEX messages_replies ON messages (in_reply_to) WHERE in_reply_to IS NOT NULL",
        // The key of a message: one a receiver, delivery channel and fallback step. Apart from `messages`, so that it
        // stays unique when those are partitioned.
        """
        CREATE TABLE message_keys (
            receiver_id BIGINT NOT NULL, delivery_channel TEXT NOT NULL, step BIGINT NOT NULL,
            message_id BIGINT NOT NULL, PRIMARY KEY (receiver_id, delivery_channel, step)) {keyed}
        """,
        """
        CREATE TABLE caller_keys (
            name TEXT NOT NULL PRIMARY KEY, body_hash TEXT NOT NULL, message_id BIGINT NOT NULL) {keyed}
        """,
        """
        CREATE TABLE attempts (
            message_id BIGINT NOT NULL, number BIGINT NOT NULL, provider_id BIGINT NOT NULL, lease BIGINT NOT NULL,
            started_at BIGINT NOT NULL, ended_at BIGINT, result TEXT, detail TEXT NOT NULL DEFAULT '',
            from_address TEXT NOT NULL, digest TEXT NOT NULL DEFAULT '', PRIMARY KEY (message_id, number)) {keyed}
        """,
        """
        CREATE TABLE receipts (
            id {identity}, provider_id BIGINT NOT NULL, provider_ref TEXT NOT NULL, state TEXT NOT NULL,
            at BIGINT NOT NULL, detail TEXT NOT NULL, applied BIGINT NOT NULL DEFAULT 0,
            UNIQUE (provider_id, provider_ref, state))
        """,
        """
        CREATE TABLE broadcast_counts (
            broadcast_id BIGINT NOT NULL, shard BIGINT NOT NULL, planned BIGINT NOT NULL DEFAULT 0,
            pending BIGINT NOT NULL DEFAULT 0, sending BIGINT NOT NULL DEFAULT 0, sent BIGINT NOT NULL DEFAULT 0,
            delivered BIGINT NOT NULL DEFAULT 0, opened BIGINT NOT NULL DEFAULT 0, read BIGINT NOT NULL DEFAULT 0,
            failed BIGINT NOT NULL DEFAULT 0, skipped BIGINT NOT NULL DEFAULT 0,
            cancelled BIGINT NOT NULL DEFAULT 0, unknown BIGINT NOT NULL DEFAULT 0,
            PRIMARY KEY (broadcast_id, shard)) {keyed}
        """,
        """
        CREATE TABLE status_counts (
            status TEXT NOT NULL, shard BIGINT NOT NULL, total BIGINT NOT NULL, PRIMARY KEY (status, shard)) {keyed}
        """,
        """
        CREATE TABLE day_counts (
            day BIGINT NOT NULL, shard BIGINT NOT NULL, sent BIGINT NOT NULL, failed BIGINT NOT NULL,
            PRIMARY KEY (day, shard)) {keyed}
        """,
        """
        CREATE TABLE leases (
            id {identity_kept}, host TEXT NOT NULL, pid BIGINT NOT NULL, started_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL)
        """,
    ]

    private static let surroundings = [
        """
        CREATE TABLE sandbox_items (
            id {identity_kept}, item_key TEXT NOT NULL UNIQUE, message_id BIGINT NOT NULL,
            provider_id BIGINT NOT NULL, delivery_channel TEXT NOT NULL, sender TEXT NOT NULL,
            recipient TEXT NOT NULL, subject TEXT NOT NULL, payload {bytes} NOT NULL, taken_at BIGINT NOT NULL)
        """,
        "CREATE INDEX sandbox_items_by_channel ON sandbox_items (delivery_channel, id)",
    ]
}
