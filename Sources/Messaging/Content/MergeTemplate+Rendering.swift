import Templating

extension MergeTemplate {
    private static let options = RenderingOptions(
        maximumBytes: maximumOutputBytes, maximumSteps: maximumSteps,
        allowsLink: { LinkPolicy.allows($0, forImage: true) })

    /// The message for one receiver.
    /// - Throws: `MergeTemplateError` when nested lists would make it larger than `maximumOutputBytes`.
    public func render(_ values: MergeValues) throws -> String {
        do throws(TemplateError) {
            return try template.render(values.value, options: Self.options)
        } catch {
            throw MergeTemplateError(error)
        }
    }

    /// The plain variables that this receiver's message would reach and have nothing to show for, each once.
    ///
    /// Unlike `MergeValues.missing(for:)` this follows sections: a variable inside a section that is not shown is not
    /// missing, one absent from an item of a list is.
    public func missing(in values: MergeValues) throws -> [String] {
        do throws(TemplateError) {
            return try template.missing(in: values.value, options: Self.options)
        } catch {
            throw MergeTemplateError(error)
        }
    }
}
