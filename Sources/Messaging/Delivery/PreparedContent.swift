/// Content preprocessed by a provider once, so that each message costs only its own part.
public protocol PreparedContent: Sendable {
    /// - Parameter blank: the message without its texts.
    /// - Throws: `MessageRefused`, or `MergeTemplateError` if nested lists would make a text too large.
    func transfer(of values: MergeValues, in blank: OutboundMessage) throws -> Transfer
}

/// Fallback that renders the texts for each message.
public struct RenderedContentPerMessage<Maker: Provider>: PreparedContent {
    private let provider: Maker
    private let content: ContentRenderer

    public init(_ content: ContentRenderer, for provider: Maker) {
        self.content = content
        self.provider = provider
    }

    public func transfer(of values: MergeValues, in blank: OutboundMessage) throws -> Transfer {
        try provider.check(blank.attachments)
        return try provider.transfer(for: blank.filled(with: try content.render(values)))
    }
}

extension Provider {
    /// Unlimited by default.
    public var rates: RateLimits { RateLimits() }

    public func form(of content: ContentRenderer) -> any PreparedContent {
        RenderedContentPerMessage(content, for: self)
    }
}

extension OutboundMessage {
    public func filled(with rendered: RenderedContent) -> OutboundMessage {
        var outbound = self
        outbound.subject = rendered.subject
        outbound.html = rendered.html
        outbound.text = rendered.text
        outbound.extras = rendered.extras
        return outbound
    }
}
