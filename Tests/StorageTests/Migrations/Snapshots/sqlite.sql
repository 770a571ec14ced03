-- index audit_by_action
CREATE INDEX audit_by_action ON audit (action, id)

-- index audit_by_actor
CREATE INDEX audit_by_actor ON audit (actor, id)

-- index broadcast_jobs_open
CREATE INDEX broadcast_jobs_open ON broadcast_jobs (broadcast_id, id) WHERE finished_at IS NULL

-- index broadcasts_bulk
CREATE INDEX broadcasts_bulk ON broadcasts (id) WHERE origin = 'bulk'

-- index broadcasts_by_template
CREATE INDEX broadcasts_by_template ON broadcasts (template_id) WHERE template_id IS NOT NULL

-- index broadcasts_drafts
CREATE INDEX broadcasts_drafts ON broadcasts (updated_at)
    WHERE origin = 'compose' AND status IN ('draft', 'scheduled')

-- index broadcasts_due
CREATE INDEX broadcasts_due ON broadcasts (send_at) WHERE status IN ('scheduled', 'publishing')

-- index broadcasts_paused
CREATE INDEX broadcasts_paused ON broadcasts (id) WHERE paused = 1

-- index decisions_by_message
CREATE INDEX decisions_by_message ON decisions (message_id, id)

-- index devices_by_entity
CREATE INDEX devices_by_entity ON devices (entity_id, last_seen_at, id)

-- index entities_by_account
CREATE INDEX entities_by_account ON entities (account_id, kind, id) WHERE account_id IS NOT NULL

-- index entities_by_kind
CREATE INDEX entities_by_kind ON entities (kind, id)

-- index entities_by_location
CREATE INDEX entities_by_location ON entities (location_id, kind, id) WHERE location_id IS NOT NULL

-- index entities_by_member
CREATE INDEX entities_by_member ON entities (member_id, kind, id) WHERE member_id IS NOT NULL

-- index imports_in_order
CREATE INDEX imports_in_order ON imports (created_at)

-- index inbox_events_waiting
CREATE INDEX inbox_events_waiting ON inbox_events (attempts, id) WHERE state = 'waiting'

-- index message_templates_by_mail_template
CREATE INDEX message_templates_by_mail_template ON message_templates (mail_template_id)
    WHERE mail_template_id IS NOT NULL

-- index message_templates_by_wrapper
CREATE INDEX message_templates_by_wrapper ON message_templates (wrapper_id) WHERE wrapper_id IS NOT NULL

-- index messages_by_address
CREATE INDEX messages_by_address ON messages (address_id, id)

-- index messages_by_broadcast
CREATE INDEX messages_by_broadcast ON messages (broadcast_id, delivery_channel, address_id)

-- index messages_by_channel
CREATE INDEX messages_by_channel ON messages (delivery_channel, id)

-- index messages_by_entity
CREATE INDEX messages_by_entity ON messages (entity_id, id) WHERE entity_id IS NOT NULL

-- index messages_by_reference
CREATE UNIQUE INDEX messages_by_reference ON messages (provider_id, provider_ref)
    WHERE provider_ref IS NOT NULL

-- index messages_by_status
CREATE INDEX messages_by_status ON messages (status, id)

-- index messages_by_thread
CREATE INDEX messages_by_thread ON messages (thread_id, id) WHERE thread_id IS NOT NULL

-- index messages_expiring
CREATE INDEX messages_expiring ON messages (status, expires_at)
    WHERE status = 'pending' AND expires_at IS NOT NULL

-- index messages_pending
CREATE INDEX messages_pending ON messages (priority, lane, due_at, id) WHERE status = 'pending'

-- index messages_replies
CREATE INDEX messages_replies ON messages (in_reply_to) WHERE in_reply_to IS NOT NULL

-- index notices_by_entity
CREATE INDEX notices_by_entity ON notices (entity_id, id)

-- index one_time_links_by_user
CREATE INDEX one_time_links_by_user ON one_time_links (user_id) WHERE user_id IS NOT NULL

-- index receivers_in_order
CREATE INDEX receivers_in_order ON receivers (broadcast_id, id)

-- index receivers_once
CREATE UNIQUE INDEX receivers_once ON receivers (broadcast_id, identity)

-- index sandbox_items_by_channel
CREATE INDEX sandbox_items_by_channel ON sandbox_items (delivery_channel, id)

