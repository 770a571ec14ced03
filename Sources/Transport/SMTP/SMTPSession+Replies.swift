import Messaging

/// Handling of the server's replies.
extension SMTPSession {
    func take(_ code: Int) {
        guard code != 421 else {
            // 421 means the server is closing, whichever command it replies to (RFC 5321 section 3.8).
            return close(Closing(detail: "421 \(parser.readableText)", isOrderly: awaited.isEmpty && isIdle))
        }
        guard let expected = awaited.first else { return breach(.unasked) }
        guard window.written >= expected.end else { return takeEarly(code, expected) }
        awaited.removeFirst()
        switch expected.kind {
        case .mail: tookMail(code)
        case .rcpt: tookRecipient(code)
        case .data: tookData(code)
        case .body: tookBody(code)
        case .emptyBody: break
        case .reset: tookReset(code)
        case .quit: close(Closing(detail: "The connection was closed.", isOrderly: true))
        }
    }

    /// Handles a reply that precedes the end of the body: a server may reject a body early and hang up; any other early
    /// reply is a protocol violation.
    private func takeEarly(_ code: Int, _ expected: Expected) {
        guard expected.kind == .body, code >= 400, let message = delivered,
            message.terminator.map({ window.offered <= $0 }) ?? true
        else { return breach(.unasked) }
        delivered = nil
        finish(message.submission, .smtp(response(.body, code)))
        close(Closing(detail: "The server refused a message before its end: \(code) \(parser.readableText)"))
    }

    private func tookMail(_ code: Int) {
        guard introduced != nil else { return breach(.unasked) }
        switch code / 100 {
        case 2:
            introduced!.mailAccepted = true
            needsReset = true
            if !capabilities.pipelining { sendRecipient(introduced!.mail) }
        case 4, 5: refuse(response(.mail, code))
        default: breach(.unasked)
        }
    }

    private func tookRecipient(_ code: Int) {
        guard introduced != nil else { return breach(.unasked) }
        switch code / 100 {
        case 2: if !capabilities.pipelining { sendData() }
        case 4, 5: refuse(response(.rcpt, code))
        default: breach(.unasked)
        }
    }

    private func tookData(_ code: Int) {
        guard let message = introduced else { return breach(.unasked) }
        switch (code, message.refusal) {
        case (354, nil):
            (delivered, introduced) = (message, nil)
            awaited.insert(Expected(kind: .body, end: Int.max), at: 0)
            needsReset = false
            writeBody()
        case (354, let refusal?):
            // RFC 2920 section 3.1: the recipient was refused, so an empty message completes the DATA command.
            introduced = nil
            finish(message.submission, .smtp(refusal))
            needsReset = false
            window.append("\r\n.\r\n")
            expect(.emptyBody)
        case (400..., _):
            introduced = nil
            let response = message.refusal ?? response(.data, code)
            finish(message.submission, .smtp(response))
            if message.refusal == nil { noteAccountFault(response) }
        default: breach(.unasked)
        }
    }

    private func tookBody(_ code: Int) {
        guard let message = delivered, code / 100 != 3 else { return breach(.unasked) }
        delivered = nil
        finish(message.submission, .smtp(response(.body, code)))
    }

    private func tookReset(_ code: Int) {
        guard code / 100 == 2 else {
            return close(Closing(detail: "The server refused RSET: \(code) \(parser.readableText)"))
        }
        if !capabilities.pipelining, let message = introduced { sendMail(message.mail) }
    }

    /// Handles a refused transaction. With pipelining the rest of the group is still to be answered; in lock-step the
    /// transaction ends here.
    private func refuse(_ response: SMTPResponse) {
        guard introduced!.refusal == nil else { return }
        if capabilities.pipelining {
            introduced!.refusal = response
        } else {
            finish(introduced!.submission, .smtp(response))
            introduced = nil
        }
        noteAccountFault(response)
    }

    private func noteAccountFault(_ response: SMTPResponse) {
        guard SMTPResponse.accountFaults.contains(response.code) else { return }
        close(Closing(detail: "\(response.code) \(response.text)", isAccountFault: true))
    }

    private func response(_ command: SMTPResponse.Command, _ code: Int) -> SMTPResponse {
        SMTPResponse(command: command, code: code, text: parser.readableText)
    }

    private func breach(_ breach: SMTPBreach) { close(Closing(detail: breach.words)) }
}
