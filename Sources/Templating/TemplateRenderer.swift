extension Template {
    /// The text of the template for `value`.
    ///
    /// A name that leads nowhere shows nothing; so does a partial that is not in `partials`.
    /// - Parameter partials: What `{{>name}}` and `{{<name}}` mean, by name.
    /// - Throws: `TemplateError` when the result exceeds the bounds of `options`, or partials nest without end.
    @inlinable
    public func render<Value: TemplateValue>(
        _ value: Value, partials: [String: Template] = [:], options: RenderingOptions = RenderingOptions()
    ) throws(TemplateError) -> String {
        // Most SMS and every content without variables end here.
        if nodes.isEmpty { return "" }
        if nodes.count == 1, case .text(let text) = nodes[0] { return text }
        var renderer = TemplateRenderer(self, value, partials, options)
        renderer.out.reserveCapacity(
            partials.isEmpty ? textBytes + nodes.count * 16 : TemplateRenderer<Value>.pageBytes)
        try renderer.run(0..<nodes.count)
        return renderer.out
    }

    /// The variables that the text for `value` would reach and have nothing to show for, as written, each once.
    ///
    /// A variable inside a section that is not shown is not missing; one absent from an item of a list is.
    @inlinable
    public func missing<Value: TemplateValue>(
        in value: Value, options: RenderingOptions = RenderingOptions()
    ) throws(TemplateError) -> [String] {
        var renderer = TemplateRenderer(self, value, [:], options)
        renderer.collectsMissing = true
        try renderer.run(0..<nodes.count)
        return renderer.missing
    }
}

/// Evaluates the nodes of a template over a value. Inlinable, so that each kind of value gets a renderer of its own.
@usableFromInline
struct TemplateRenderer<Value: TemplateValue> {
    /// What fills a block: nodes of the template that fills it.
    @usableFromInline
    struct Filling {
        @usableFromInline let nodes: [TemplateNode]
        @usableFromInline let range: Range<Int>

        @inlinable
        init(nodes: [TemplateNode], range: Range<Int>) { (self.nodes, self.range) = (nodes, range) }
    }

    /// Room for the usual page.
    @inlinable static var pageBytes: Int { 64 * 1024 }

    @usableFromInline var out = ""
    @usableFromInline var collectsMissing = false
    @usableFromInline var missing: [String] = []
    @usableFromInline var seenMissing: Set<String> = []

    @usableFromInline let partials: [String: Template]
    @usableFromInline let options: RenderingOptions
    @usableFromInline var nodes: [TemplateNode]
    /// What fills the blocks of the layouts around.
    @usableFromInline var fillings: [String: Filling] = [:]
    @usableFromInline var stack: [Value]
    @usableFromInline var steps = 0
    @usableFromInline var written = 0
    @usableFromInline var partialDepth = 0

    @inlinable
    init(_ template: Template, _ value: Value, _ partials: [String: Template], _ options: RenderingOptions) {
        nodes = template.nodes
        stack = [value]
        self.partials = partials
        self.options = options
    }

    /// Recurses only into sections, blocks and partials, each of which nests to a bounded depth.
    @inlinable
    mutating func run(_ range: Range<Int>) throws(TemplateError) {
        let nodes = nodes
        var index = range.lowerBound
        while index < range.upperBound {
            try countStep()
            let next: Int
            switch nodes[index] {
            case .text(let text):
                try write(text)
                next = index + 1
            case .variable(let name, let form):
                try writeVariable(name, form)
                next = index + 1
            case .section(let name, let end):
                if let value = find(name) { try runSection(value, (index + 1)..<end) }
                next = end
            case .inverted(let name, let end):
                try runInverted(find(name), (index + 1)..<end)
                next = end
            case .partial(let name):
                try runPartial(name, fillings)
                next = index + 1
            case .layout(let name, let blocks, let end):
                // The outermost template decides what fills a block.
                let own = blocks.mapValues { Filling(nodes: nodes, range: $0) }
                try runPartial(name, own.isEmpty ? fillings : fillings.merging(own) { outer, _ in outer })
                next = end
            case .block(let name, let end):
                if let filling = fillings[name] {
                    try run(filling.nodes, filling.range, fillings, name)
                } else {
                    try run((index + 1)..<end)
                }
                next = end
            }
            index = next
        }
    }

    @inlinable
    mutating func runSection(_ value: Value, _ body: Range<Int>) throws(TemplateError) {
        switch value.section {
        case .hidden: break
        case .shown: try run(body)
        case .within: try run(body, within: value)
        case .each(let items):
            for item in items {
                try countStep()
                try run(body, within: item)
            }
        }
    }

    @inlinable
    mutating func runInverted(_ value: Value?, _ body: Range<Int>) throws(TemplateError) {
        guard let value else { return try run(body) }
        switch value.section {
        case .hidden: try run(body)
        // "." inside is the empty list itself.
        case .each(let items) where items.isEmpty: try run(body, within: value)
        case .shown, .within, .each: break
        }
    }

    @inlinable
    mutating func run(_ body: Range<Int>, within value: Value) throws(TemplateError) {
        stack.append(value)
        try run(body)
        stack.removeLast()
    }

    @inlinable
    mutating func runPartial(_ name: String, _ fillings: [String: Filling]) throws(TemplateError) {
        guard let partial = partials[name] else { return }
        try run(partial.nodes, 0..<partial.nodes.count, fillings, name)
    }

    /// Runs nodes of another template, then goes on with these.
    @inlinable
    mutating func run(
        _ others: [TemplateNode], _ range: Range<Int>, _ fillings: [String: Filling], _ name: String
    ) throws(TemplateError) {
        guard partialDepth < Template.maximumPartialDepth else {
            throw TemplateError(problem: .endlessPartial(name), line: nil)
        }
        let own = (nodes, self.fillings)
        (nodes, self.fillings) = (others, fillings)
        partialDepth += 1
        try run(range)
        partialDepth -= 1
        (nodes, self.fillings) = own
    }

    @inlinable
    mutating func writeVariable(_ name: TemplateName, _ form: TemplateNode.Form) throws(TemplateError) {
        let text = find(name)?.text ?? ""
        if text.isEmpty {
            if collectsMissing, seenMissing.insert(name.written).inserted { missing.append(name.written) }
            return
        }
        switch form {
        case .plain: try write(text)
        case .link where !options.allowsLink(text): break
        case .escaped, .link: try write(HTMLEscape.escape(text))
        }
    }

    /// The first step is searched from the innermost value outwards, the rest only from where it was found.
    @inlinable
    func find(_ name: TemplateName) -> Value? {
        guard let first = name.steps.first else { return stack.last }
        var found: Value?
        if name.isRelative {
            found = stack.last?.child(first)
        } else {
            var index = stack.count - 1
            while found == nil, index >= 0 {
                found = stack[index].child(first)
                index -= 1
            }
        }
        var index = 1
        while let value = found, index < name.steps.count {
            found = value.child(name.steps[index])
            index += 1
        }
        return found
    }

    @inlinable
    mutating func write(_ text: String) throws(TemplateError) {
        written += text.utf8.count
        guard written <= options.maximumBytes else { throw TemplateError(problem: .outputTooLarge, line: nil) }
        if !collectsMissing { out += text }
    }

    @inlinable
    mutating func countStep() throws(TemplateError) {
        steps += 1
        guard steps <= options.maximumSteps else { throw TemplateError(problem: .outputTooLarge, line: nil) }
    }
}
