extension MergeTemplate {
    /// The message for one receiver.
    /// - Throws: `MergeTemplateError` when nested lists would make it larger than `maximumOutputBytes`.
    public func render(_ values: MergeValues) throws -> String {
        // One slot for text is worth a test of its own: most SMS and every content without variables end here.
        if nodes.isEmpty { return "" }
        if nodes.count == 1, case .text(let text) = nodes[0] { return text }
        var renderer = MergeRenderer(self, values)
        renderer.out.reserveCapacity(staticBytes + nodes.count * 16)
        try renderer.run(0..<nodes.count)
        return renderer.out
    }

    /// The plain variables that this receiver's message would reach and have nothing to show for, each once.
    ///
    /// Unlike `MergeValues.missing(for:)` this follows sections: a variable inside a section that is not shown is not
    /// missing, one absent from an item of a list is.
    public func missing(in values: MergeValues) throws -> [String] {
        var renderer = MergeRenderer(self, values)
        renderer.notesMissing = true
        try renderer.run(0..<nodes.count)
        return renderer.missing
    }
}

/// Evaluates the nodes of one template over the values of one receiver.
private struct MergeRenderer {
    var out = ""
    var notesMissing = false
    private(set) var missing: [String] = []

    private let nodes: [MergeNode]
    private let kind: MergeTemplate.Kind
    private var stack: [MergeValue]
    private var steps = 0
    private var written = 0
    private var seenMissing = Set<String>()

    init(_ template: MergeTemplate, _ values: MergeValues) {
        nodes = template.nodes
        kind = template.kind
        stack = [values.value]
    }

    /// Recurses only into sections, so never deeper than `MergeTemplate.maximumDepth`.
    mutating func run(_ range: Range<Int>) throws {
        var index = range.lowerBound
        while index < range.upperBound {
            try countStep()
            switch nodes[index] {
            case .text(let text):
                try write(text)
            case .variable(let name, let startsLink):
                try writeVariable(name, startsLink: startsLink)
            case .section(let name, let end):
                try runSection(find(name), (index + 1)..<end)
                index = end
                continue
            case .inverted(let name, let end):
                try runInverted(find(name), (index + 1)..<end)
                index = end
                continue
            }
            index += 1
        }
    }

    private mutating func runSection(_ value: MergeValue?, _ body: Range<Int>) throws {
        guard let value, value.isTruthy else { return }
        switch value {
        case .list(let items):
            for item in items {
                try countStep()
                try run(body, within: item)
            }
        case .bool: try run(body)
        default: try run(body, within: value)
        }
    }

    private mutating func runInverted(_ value: MergeValue?, _ body: Range<Int>) throws {
        if let value, value.isTruthy { return }
        // As in the engine, "." inside is the empty list itself.
        if case .list = value { try run(body, within: .list([])) } else { try run(body) }
    }

    private mutating func run(_ body: Range<Int>, within value: MergeValue) throws {
        stack.append(value)
        defer { stack.removeLast() }
        try run(body)
    }

    private mutating func writeVariable(_ name: MergeName, startsLink: Bool) throws {
        let text = find(name)?.text ?? ""
        if text.isEmpty, notesMissing, seenMissing.insert(name.written).inserted { missing.append(name.written) }
        switch kind {
        case .text: try write(text)
        case .html where startsLink && !LinkPolicy.allows(text, forImage: true): break
        case .html: try write(HTMLEntities.escape(text))
        }
    }

    /// The first step is searched from the innermost value outwards, the rest only from where it was found.
    private func find(_ name: MergeName) -> MergeValue? {
        guard let first = name.steps.first else { return stack.last }
        var found: MergeValue?
        if name.isRelative {
            found = stack.last?.child(first)
        } else {
            var index = stack.count - 1
            while found == nil, index >= 0 {
                found = stack[index].child(first)
                index -= 1
            }
        }
        for step in name.steps.dropFirst() {
            guard let next = found?.child(step) else { return nil }
            found = next
        }
        return found
    }

    private mutating func write(_ text: String) throws {
        written += text.utf8.count
        guard written <= MergeTemplate.maximumOutputBytes else { throw Self.tooLarge }
        if !notesMissing { out += text }
    }

    private mutating func countStep() throws {
        steps += 1
        guard steps <= MergeTemplate.maximumSteps else { throw Self.tooLarge }
    }

    private static let tooLarge = MergeTemplateError(problem: .outputTooLarge, line: nil)
}
