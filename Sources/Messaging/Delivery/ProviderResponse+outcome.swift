extension ProviderResponse {
    /// Interprets the response for its message. A provider handles only the response type of its protocol; broken
    /// connections are handled here for all of them.
    ///
    /// - Parameter provider: `nil` if it was removed while the response was pending; the response still counts.
    public func outcome(for provider: (any Provider)?) -> Outcome {
        switch self {
        case .brokenConnection(let detail, handedOver: true): .inDoubt(detail: detail)
        case .brokenConnection(let detail, handedOver: false): .notHandedOver(detail: detail)
        case .smtp(let reply): (provider as? any MailProvider)?.outcome(of: reply) ?? reply.plainOutcome
        case .http(let response): (provider as? any HTTPProvider)?.outcome(of: response) ?? response.plainOutcome
        case .sandbox(let response):
            (provider as? any SandboxingProvider)?.outcome(of: response) ?? response.plainOutcome
        case .notice(let response): (provider as? any InboxProvider)?.outcome(of: response) ?? response.plainOutcome
        }
    }
}

extension SMTPResponse {
    fileprivate var plainOutcome: Outcome {
        let words = "\(code) \(text)"
        return switch code / 100 {
        case 2: .accepted(reference: "", detail: words)
        case 4: .deferred(reason: .transient, retryAfter: nil, detail: words)
        default: .refused(detail: words, addressIsDead: false)
        }
    }
}

extension HTTPResponse {
    fileprivate var plainOutcome: Outcome {
        let words = "\(status) \(reason)"
        return switch status {
        case 200...299: .accepted(reference: "", detail: words)
        case 401, 403, 408, 425, 429, 500...: .deferred(reason: .transient, retryAfter: nil, detail: words)
        default: .refused(detail: words, addressIsDead: false)
        }
    }
}

extension SandboxResponse {
    fileprivate var plainOutcome: Outcome {
        switch self {
        case .accepted(let reference): .accepted(reference: reference, detail: "")
        case .refused: .refused(detail: "", addressIsDead: false)
        case .failed: .deferred(reason: .transient, retryAfter: nil, detail: "")
        }
    }
}

extension InAppResponse {
    fileprivate var plainOutcome: Outcome {
        switch self {
        case .kept(let reference): .accepted(reference: reference, detail: "")
        case .readerIsGone: .refused(detail: "The record was deleted.", addressIsDead: false)
        }
    }
}
