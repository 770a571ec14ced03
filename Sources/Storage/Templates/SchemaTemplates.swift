/// Channels with their subscribers; wrappers, mail templates and message templates.
enum SchemaTemplates {
    static let step = Migrations.Step(name: "templates", statements: channels + templates)

    private static let channels = [
        """
        CREATE TABLE channels (
            id {identity_kept}, name TEXT NOT NULL, description TEXT NOT NULL, subscriber_count BIGINT NOT NULL,
            created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        // The addresses of a linked record are read from it; only those of somebody typed in stand here.
        """
        CREATE TABLE subscribers (
            id {identity_kept}, channel_id BIGINT NOT NULL, identity TEXT NOT NULL, first_name TEXT NOT NULL,
            last_name TEXT NOT NULL, email TEXT NOT NULL, mobile TEXT NOT NULL, entity_id BIGINT,
            created_at BIGINT NOT NULL)
        """,
        "CREATE UNIQUE INDEX subscribers_once ON subscribers (channel_id, identity)",
        "CREATE INDEX subscribers_in_order ON subscribers (channel_id, id)",
        "CREATE INDEX subscribers_by_entity ON subscribers (entity_id) WHERE entity_id IS NOT NULL",
    ]

    private static let templates = [
        """
        CREATE TABLE wrappers (
            id {identity_kept}, name TEXT NOT NULL, header_html TEXT NOT NULL, footer_html TEXT NOT NULL,
            html TEXT NOT NULL, colours TEXT NOT NULL, is_default BIGINT NOT NULL, version BIGINT NOT NULL,
            created_by BIGINT, updated_by BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        // One default at most, whoever writes.
        "CREATE UNIQUE INDEX wrappers_default ON wrappers (is_default) WHERE is_default = 1",
        """
        CREATE TABLE mail_templates (
            id {identity_kept}, name TEXT NOT NULL, header_html TEXT NOT NULL, footer_html TEXT NOT NULL,
            version BIGINT NOT NULL, created_by BIGINT, updated_by BIGINT, created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE message_templates (
            id {identity_kept}, name TEXT NOT NULL, priority BIGINT NOT NULL, is_active BIGINT NOT NULL,
            delivery_channels TEXT NOT NULL, content TEXT NOT NULL, wrapper_id BIGINT, mail_template_id BIGINT,
            search TEXT NOT NULL, version BIGINT NOT NULL, created_by BIGINT, updated_by BIGINT,
            created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        "CREATE INDEX message_templates_by_wrapper ON message_templates (wrapper_id) WHERE wrapper_id IS NOT NULL",
        """
        CREATE INDEX message_templates_by_mail_template ON message_templates (mail_template_id)
            WHERE mail_template_id IS NOT NULL
        """,
    ]
}
