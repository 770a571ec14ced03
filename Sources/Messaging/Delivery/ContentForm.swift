/// What a provider made of one content, once, so that each message costs only what is its own.
public protocol ContentForm: Sendable {
    /// - Parameter blank: everything about the message but its texts.
    /// - Throws: `DispatchRefused`, or `MergeTemplateError` when nested lists would make a text too large.
    func transfer(of values: MergeValues, in blank: Dispatch) throws -> Transfer
}

/// Renders the texts anew for each message.
public struct RenderingForm<Maker: Provider>: ContentForm {
    private let provider: Maker
    private let content: ContentRenderer

    public init(_ content: ContentRenderer, for provider: Maker) {
        self.content = content
        self.provider = provider
    }

    public func transfer(of values: MergeValues, in blank: Dispatch) throws -> Transfer {
        try provider.transfer(for: blank.filled(with: try content.render(values)))
    }
}

extension Provider {
    /// As fast as it goes.
    public var rates: RateLimits { RateLimits() }

    public func form(of content: ContentRenderer) -> any ContentForm { RenderingForm(content, for: self) }
}

extension Dispatch {
    public func filled(with rendered: RenderedContent) -> Dispatch {
        var dispatch = self
        dispatch.subject = rendered.subject
        dispatch.html = rendered.html
        dispatch.text = rendered.text
        dispatch.extras = rendered.extras
        return dispatch
    }
}