-- index saved_filters_shared
CREATE INDEX saved_filters_shared ON saved_filters (user_id) WHERE is_shared = 1

-- index sessions_by_age
CREATE INDEX sessions_by_age ON sessions (seen_at)

-- index sessions_by_user
CREATE INDEX sessions_by_user ON sessions (user_id)

-- index subscribers_by_entity
CREATE INDEX subscribers_by_entity ON subscribers (entity_id) WHERE entity_id IS NOT NULL

-- index subscribers_in_order
CREATE INDEX subscribers_in_order ON subscribers (channel_id, id)

-- index subscribers_once
CREATE UNIQUE INDEX subscribers_once ON subscribers (channel_id, identity)

-- index suppressions_by_channel
CREATE INDEX suppressions_by_channel ON suppressions (channel_id, id) WHERE scope = 'channel'

-- index suppressions_by_scope
CREATE INDEX suppressions_by_scope ON suppressions (scope, id)

-- index suppressions_by_source
CREATE INDEX suppressions_by_source ON suppressions (source, id)

-- index threads_by_last_message
CREATE INDEX threads_by_last_message ON threads (last_message_id)

-- index users_by_role
CREATE INDEX users_by_role ON users (role_id)

-- index wrappers_default
CREATE UNIQUE INDEX wrappers_default ON wrappers (is_default) WHERE is_default = 1

-- table addresses
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, name TEXT NOT NULL, entity_id BIGINT,
    search TEXT NOT NULL, UNIQUE (kind, value))

-- table addresses_search
CREATE VIRTUAL TABLE addresses_search USING fts5(
    search, content='addresses', content_rowid='id', tokenize='trigram', detail='none')

-- table addresses_search_config
CREATE TABLE 'addresses_search_config'(k PRIMARY KEY, v) WITHOUT ROWID

-- table addresses_search_data
CREATE TABLE 'addresses_search_data'(id INTEGER PRIMARY KEY, block BLOB)

-- table addresses_search_docsize
CREATE TABLE 'addresses_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB)

-- table addresses_search_idx
CREATE TABLE 'addresses_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID

-- table api_tokens
CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL, last_used_at BIGINT, revoked_at BIGINT, created_by TEXT NOT NULL DEFAULT '')

-- table attachments
CREATE TABLE attachments (
    hash TEXT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, content_type TEXT NOT NULL,
    bytes BLOB NOT NULL, created_at BIGINT NOT NULL)

-- table attempts
CREATE TABLE attempts (
    message_id BIGINT NOT NULL, number BIGINT NOT NULL, provider_id BIGINT NOT NULL, lease BIGINT NOT NULL,
    started_at BIGINT NOT NULL, ended_at BIGINT, result TEXT, detail TEXT NOT NULL DEFAULT '',
    from_address TEXT NOT NULL, digest TEXT NOT NULL DEFAULT '', edition BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (message_id, number)) WITHOUT ROWID

-- table audit
CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at BIGINT NOT NULL, user_id BIGINT, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, remote_address TEXT NOT NULL, detail TEXT NOT NULL)

-- table broadcast_contents
CREATE TABLE broadcast_contents (
    broadcast_id BIGINT NOT NULL, delivery_channel TEXT NOT NULL, content_id BIGINT NOT NULL, provider_id BIGINT,
    PRIMARY KEY (broadcast_id, delivery_channel)) WITHOUT ROWID

-- table broadcast_counts
CREATE TABLE broadcast_counts (
    broadcast_id BIGINT NOT NULL, shard BIGINT NOT NULL, planned BIGINT NOT NULL DEFAULT 0,
    pending BIGINT NOT NULL DEFAULT 0, sending BIGINT NOT NULL DEFAULT 0, sent BIGINT NOT NULL DEFAULT 0,
    delivered BIGINT NOT NULL DEFAULT 0, opened BIGINT NOT NULL DEFAULT 0, read BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0, skipped BIGINT NOT NULL DEFAULT 0,
    cancelled BIGINT NOT NULL DEFAULT 0, unknown BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (broadcast_id, shard)) WITHOUT ROWID

-- table broadcast_jobs
CREATE TABLE broadcast_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, broadcast_id BIGINT NOT NULL, work TEXT NOT NULL, cursor BIGINT NOT NULL,
    until BIGINT NOT NULL, done BIGINT NOT NULL DEFAULT 0, merged BIGINT NOT NULL DEFAULT 0, total BIGINT,
    asked_by BIGINT, asked_at BIGINT NOT NULL, finished_at BIGINT)

