/// What each route that may change something writes to the audit: the action, or `nothing` and why. A new route has to be
/// put down here with what it writes, and an `AuditJourney` has to walk it. Exports read, and are recorded all the same.
enum AuditedRoutes {
    /// Of every line.
    static let routes = Set(lines.map(\.route))
    /// Of the routes that write something.
    static let actions: [String: [String]] = Dictionary(
        uniqueKeysWithValues: lines.filter { !$0.words.hasPrefix("nothing, ") }.map {
            ($0.route, $0.words.components(separatedBy: " or "))
        })

    private static let lines: [(route: String, words: String)] = table.split(separator: "\n").map { line in
        let parts = line.components(separatedBy: " · ")
        return (parts[0], parts[1])
    }

    private static let table = """
        POST /login · sign in
        POST /logout · sign out
        POST /setup/{token} · set up or sign in by link or choose password
        POST /app/account · update account
        POST /app/account/password · change password
        POST /theme · nothing, a cookie of the browser
        POST /app/communications/send-logs/filters · save filter
        POST /app/communications/send-logs/filters/{id} · rename filter
        POST /app/communications/send-logs/filters/{id}/delete · delete filter
        POST /app/communications/send-logs/filters/{id}/share · share filter
        POST /app/communications/send-logs/filters/{id}/unshare · unshare filter
        POST /app/communications/send-logs/{id}/cancel · cancel message
        POST /app/communications/send-logs/{id}/retry · retry message
        POST /app/communications/send-logs/{id}/assume-sent · assume message sent
        POST /app/communications/send-logs/{id}/retry-despite-doubt · retry message despite doubt
        POST /app/communications/compose · create draft
        POST /app/communications/compose/{id}/delivery · update draft
        POST /app/communications/compose/{id}/message · update draft
        POST /app/communications/compose/{id}/autosave · nothing, the step itself is recorded when it is left
        POST /app/communications/compose/{id}/recipients · add recipients
        POST /app/communications/compose/{id}/recipients/next · nothing, it only leads on
        POST /app/communications/compose/{id}/recipients/{receiver}/remove · remove recipient
        POST /app/communications/compose/{id}/recipients/search · add recipients
        POST /app/communications/compose/{id}/recipients/search/all · add recipients
        POST /app/communications/compose/{id}/recipients/channels · add recipients
        POST /app/communications/compose/{id}/recipients/channels/new · create channel
        POST /app/communications/compose/{id}/recipients/channels/{channel}/subscribers · add subscriber
        POST /app/communications/compose/{id}/recipients/channels/{channel}/subscribers/{subscriber}/remove · remove subscriber
        POST /app/communications/compose/{id}/send · send broadcast
        POST /app/communications/compose/{id}/schedule · schedule broadcast
        POST /app/communications/compose/{id}/unschedule · unschedule broadcast
        POST /app/communications/bulk · create broadcast
        POST /app/communications/bulk/{id}/edit · update broadcast
        POST /app/communications/bulk/{id}/delete · delete broadcast
        POST /app/communications/bulk/{id}/duplicate · duplicate broadcast
        POST /app/communications/bulk/{id}/publish · publish broadcast
        POST /app/communications/bulk/{id}/schedule · schedule broadcast
        POST /app/communications/bulk/{id}/unschedule · unschedule broadcast
        POST /app/communications/bulk/{id}/pause · pause broadcast
        POST /app/communications/bulk/{id}/resume · resume broadcast
        POST /app/communications/bulk/{id}/cancel · cancel broadcast
        POST /app/communications/bulk/{id}/receivers/{receiver}/remove · remove receiver
        POST /app/communications/bulk/{id}/resend-failed · resend failed of broadcast
        POST /app/communications/bulk/{id}/retry-unknown · retry unknown of broadcast
        POST /app/communications/bulk/{id}/assume-sent · assume sent of broadcast
        POST /app/communications/bulk/{id}/search · add receivers
        POST /app/communications/bulk/{id}/search/all · add receivers
        POST /app/communications/bulk/{id}/channels · add receivers
        POST /app/communications/bulk/{id}/channels/new · create channel
        POST /app/communications/bulk/{id}/channels/{channel}/subscribers · add subscriber
        POST /app/communications/bulk/{id}/channels/{channel}/subscribers/{subscriber}/remove · remove subscriber
        POST /app/communications/compose/{id}/duplicate · duplicate draft
        POST /app/communications/compose/{id}/delete · delete draft
        POST /app/directory/{kind} · create member
        POST /app/directory/{kind}/{id}/edit · update member
        POST /app/directory/{kind}/import · nothing, the file waits to be looked at
        POST /app/directory/{kind}/import/{job} · import members
        POST /app/directory/{kind}/import/{job}/stop · import members
        POST /app/directory/{kind}/{id}/delete · delete member
        POST /app/directory/{kind}/{id}/devices/{device}/remove · remove device
        POST /app/directory/{kind}/{id}/email · send email
        POST /app/directory/{kind}/{id}/sms · send sms
        POST /app/directory/{kind}/{id}/sms/count · nothing, it counts
        POST /app/sandbox/{id}/answer · answer as reader
        POST /app/sandbox/{id}/reply · answer as reader
        POST /app/sandbox/settings · update provider
        POST /app/settings/communication/mail-servers · create provider
        POST /app/settings/communication/mail-servers/{id} · update provider
        POST /app/settings/communication/mail-servers/{id}/test · test provider
        POST /app/settings/communication/mail-servers/{id}/delete · delete provider
        POST /app/settings/communication/mail-servers/{id}/enable · enable provider
        POST /app/settings/communication/mail-servers/{id}/disable · disable provider
        POST /app/settings/communication/mail-servers/{id}/default · make provider default
        POST /app/settings/communication/sms-gateways · create provider
        POST /app/settings/communication/sms-gateways/{id} · update provider
        POST /app/settings/communication/sms-gateways/{id}/test · test provider
        POST /app/settings/communication/sms-gateways/{id}/delete · delete provider
        POST /app/settings/communication/sms-gateways/{id}/enable · enable provider
        POST /app/settings/communication/sms-gateways/{id}/disable · disable provider
        POST /app/settings/communication/sms-gateways/{id}/default · make provider default
        POST /app/settings/communication/omni-channels · create provider
        POST /app/settings/communication/omni-channels/{id} · update provider
        POST /app/settings/communication/omni-channels/{id}/test · test provider
        POST /app/settings/communication/omni-channels/{id}/delete · delete provider
        POST /app/settings/communication/omni-channels/{id}/enable · enable provider
        POST /app/settings/communication/omni-channels/{id}/disable · disable provider
        POST /app/settings/communication/omni-channels/{id}/default · make provider default
        POST /app/settings/communication/push · create provider
        POST /app/settings/communication/push/{id} · update provider
        POST /app/settings/communication/push/{id}/test · test provider
        POST /app/settings/communication/push/{id}/delete · delete provider
        POST /app/settings/communication/push/{id}/enable · enable provider
        POST /app/settings/communication/push/{id}/disable · disable provider
        POST /app/settings/communication/push/{id}/default · make provider default
        POST /app/settings/communication/in-app · create provider
        POST /app/settings/communication/in-app/{id} · update provider
        POST /app/settings/communication/in-app/{id}/test · test provider
        POST /app/settings/communication/in-app/{id}/delete · delete provider
        POST /app/settings/communication/in-app/{id}/enable · enable provider
        POST /app/settings/communication/in-app/{id}/disable · disable provider
        POST /app/settings/communication/in-app/{id}/default · make provider default
        POST /app/settings/communication/voice · create provider
        POST /app/settings/communication/voice/{id} · update provider
        POST /app/settings/communication/voice/{id}/test · test provider
        POST /app/settings/communication/voice/{id}/delete · delete provider
        POST /app/settings/communication/voice/{id}/enable · enable provider
        POST /app/settings/communication/voice/{id}/disable · disable provider
        POST /app/settings/communication/voice/{id}/default · make provider default
        POST /app/settings/communication-channels · create channel
        POST /app/settings/communication-channels/{id}/edit · update channel
        POST /app/settings/communication-channels/{id}/delete · delete channel
        POST /app/settings/communication-channels/{id}/subscribers · add subscriber
        POST /app/settings/communication-channels/{id}/subscribers/import · nothing, the file waits to be looked at
        POST /app/settings/communication-channels/{id}/subscribers/import/{job} · import subscribers
        POST /app/settings/communication-channels/{id}/subscribers/import/{job}/stop · import subscribers
        POST /app/settings/communication-channels/{id}/subscribers/{subscriber}/remove · remove subscriber
        POST /app/settings/communication/email-wrappers · create email wrapper
        POST /app/settings/communication/email-wrappers/{id} · update email wrapper
        POST /app/settings/communication/email-wrappers/preview · nothing, it shows
        POST /app/settings/communication/email-wrappers/{id}/delete · delete email wrapper
        POST /app/settings/communication/mail-templates · create mail template
        POST /app/settings/communication/mail-templates/{id} · update mail template
        POST /app/settings/communication/mail-templates/preview · nothing, it shows
        POST /app/settings/communication/mail-templates/{id}/delete · delete mail template
        POST /app/settings/communication/message-templates · create message template
        POST /app/settings/communication/message-templates/{id}/edit · update message template
        POST /app/settings/communication/message-templates/{id}/duplicate · duplicate message template
        POST /app/settings/communication/message-templates/{id}/delete · delete message template
        POST /app/settings/communication/message-templates/{id}/test · test message template
        POST /app/settings/users · create user
        POST /app/settings/users/{id}/link · create password link
        POST /app/settings/users/{id} · update user
        POST /app/settings/users/{id}/disable · disable user
        POST /app/settings/users/{id}/enable · enable user
        POST /app/settings/roles/{id}/delete · delete role
        POST /app/settings/roles · create role
        POST /app/settings/roles/{id} · update role
        POST /app/settings/api-tokens · create api token
        POST /app/settings/api-tokens/{id}/revoke · revoke api token
        POST /app/settings/communication/general · update setting
        POST /app/settings/modules · switch module
        POST /app/settings/communication/suppressions · create suppression
        POST /app/settings/communication/suppressions/{id}/remove · delete suppression
        POST /app/settings/communication/suppressions/import · nothing, the file waits to be looked at
        POST /app/settings/communication/suppressions/import/{job} · import suppressions
        POST /app/settings/communication/suppressions/import/{job}/stop · import suppressions
        POST /app/communications/compose/{id}/options · update draft
        POST /u/{token} · unsubscribe or resubscribe
        POST /hooks/{id}/receipts · nothing, a provider speaks and nobody of the company
        POST /hooks/{id}/inbound · nothing, a provider speaks and nobody of the company
        POST /api/v1/suppressions · create suppression
        DELETE /api/v1/suppressions/{id} · delete suppression
        POST /api/v1/messages · send email or send sms or send whatsapp
        POST /api/v1/messages/{id}/cancel · cancel message
        POST /api/v1/messages/{id}/retry · retry message
        POST /api/v1/messages/{id}/assume-sent · assume message sent
        POST /api/v1/providers · create provider
        PATCH /api/v1/providers/{id} · update provider
        DELETE /api/v1/providers/{id} · delete provider
        POST /api/v1/entities/{kind} · import members
        PUT /api/v1/entities/{kind}/{external_id} · create member or update member
        DELETE /api/v1/entities/{kind}/{external_id} · delete member
        PUT /api/v1/entities/{kind}/{external_id}/devices/{token...} · register device or move device or update device
        DELETE /api/v1/entities/{kind}/{external_id}/devices/{token...} · remove device
        POST /api/v1/entities/{kind}/{external_id}/inbox/{id}/read · read in-app message
        POST /api/v1/broadcasts · create broadcast
        PATCH /api/v1/broadcasts/{id} · update broadcast
        DELETE /api/v1/broadcasts/{id} · delete broadcast
        POST /api/v1/broadcasts/{id}/receivers · add receivers
        DELETE /api/v1/broadcasts/{id}/receivers/{receiver} · remove receiver
        POST /api/v1/broadcasts/{id}/duplicate · duplicate broadcast
        POST /api/v1/broadcasts/{id}/publish · publish broadcast
        POST /api/v1/broadcasts/{id}/schedule · schedule broadcast
        POST /api/v1/broadcasts/{id}/unschedule · unschedule broadcast
        POST /api/v1/broadcasts/{id}/pause · pause broadcast
        POST /api/v1/broadcasts/{id}/resume · resume broadcast
        POST /api/v1/broadcasts/{id}/cancel · cancel broadcast
        POST /api/v1/broadcasts/{id}/resend-failed · resend failed of broadcast
        POST /api/v1/broadcasts/{id}/retry-unknown · retry unknown of broadcast
        POST /api/v1/broadcasts/{id}/assume-sent · assume sent of broadcast
        POST /api/v1/channels · create channel
        PATCH /api/v1/channels/{id} · update channel
        DELETE /api/v1/channels/{id} · delete channel
        POST /api/v1/channels/{id}/subscribers · add subscriber or import subscribers
        DELETE /api/v1/channels/{id}/subscribers/{subscriber} · remove subscriber
        POST /api/v1/templates · create message template
        PATCH /api/v1/templates/{id} · update message template
        DELETE /api/v1/templates/{id} · delete message template
        POST /api/v1/wrappers · create email wrapper
        PATCH /api/v1/wrappers/{id} · update email wrapper
        DELETE /api/v1/wrappers/{id} · delete email wrapper
        POST /api/v1/mail-templates · create mail template
        PATCH /api/v1/mail-templates/{id} · update mail template
        DELETE /api/v1/mail-templates/{id} · delete mail template
        GET /app/communications/send-logs/export.csv · export send logs
        GET /app/communications/bulk/{id}/receivers.csv · export receivers
        GET /app/settings/communication/suppressions/export.csv · export suppressions
        """
}
