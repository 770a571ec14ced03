/// Who may take each route: method, pattern, permissions (any one is enough), module. Written by hand and compared with
/// what the site answers, so a route that is new or asks for something else has to be put down here first.
enum RoutePermissions {
    static let table = """
        GET /healthz · open · -
        GET /readyz · open · -
        GET /metrics · open · -
        GET /css/{rest...} · open · -
        GET /js/{rest...} · open · -
        GET /vendor/{rest...} · open · -
        GET /icons/{rest...} · open · -
        GET /fonts/{rest...} · open · -
        GET /img/{rest...} · open · -
        GET /favicon.svg · open · -
        GET /favicon.ico · open · -
        GET /robots.txt · open · -
        GET /login · open · -
        POST /login · open · -
        GET /logout · open · -
        POST /logout · open · -
        GET /setup/{token} · open · -
        POST /setup/{token} · open · -
        GET /app/account · signed in · -
        POST /app/account · signed in · -
        POST /app/account/password · signed in · -
        POST /theme · open · -
        GET / · signed in · -
        GET /app · signed in · -
        GET /app/communications · signed in · communication
        GET /app/settings · signed in · -
        GET /app/settings/communication · signed in · communication
        GET /app/communications/channels · signed in · communication:channels
        GET /app/communications/channels/{rest...} · signed in · communication:channels
        GET /app/communications/overview · communication:bulk_communications:read:all or communication:channels:read:all or communication:compose:send or communication:read:history or communication:send:email or communication:send:sms · communication
        GET /app/communications/send-logs · communication:read:history · communication
        GET /app/communications/send-logs/export.csv · communication:read:history · communication
        GET /app/communications/send-logs/filters · communication:read:history · communication
        POST /app/communications/send-logs/filters · communication:read:history · communication
        POST /app/communications/send-logs/filters/{id} · communication:read:history · communication
        POST /app/communications/send-logs/filters/{id}/delete · communication:read:history · communication
        POST /app/communications/send-logs/filters/{id}/share · access:users:update:all · communication
        POST /app/communications/send-logs/filters/{id}/unshare · access:users:update:all · communication
        GET /app/communications/send-logs/{id} · communication:read:history · communication
        GET /app/communications/send-logs/{id}/content · communication:read:history · communication
        POST /app/communications/send-logs/{id}/cancel · communication:compose:send or communication:send:email or communication:send:sms · communication
        POST /app/communications/send-logs/{id}/retry · communication:compose:send or communication:send:email or communication:send:sms · communication
        POST /app/communications/send-logs/{id}/assume-sent · communication:compose:send or communication:send:email or communication:send:sms · communication
        POST /app/communications/send-logs/{id}/retry-despite-doubt · communication:compose:send or communication:send:email or communication:send:sms · communication
        GET /app/communications/compose/new · communication:compose:send · communication
        POST /app/communications/compose · communication:compose:send · communication
        GET /app/communications/compose/{id}/delivery · communication:compose:send · communication
        POST /app/communications/compose/{id}/delivery · communication:compose:send · communication
        GET /app/communications/compose/{id}/message · communication:compose:send · communication
        POST /app/communications/compose/{id}/message · communication:compose:send · communication
        POST /app/communications/compose/{id}/autosave · communication:compose:send · communication
        GET /app/communications/compose/{id}/recipients · communication:compose:send · communication
        POST /app/communications/compose/{id}/recipients · communication:compose:send · communication
        POST /app/communications/compose/{id}/recipients/next · communication:compose:send · communication
        POST /app/communications/compose/{id}/recipients/{receiver}/remove · communication:compose:send · communication
        GET /app/communications/compose/{id}/recipients/search · communication:compose:send · communication
        POST /app/communications/compose/{id}/recipients/search · communication:compose:send · communication
        GET /app/communications/compose/{id}/recipients/search/results · communication:compose:send · communication
        POST /app/communications/compose/{id}/recipients/search/all · communication:compose:send · communication
        GET /app/communications/compose/{id}/recipients/adding · communication:compose:send · communication
        GET /app/communications/compose/{id}/recipients/channels · communication:compose:send · communication:channels
        POST /app/communications/compose/{id}/recipients/channels · communication:compose:send · communication:channels
        GET /app/communications/compose/{id}/recipients/channels/new · communication:compose:send · communication:channels
        POST /app/communications/compose/{id}/recipients/channels/new · communication:compose:send · communication:channels
        GET /app/communications/compose/{id}/recipients/channels/{channel} · communication:compose:send · communication:channels
        POST /app/communications/compose/{id}/recipients/channels/{channel}/subscribers · communication:compose:send · communication:channels
        POST /app/communications/compose/{id}/recipients/channels/{channel}/subscribers/{subscriber}/remove · communication:compose:send · communication:channels
        GET /app/communications/compose/{id}/confirm · communication:compose:send · communication
        GET /app/communications/compose/{id}/preview/email · communication:compose:send · communication
        POST /app/communications/compose/{id}/send · communication:compose:send · communication
        POST /app/communications/compose/{id}/schedule · communication:compose:send · communication
        GET /app/communications/compose/{id}/unschedule · communication:compose:send · communication
        POST /app/communications/compose/{id}/unschedule · communication:compose:send · communication
        GET /app/communications/bulk · communication:bulk_communications:read:all · communication
        GET /app/communications/bulk/new · communication:bulk_communications:create:all · communication
        POST /app/communications/bulk · communication:bulk_communications:create:all · communication
        GET /app/communications/bulk/{id} · communication:bulk_communications:read:all · communication
        GET /app/communications/bulk/{id}/edit · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/edit · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/delete · communication:bulk_communications:delete:all · communication
        POST /app/communications/bulk/{id}/delete · communication:bulk_communications:delete:all · communication
        POST /app/communications/bulk/{id}/duplicate · communication:bulk_communications:create:all · communication
        GET /app/communications/bulk/{id}/preview · communication:bulk_communications:read:all · communication
        GET /app/communications/bulk/{id}/preview/email · communication:bulk_communications:read:all · communication
        GET /app/communications/bulk/{id}/publish · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/publish · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/schedule · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/unschedule · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/unschedule · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/pause · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/resume · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/cancel · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/cancel · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/receivers/{receiver}/remove · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/receivers.csv · communication:bulk_communications:read:all · communication
        GET /app/communications/bulk/{id}/resend-failed · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/resend-failed · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/retry-unknown · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/retry-unknown · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/assume-sent · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/assume-sent · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/search · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/search · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/search/results · communication:bulk_communications:update:all · communication
        POST /app/communications/bulk/{id}/search/all · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/adding · communication:bulk_communications:update:all · communication
        GET /app/communications/bulk/{id}/channels · communication:bulk_communications:update:all · communication:channels
        POST /app/communications/bulk/{id}/channels · communication:bulk_communications:update:all · communication:channels
        GET /app/communications/bulk/{id}/channels/new · communication:bulk_communications:update:all · communication:channels
        POST /app/communications/bulk/{id}/channels/new · communication:bulk_communications:update:all · communication:channels
        GET /app/communications/bulk/{id}/channels/{channel} · communication:bulk_communications:update:all · communication:channels
        POST /app/communications/bulk/{id}/channels/{channel}/subscribers · communication:bulk_communications:update:all · communication:channels
        POST /app/communications/bulk/{id}/channels/{channel}/subscribers/{subscriber}/remove · communication:bulk_communications:update:all · communication:channels
        GET /app/communications/compose/drafts · communication:compose:send · communication
        GET /app/communications/compose/{id} · communication:compose:send · communication
        POST /app/communications/compose/{id}/duplicate · communication:compose:send · communication
        GET /app/communications/compose/{id}/delete · communication:compose:send · communication
        POST /app/communications/compose/{id}/delete · communication:compose:send · communication
        GET /app/directory · directory:read:all · -
        GET /app/directory/{kind} · directory:read:all · -
        GET /app/directory/{kind}/new · directory:create:all · -
        POST /app/directory/{kind} · directory:create:all · -
        GET /app/directory/{kind}/{id}/edit · directory:update:all · -
        POST /app/directory/{kind}/{id}/edit · directory:update:all · -
        GET /app/directory/{kind}/import · directory:create:all · -
        POST /app/directory/{kind}/import · directory:create:all · -
        GET /app/directory/{kind}/import/{job} · directory:create:all · -
        POST /app/directory/{kind}/import/{job} · directory:create:all · -
        POST /app/directory/{kind}/import/{job}/stop · directory:create:all · -
        GET /app/directory/{kind}/import/{job}/rejected.csv · directory:create:all · -
        GET /app/directory/{kind}/{id} · directory:read:all · -
        GET /app/directory/{kind}/{id}/delete · directory:delete:all · -
        POST /app/directory/{kind}/{id}/delete · directory:delete:all · -
        GET /app/directory/{kind}/{id}/email · communication:send:email · communication
        POST /app/directory/{kind}/{id}/email · communication:send:email · communication
        GET /app/directory/{kind}/{id}/sms · communication:send:sms · communication
        POST /app/directory/{kind}/{id}/sms · communication:send:sms · communication
        POST /app/directory/{kind}/{id}/sms/count · communication:send:sms · communication
        GET /app/sandbox · communication:read:history · communication
        GET /app/sandbox/{id} · communication:read:history · communication
        GET /app/sandbox/{id}/content · communication:read:history · communication
        POST /app/sandbox/{id}/answer · communication:compose:send or communication:send:email or communication:send:sms · communication
        POST /app/sandbox/{id}/reply · communication:compose:send or communication:send:email or communication:send:sms · communication
        GET /app/sandbox/settings · communication:mail_servers:update:all · communication
        POST /app/sandbox/settings · communication:mail_servers:update:all · communication
        GET /app/settings/communication/mail-servers · communication:mail_servers:read:all · communication
        GET /app/settings/communication/mail-servers/new · communication:mail_servers:create:all · communication
        POST /app/settings/communication/mail-servers · communication:mail_servers:create:all · communication
        GET /app/settings/communication/mail-servers/{id} · communication:mail_servers:read:all · communication
        POST /app/settings/communication/mail-servers/{id} · communication:mail_servers:update:all · communication
        POST /app/settings/communication/mail-servers/{id}/test · communication:mail_servers:update:all · communication
        GET /app/settings/communication/mail-servers/{id}/delete · communication:mail_servers:delete:all · communication
        POST /app/settings/communication/mail-servers/{id}/delete · communication:mail_servers:delete:all · communication
        POST /app/settings/communication/mail-servers/{id}/enable · communication:mail_servers:update:all · communication
        POST /app/settings/communication/mail-servers/{id}/disable · communication:mail_servers:update:all · communication
        POST /app/settings/communication/mail-servers/{id}/default · communication:mail_servers:update:all · communication
        GET /app/settings/communication/sms-gateways · communication:sms_gateways:read:all · communication
        GET /app/settings/communication/sms-gateways/new · communication:sms_gateways:create:all · communication
        POST /app/settings/communication/sms-gateways · communication:sms_gateways:create:all · communication
        GET /app/settings/communication/sms-gateways/{id} · communication:sms_gateways:read:all · communication
        POST /app/settings/communication/sms-gateways/{id} · communication:sms_gateways:update:all · communication
        POST /app/settings/communication/sms-gateways/{id}/test · communication:sms_gateways:update:all · communication
        GET /app/settings/communication/sms-gateways/{id}/delete · communication:sms_gateways:delete:all · communication
        POST /app/settings/communication/sms-gateways/{id}/delete · communication:sms_gateways:delete:all · communication
        POST /app/settings/communication/sms-gateways/{id}/enable · communication:sms_gateways:update:all · communication
        POST /app/settings/communication/sms-gateways/{id}/disable · communication:sms_gateways:update:all · communication
        POST /app/settings/communication/sms-gateways/{id}/default · communication:sms_gateways:update:all · communication
        GET /app/settings/communication/omni-channels · communication:omni_channels:read:all · communication
        GET /app/settings/communication/omni-channels/new · communication:omni_channels:create:all · communication
        POST /app/settings/communication/omni-channels · communication:omni_channels:create:all · communication
        GET /app/settings/communication/omni-channels/{id} · communication:omni_channels:read:all · communication
        POST /app/settings/communication/omni-channels/{id} · communication:omni_channels:update:all · communication
        POST /app/settings/communication/omni-channels/{id}/test · communication:omni_channels:update:all · communication
        GET /app/settings/communication/omni-channels/{id}/delete · communication:omni_channels:delete:all · communication
        POST /app/settings/communication/omni-channels/{id}/delete · communication:omni_channels:delete:all · communication
        POST /app/settings/communication/omni-channels/{id}/enable · communication:omni_channels:update:all · communication
        POST /app/settings/communication/omni-channels/{id}/disable · communication:omni_channels:update:all · communication
        POST /app/settings/communication/omni-channels/{id}/default · communication:omni_channels:update:all · communication
        GET /app/settings/communication/push · communication:push_providers:read:all · communication
        GET /app/settings/communication/push/new · communication:push_providers:create:all · communication
        POST /app/settings/communication/push · communication:push_providers:create:all · communication
        GET /app/settings/communication/push/{id} · communication:push_providers:read:all · communication
        POST /app/settings/communication/push/{id} · communication:push_providers:update:all · communication
        POST /app/settings/communication/push/{id}/test · communication:push_providers:update:all · communication
        GET /app/settings/communication/push/{id}/delete · communication:push_providers:delete:all · communication
        POST /app/settings/communication/push/{id}/delete · communication:push_providers:delete:all · communication
        POST /app/settings/communication/push/{id}/enable · communication:push_providers:update:all · communication
        POST /app/settings/communication/push/{id}/disable · communication:push_providers:update:all · communication
        POST /app/settings/communication/push/{id}/default · communication:push_providers:update:all · communication
        GET /app/settings/communication/voice · communication:voice_providers:read:all · communication
        GET /app/settings/communication/voice/new · communication:voice_providers:create:all · communication
        POST /app/settings/communication/voice · communication:voice_providers:create:all · communication
        GET /app/settings/communication/voice/{id} · communication:voice_providers:read:all · communication
        POST /app/settings/communication/voice/{id} · communication:voice_providers:update:all · communication
        POST /app/settings/communication/voice/{id}/test · communication:voice_providers:update:all · communication
        GET /app/settings/communication/voice/{id}/delete · communication:voice_providers:delete:all · communication
        POST /app/settings/communication/voice/{id}/delete · communication:voice_providers:delete:all · communication
        POST /app/settings/communication/voice/{id}/enable · communication:voice_providers:update:all · communication
        POST /app/settings/communication/voice/{id}/disable · communication:voice_providers:update:all · communication
        POST /app/settings/communication/voice/{id}/default · communication:voice_providers:update:all · communication
        GET /app/settings/communication-channels · communication:channels:read:all · communication:channels
        GET /app/settings/communication-channels/new · communication:channels:create:all · communication:channels
        POST /app/settings/communication-channels · communication:channels:create:all · communication:channels
        GET /app/settings/communication-channels/{id}/edit · communication:channels:update:all · communication:channels
        POST /app/settings/communication-channels/{id}/edit · communication:channels:update:all · communication:channels
        GET /app/settings/communication-channels/{id}/delete · communication:channels:delete:all · communication:channels
        POST /app/settings/communication-channels/{id}/delete · communication:channels:delete:all · communication:channels
        GET /app/settings/communication-channels/{id} · communication:channels:read:all · communication:channels
        GET /app/settings/communication-channels/{id}/subscribers · communication:channels:read:all · communication:channels
        GET /app/settings/communication-channels/{id}/subscribers/new · communication:channels:update:all · communication:channels
        POST /app/settings/communication-channels/{id}/subscribers · communication:channels:update:all · communication:channels
        GET /app/settings/communication-channels/{id}/subscribers/import · communication:channels:update:all · communication:channels
        POST /app/settings/communication-channels/{id}/subscribers/import · communication:channels:update:all · communication:channels
        GET /app/settings/communication-channels/{id}/subscribers/import/{job} · communication:channels:update:all · communication:channels
        POST /app/settings/communication-channels/{id}/subscribers/import/{job} · communication:channels:update:all · communication:channels
        POST /app/settings/communication-channels/{id}/subscribers/import/{job}/stop · communication:channels:update:all · communication:channels
        GET /app/settings/communication-channels/{id}/subscribers/import/{job}/rejected.csv · communication:channels:update:all · communication:channels
        POST /app/settings/communication-channels/{id}/subscribers/{subscriber}/remove · communication:channels:update:all · communication:channels
        GET /app/settings/communication/email-wrappers · communication:email_wrapper_templates:read:all · communication
        GET /app/settings/communication/email-wrappers/new · communication:email_wrapper_templates:create:all · communication
        POST /app/settings/communication/email-wrappers · communication:email_wrapper_templates:create:all · communication
        GET /app/settings/communication/email-wrappers/{id} · communication:email_wrapper_templates:read:all · communication
        POST /app/settings/communication/email-wrappers/{id} · communication:email_wrapper_templates:update:all · communication
        POST /app/settings/communication/email-wrappers/preview · communication:email_wrapper_templates:read:all · communication
        GET /app/settings/communication/email-wrappers/{id}/delete · communication:email_wrapper_templates:delete:all · communication
        POST /app/settings/communication/email-wrappers/{id}/delete · communication:email_wrapper_templates:delete:all · communication
        GET /app/settings/communication/mail-templates · communication:mail_templates:read:all · communication
        GET /app/settings/communication/mail-templates/new · communication:mail_templates:create:all · communication
        POST /app/settings/communication/mail-templates · communication:mail_templates:create:all · communication
        GET /app/settings/communication/mail-templates/{id} · communication:mail_templates:read:all · communication
        POST /app/settings/communication/mail-templates/{id} · communication:mail_templates:update:all · communication
        POST /app/settings/communication/mail-templates/preview · communication:mail_templates:read:all · communication
        GET /app/settings/communication/mail-templates/{id}/delete · communication:mail_templates:delete:all · communication
        POST /app/settings/communication/mail-templates/{id}/delete · communication:mail_templates:delete:all · communication
        GET /app/settings/communication/message-templates · communication:message_templates:read:all · communication
        GET /app/settings/communication/message-templates/new · communication:message_templates:create:all · communication
        POST /app/settings/communication/message-templates · communication:message_templates:create:all · communication
        GET /app/settings/communication/message-templates/{id}/edit · communication:message_templates:update:all · communication
        POST /app/settings/communication/message-templates/{id}/edit · communication:message_templates:update:all · communication
        POST /app/settings/communication/message-templates/{id}/duplicate · communication:message_templates:create:all · communication
        GET /app/settings/communication/message-templates/{id}/delete · communication:message_templates:delete:all · communication
        POST /app/settings/communication/message-templates/{id}/delete · communication:message_templates:delete:all · communication
        GET /app/settings/communication/message-templates/{id} · communication:message_templates:read:all · communication
        GET /app/settings/communication/message-templates/{id}/preview/email · communication:message_templates:read:all · communication
        POST /app/settings/communication/message-templates/{id}/test · communication:send:email or communication:send:sms · communication
        GET /app/settings/users · access:users:read:all · -
        GET /app/settings/users/new · access:users:create:all · -
        POST /app/settings/users · access:users:create:all · -
        POST /app/settings/users/{id}/link · access:users:update:all · -
        GET /app/settings/users/{id} · access:users:update:all · -
        POST /app/settings/users/{id} · access:users:update:all · -
        GET /app/settings/users/{id}/disable · access:users:update:all · -
        POST /app/settings/users/{id}/disable · access:users:update:all · -
        POST /app/settings/users/{id}/enable · access:users:update:all · -
        GET /app/settings/roles · access:roles:read:all · -
        GET /app/settings/roles/{id}/delete · access:roles:delete:all · -
        POST /app/settings/roles/{id}/delete · access:roles:delete:all · -
        GET /app/settings/roles/new · access:roles:create:all · -
        GET /app/settings/roles/{id}/duplicate · access:roles:create:all · -
        POST /app/settings/roles · access:roles:create:all · -
        GET /app/settings/roles/{id} · access:roles:read:all · -
        POST /app/settings/roles/{id} · access:roles:update:all · -
        GET /app/settings/api-tokens · access:api_tokens:read:all · -
        GET /app/settings/api-tokens/new · access:api_tokens:create:all · -
        POST /app/settings/api-tokens · access:api_tokens:create:all · -
        GET /app/settings/api-tokens/{id}/revoke · access:api_tokens:delete:all · -
        POST /app/settings/api-tokens/{id}/revoke · access:api_tokens:delete:all · -
        GET /app/settings/communication/general · access:modules:read:all · communication
        POST /app/settings/communication/general · access:modules:update:all · communication
        GET /app/settings/modules · access:modules:read:all · -
        POST /app/settings/modules · access:modules:update:all · -
        GET /app/settings/audit · access:audit:read:all · -
        GET /app/settings/communication/suppressions · communication:suppressions:read:all · communication
        GET /app/settings/communication/suppressions/export.csv · communication:suppressions:read:all · communication
        GET /app/settings/communication/suppressions/new · communication:suppressions:create:all · communication
        POST /app/settings/communication/suppressions · communication:suppressions:create:all · communication
        GET /app/settings/communication/suppressions/{id}/remove · communication:suppressions:delete:all · communication
        POST /app/settings/communication/suppressions/{id}/remove · communication:suppressions:delete:all · communication
        GET /app/settings/communication/suppressions/import · communication:suppressions:create:all · communication
        POST /app/settings/communication/suppressions/import · communication:suppressions:create:all · communication
        GET /app/settings/communication/suppressions/import/{job} · communication:suppressions:create:all · communication
        POST /app/settings/communication/suppressions/import/{job} · communication:suppressions:create:all · communication
        POST /app/settings/communication/suppressions/import/{job}/stop · communication:suppressions:create:all · communication
        GET /app/settings/communication/suppressions/import/{job}/rejected.csv · communication:suppressions:create:all · communication
        GET /u/{token} · open · -
        POST /u/{token} · open · -
        GET /api/v1/suppressions · communication:suppressions:read:all · communication
        POST /api/v1/suppressions · communication:suppressions:create:all · communication
        GET /api/v1/suppressions/{id} · communication:suppressions:read:all · communication
        DELETE /api/v1/suppressions/{id} · communication:suppressions:delete:all · communication
        POST /api/v1/messages · communication:send:email or communication:send:sms · communication
        GET /api/v1/messages · communication:read:history · communication
        GET /api/v1/messages/{id} · communication:read:history · communication
        POST /api/v1/messages/{id}/cancel · communication:send:email or communication:send:sms · communication
        POST /api/v1/messages/{id}/retry · communication:send:email or communication:send:sms · communication
        POST /api/v1/messages/{id}/assume-sent · communication:send:email or communication:send:sms · communication
        GET /api/v1/providers · communication:mail_servers:read:all or communication:omni_channels:read:all or communication:push_providers:read:all or communication:sms_gateways:read:all or communication:voice_providers:read:all · communication
        POST /api/v1/providers · communication:mail_servers:create:all or communication:omni_channels:create:all or communication:push_providers:create:all or communication:sms_gateways:create:all or communication:voice_providers:create:all · communication
        GET /api/v1/providers/{id} · communication:mail_servers:read:all or communication:omni_channels:read:all or communication:push_providers:read:all or communication:sms_gateways:read:all or communication:voice_providers:read:all · communication
        PATCH /api/v1/providers/{id} · communication:mail_servers:update:all or communication:omni_channels:update:all or communication:push_providers:update:all or communication:sms_gateways:update:all or communication:voice_providers:update:all · communication
        DELETE /api/v1/providers/{id} · communication:mail_servers:delete:all or communication:omni_channels:delete:all or communication:push_providers:delete:all or communication:sms_gateways:delete:all or communication:voice_providers:delete:all · communication
        GET /api/v1/entities/{kind} · directory:read:all · -
        POST /api/v1/entities/{kind} · directory:create:all · -
        GET /api/v1/entities/{kind}/{external_id} · directory:read:all · -
        PUT /api/v1/entities/{kind}/{external_id} · directory:create:all or directory:update:all · -
        DELETE /api/v1/entities/{kind}/{external_id} · directory:delete:all · -
        GET /api/v1/broadcasts · communication:bulk_communications:read:all · communication
        POST /api/v1/broadcasts · communication:bulk_communications:create:all · communication
        GET /api/v1/broadcasts/{id} · communication:bulk_communications:read:all · communication
        PATCH /api/v1/broadcasts/{id} · communication:bulk_communications:update:all · communication
        DELETE /api/v1/broadcasts/{id} · communication:bulk_communications:delete:all · communication
        GET /api/v1/broadcasts/{id}/receivers · communication:bulk_communications:read:all · communication
        POST /api/v1/broadcasts/{id}/receivers · communication:bulk_communications:update:all · communication
        DELETE /api/v1/broadcasts/{id}/receivers/{receiver} · communication:bulk_communications:update:all · communication
        GET /api/v1/broadcasts/{id}/preflight · communication:bulk_communications:read:all · communication
        GET /api/v1/broadcasts/{id}/stats · communication:bulk_communications:read:all · communication
        POST /api/v1/broadcasts/{id}/duplicate · communication:bulk_communications:create:all · communication
        POST /api/v1/broadcasts/{id}/publish · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/schedule · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/unschedule · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/pause · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/resume · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/cancel · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/resend-failed · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/retry-unknown · communication:bulk_communications:update:all · communication
        POST /api/v1/broadcasts/{id}/assume-sent · communication:bulk_communications:update:all · communication
        GET /api/v1/overview · communication:bulk_communications:read:all or communication:channels:read:all or communication:compose:send or communication:read:history or communication:send:email or communication:send:sms · communication
        GET /api/v1/channels · communication:channels:read:all · communication:channels
        POST /api/v1/channels · communication:channels:create:all · communication:channels
        GET /api/v1/channels/{id} · communication:channels:read:all · communication:channels
        PATCH /api/v1/channels/{id} · communication:channels:update:all · communication:channels
        DELETE /api/v1/channels/{id} · communication:channels:delete:all · communication:channels
        GET /api/v1/channels/{id}/subscribers · communication:channels:read:all · communication:channels
        POST /api/v1/channels/{id}/subscribers · communication:channels:update:all · communication:channels
        DELETE /api/v1/channels/{id}/subscribers/{subscriber} · communication:channels:update:all · communication:channels
        GET /api/v1/templates · communication:message_templates:read:all · communication
        POST /api/v1/templates · communication:message_templates:create:all · communication
        GET /api/v1/templates/{id} · communication:message_templates:read:all · communication
        PATCH /api/v1/templates/{id} · communication:message_templates:update:all · communication
        DELETE /api/v1/templates/{id} · communication:message_templates:delete:all · communication
        GET /api/v1/wrappers · communication:email_wrapper_templates:read:all · communication
        POST /api/v1/wrappers · communication:email_wrapper_templates:create:all · communication
        GET /api/v1/wrappers/{id} · communication:email_wrapper_templates:read:all · communication
        PATCH /api/v1/wrappers/{id} · communication:email_wrapper_templates:update:all · communication
        DELETE /api/v1/wrappers/{id} · communication:email_wrapper_templates:delete:all · communication
        GET /api/v1/mail-templates · communication:mail_templates:read:all · communication
        POST /api/v1/mail-templates · communication:mail_templates:create:all · communication
        GET /api/v1/mail-templates/{id} · communication:mail_templates:read:all · communication
        PATCH /api/v1/mail-templates/{id} · communication:mail_templates:update:all · communication
        DELETE /api/v1/mail-templates/{id} · communication:mail_templates:delete:all · communication
        GET /api/openapi.json · open · -
        """
}