-- table broadcasts
CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, origin TEXT NOT NULL, status TEXT NOT NULL,
    delivery_channels TEXT NOT NULL, composition TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '', type TEXT NOT NULL, priority BIGINT NOT NULL,
    when_unknown TEXT NOT NULL, version BIGINT NOT NULL, receiver_count BIGINT NOT NULL, send_at BIGINT,
    expires_at BIGINT, cursor BIGINT NOT NULL DEFAULT 0, paused BIGINT NOT NULL DEFAULT 0, created_by BIGINT, updated_by BIGINT,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, template_id BIGINT, first_message_id BIGINT, last_message_id BIGINT)

-- table caller_keys
CREATE TABLE caller_keys (
    name TEXT NOT NULL PRIMARY KEY, body_hash TEXT NOT NULL, message_id BIGINT NOT NULL) WITHOUT ROWID

-- table channels
CREATE TABLE channels (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, description TEXT NOT NULL, subscriber_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, version BIGINT NOT NULL DEFAULT 1)

-- table contents
CREATE TABLE contents (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, delivery_channel TEXT NOT NULL, subject TEXT NOT NULL,
    html TEXT NOT NULL, body TEXT NOT NULL, extras TEXT NOT NULL DEFAULT '')

-- table day_counts
CREATE TABLE day_counts (
    day BIGINT NOT NULL, shard BIGINT NOT NULL, sent BIGINT NOT NULL, failed BIGINT NOT NULL,
    PRIMARY KEY (day, shard)) WITHOUT ROWID

-- table decisions
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, message_id BIGINT NOT NULL, event TEXT NOT NULL, user_id BIGINT, at BIGINT NOT NULL, attempt BIGINT NOT NULL DEFAULT 0)

-- table devices
CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, entity_id BIGINT NOT NULL, token TEXT NOT NULL UNIQUE, platform TEXT NOT NULL,
    name TEXT NOT NULL, registered_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL)

-- table entities
CREATE TABLE entities (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, external_id TEXT NOT NULL, name TEXT NOT NULL,
    first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL, mobile TEXT NOT NULL,
    time_zone TEXT NOT NULL, language TEXT NOT NULL, attributes TEXT NOT NULL, member_id BIGINT,
    account_id BIGINT, location_id BIGINT, search TEXT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, version BIGINT NOT NULL DEFAULT 1, UNIQUE (kind, external_id))

-- table entities_search
CREATE VIRTUAL TABLE entities_search USING fts5(
    search, content='entities', content_rowid='id', tokenize='trigram', detail='none')

-- table entities_search_config
CREATE TABLE 'entities_search_config'(k PRIMARY KEY, v) WITHOUT ROWID

-- table entities_search_data
CREATE TABLE 'entities_search_data'(id INTEGER PRIMARY KEY, block BLOB)

-- table entities_search_docsize
CREATE TABLE 'entities_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB)

-- table entities_search_idx
CREATE TABLE 'entities_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID

-- table id_sequences
CREATE TABLE id_sequences (name TEXT NOT NULL PRIMARY KEY, last_id BIGINT NOT NULL) WITHOUT ROWID

-- table imports
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, owner_id BIGINT, filename TEXT NOT NULL,
    file TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, runner TEXT NOT NULL,
    bytes BIGINT NOT NULL, bytes_in_all BIGINT NOT NULL, row_count BIGINT NOT NULL,
    created BIGINT NOT NULL, updated BIGINT NOT NULL, unchanged BIGINT NOT NULL, rejected BIGINT NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)

-- table inbox_events
CREATE TABLE inbox_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, provider_id BIGINT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, received_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '', ended_at BIGINT, attempts BIGINT NOT NULL DEFAULT 0, query TEXT NOT NULL DEFAULT '',
    UNIQUE (provider_id, kind, external_id))

-- table leases
CREATE TABLE leases (
    id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, pid BIGINT NOT NULL, started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL)

-- table mail_templates
CREATE TABLE mail_templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, header_html TEXT NOT NULL, footer_html TEXT NOT NULL,
    version BIGINT NOT NULL, created_by BIGINT, updated_by BIGINT, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL)

-- table message_keys
CREATE TABLE message_keys (
    receiver_id BIGINT NOT NULL, delivery_channel TEXT NOT NULL, step BIGINT NOT NULL,
    message_id BIGINT NOT NULL, PRIMARY KEY (receiver_id, delivery_channel, step)) WITHOUT ROWID

