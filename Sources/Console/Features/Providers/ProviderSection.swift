import Messaging

/// Settings section for the providers of one delivery channel: labels and permissions.
struct ProviderSection: Sendable, Hashable {
    let channel: DeliveryChannel
    /// Last segment of the path.
    let slug: String
    let title: String
    let intro: String
    let one: String
    let icon: String
    let read: Permission
    let create: Permission
    let update: Permission
    let delete: Permission

    static let all: [ProviderSection] = [
        ProviderSection(
            channel: .email, slug: "mail-servers", title: "Mail Servers",
            intro: "Email leaves through these. The default sends unless a message names another.",
            one: "mail server", icon: "email", read: .readMailServers, create: .createMailServers,
            update: .updateMailServers, delete: .deleteMailServers),
        ProviderSection(
            channel: .sms, slug: "sms-gateways", title: "SMS Gateways",
            intro: "Text messages leave through these. The default sends unless a message names another.",
            one: "SMS gateway", icon: "sms", read: .readSMSGateways, create: .createSMSGateways,
            update: .updateSMSGateways, delete: .deleteSMSGateways),
        ProviderSection(
            channel: .whatsapp, slug: "omni-channels", title: "Omni Channels",
            intro: "WhatsApp messages leave through these. The default sends unless a message names another.",
            one: "omni channel", icon: "whatsapp", read: .readOmniChannels, create: .createOmniChannels,
            update: .updateOmniChannels, delete: .deleteOmniChannels),
        ProviderSection(
            channel: .push, slug: "push", title: "Push",
            intro: "Mobile notifications leave through these.", one: "push provider", icon: "push",
            read: .readPushProviders, create: .createPushProviders, update: .updatePushProviders,
            delete: .deletePushProviders),
        // In-app messages stay within the installation, so the permission for push suffices.
        ProviderSection(
            channel: .inApp, slug: "in-app", title: "In-app",
            intro: "Messages wait here for the company's own portal, which shows them to the member.",
            one: "in-app inbox", icon: "in_app", read: .readPushProviders, create: .createPushProviders,
            update: .updatePushProviders, delete: .deletePushProviders),
        ProviderSection(
            channel: .voice, slug: "voice", title: "Voice", intro: "Phone-call notifications leave through these.",
            one: "voice provider", icon: "voice", read: .readVoiceProviders, create: .createVoiceProviders,
            update: .updateVoiceProviders, delete: .deleteVoiceProviders),
    ]

    static func of(_ channel: DeliveryChannel) -> ProviderSection? { all.first { $0.channel == channel } }
}
