extension TemplateQueries {
    /// What goes around a mail that names these. A choice that is gone meanwhile counts as none.
    public func layout(_ wrapper: WrapperChoice?, mailTemplate: Int64?) throws -> EmailLayout {
        let shell: EmailWrapper? =
            switch wrapper ?? .standard {
            case .standard: try defaultWrapper()
            case .none: nil
            case .wrapper(let id): try self.wrapper(id)
            }
        return EmailLayout(
            wrapper: shell?.draft, mailTemplate: try mailTemplate.flatMap { try self.mailTemplate($0)?.draft })
    }

    public func wrapped(_ composition: Composition) throws -> Composition {
        composition.wrapped(in: try layout(composition.emailWrapper, mailTemplate: composition.emailMailTemplate))
    }
}