-- table message_templates
CREATE TABLE message_templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, priority BIGINT NOT NULL, is_active BIGINT NOT NULL,
    delivery_channels TEXT NOT NULL, content TEXT NOT NULL, wrapper_id BIGINT, mail_template_id BIGINT,
    search TEXT NOT NULL, version BIGINT NOT NULL, created_by BIGINT, updated_by BIGINT,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)

-- table messages
CREATE TABLE messages (
    id INTEGER PRIMARY KEY, direction TEXT NOT NULL, delivery_channel TEXT NOT NULL, type TEXT NOT NULL,
    status TEXT NOT NULL, broadcast_id BIGINT, receiver_id BIGINT, lane BIGINT NOT NULL,
    priority BIGINT NOT NULL, address_id BIGINT, recipient TEXT NOT NULL, summary TEXT NOT NULL,
    entity_id BIGINT, content_id BIGINT, merge TEXT NOT NULL, due_at BIGINT NOT NULL, expires_at BIGINT,
    lease BIGINT, provider_id BIGINT, provider_ref TEXT, attempts BIGINT NOT NULL DEFAULT 0, error TEXT,
    in_reply_to BIGINT, unread BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, sent_at BIGINT,
    delivered_at BIGINT, settled_at BIGINT, changed_by BIGINT, thread_id BIGINT)

-- table migrations
CREATE TABLE migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)

-- table modules
CREATE TABLE modules (
    name TEXT NOT NULL PRIMARY KEY, is_on BIGINT NOT NULL, changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL) WITHOUT ROWID

-- table notices
CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item_key TEXT NOT NULL UNIQUE, message_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL, entity_id BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
    icon TEXT NOT NULL, action_url TEXT NOT NULL, created_at BIGINT NOT NULL, read_at BIGINT)

-- table one_time_links
CREATE TABLE one_time_links (
    hash TEXT NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, user_id BIGINT, expires_at BIGINT NOT NULL,
    used_at BIGINT) WITHOUT ROWID

-- table provider_tokens
CREATE TABLE provider_tokens (
    provider_id BIGINT NOT NULL, scope TEXT NOT NULL, sealed BLOB NOT NULL,
    expires_at BIGINT NOT NULL, PRIMARY KEY (provider_id, scope)) WITHOUT ROWID

-- table provider_usage
CREATE TABLE provider_usage (
    provider_id BIGINT NOT NULL, slot_seconds BIGINT NOT NULL, slot BIGINT NOT NULL, used BIGINT NOT NULL,
    PRIMARY KEY (provider_id, slot_seconds, slot)) WITHOUT ROWID

-- table providers
CREATE TABLE providers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, delivery_channel TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    is_default BIGINT NOT NULL, is_enabled BIGINT NOT NULL, is_sandbox BIGINT NOT NULL DEFAULT 0,
    settings TEXT NOT NULL, secrets BLOB,
    trouble TEXT, trouble_since BIGINT, deleted_at BIGINT, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, edition BIGINT NOT NULL DEFAULT 0)

-- table receipts
CREATE TABLE receipts (
    id INTEGER PRIMARY KEY, provider_id BIGINT NOT NULL, provider_ref TEXT NOT NULL, state TEXT NOT NULL,
    at BIGINT NOT NULL, detail TEXT NOT NULL, applied BIGINT NOT NULL DEFAULT 0,
    UNIQUE (provider_id, provider_ref, state))

-- table receivers
CREATE TABLE receivers (
    id INTEGER PRIMARY KEY, broadcast_id BIGINT NOT NULL, identity TEXT NOT NULL, first_name TEXT NOT NULL,
    last_name TEXT NOT NULL, email TEXT NOT NULL, mobile TEXT NOT NULL, origin TEXT NOT NULL,
    entity_id BIGINT, variables TEXT, channel_id BIGINT, subscriber_id BIGINT, device TEXT NOT NULL DEFAULT '')

-- table roles
CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, permissions TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1)

-- table sandbox_items
CREATE TABLE sandbox_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item_key TEXT NOT NULL UNIQUE, message_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL, delivery_channel TEXT NOT NULL, sender TEXT NOT NULL,
    recipient TEXT NOT NULL, subject TEXT NOT NULL, payload BLOB NOT NULL, taken_at BIGINT NOT NULL, extras TEXT NOT NULL DEFAULT '')

-- table saved_filters
CREATE TABLE saved_filters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id BIGINT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
    is_shared BIGINT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (user_id, name))

-- table search_marks
CREATE TABLE search_marks (indexed TEXT NOT NULL PRIMARY KEY, last_id BIGINT NOT NULL) WITHOUT ROWID

-- table sessions
CREATE TABLE sessions (
    hash TEXT NOT NULL PRIMARY KEY, user_id BIGINT NOT NULL, csrf TEXT NOT NULL, created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL) WITHOUT ROWID

-- table settings
CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID

-- table status_counts
CREATE TABLE status_counts (
    status TEXT NOT NULL, shard BIGINT NOT NULL, total BIGINT NOT NULL, PRIMARY KEY (status, shard)) WITHOUT ROWID

-- table subscribers
CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id BIGINT NOT NULL, identity TEXT NOT NULL, first_name TEXT NOT NULL,
    last_name TEXT NOT NULL, email TEXT NOT NULL, mobile TEXT NOT NULL, entity_id BIGINT,
    created_at BIGINT NOT NULL)

-- table suppressions
CREATE TABLE "suppressions" (
    id INTEGER PRIMARY KEY AUTOINCREMENT, address_id BIGINT NOT NULL, scope TEXT NOT NULL,
    channel_id BIGINT NOT NULL DEFAULT 0, reason TEXT NOT NULL, source TEXT NOT NULL,
    created_at BIGINT NOT NULL, created_by BIGINT, message_id BIGINT, asked_at BIGINT,
    UNIQUE (address_id, scope, channel_id, source))

-- table threads
CREATE TABLE threads (
    id INTEGER PRIMARY KEY AUTOINCREMENT, entity_id BIGINT UNIQUE, address_id BIGINT UNIQUE, last_message_id BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL, unread BIGINT NOT NULL DEFAULT 0)

-- table users
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role_id BIGINT NOT NULL,
    password_hash TEXT NOT NULL, time_zone TEXT NOT NULL, disabled BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL, version BIGINT NOT NULL DEFAULT 1)

-- table wrappers
CREATE TABLE wrappers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, header_html TEXT NOT NULL, footer_html TEXT NOT NULL,
    html TEXT NOT NULL, colours TEXT NOT NULL, is_default BIGINT NOT NULL, version BIGINT NOT NULL,
    created_by BIGINT, updated_by BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)

-- trigger addresses_search_delete
CREATE TRIGGER addresses_search_delete AFTER DELETE ON addresses
    WHEN old.id <= (SELECT last_id FROM search_marks WHERE indexed = 'addresses') BEGIN
    INSERT INTO addresses_search (addresses_search, rowid, search) VALUES ('delete', old.id, old.search);
    UPDATE search_marks SET last_id = MIN(last_id, (SELECT COALESCE(MAX(id), 0) FROM addresses))
        WHERE indexed = 'addresses';
END

-- trigger addresses_search_update
CREATE TRIGGER addresses_search_update AFTER UPDATE OF search ON addresses
    WHEN old.search <> new.search
        AND old.id <= (SELECT last_id FROM search_marks WHERE indexed = 'addresses') BEGIN
    INSERT INTO addresses_search (addresses_search, rowid, search) VALUES ('delete', old.id, old.search);
    INSERT INTO addresses_search (rowid, search) VALUES (new.id, new.search);
END

-- trigger entities_search_delete
CREATE TRIGGER entities_search_delete AFTER DELETE ON entities
    WHEN old.id <= (SELECT last_id FROM search_marks WHERE indexed = 'entities') BEGIN
    INSERT INTO entities_search (entities_search, rowid, search) VALUES ('delete', old.id, old.search);
    UPDATE search_marks SET last_id = MIN(last_id, (SELECT COALESCE(MAX(id), 0) FROM entities))
        WHERE indexed = 'entities';
END

-- trigger entities_search_update
CREATE TRIGGER entities_search_update AFTER UPDATE OF search ON entities
    WHEN old.search <> new.search
        AND old.id <= (SELECT last_id FROM search_marks WHERE indexed = 'entities') BEGIN
    INSERT INTO entities_search (entities_search, rowid, search) VALUES ('delete', old.id, old.search);
    INSERT INTO entities_search (rowid, search) VALUES (new.id, new.search);
END

