/// Switches a part of the program on or off.
public struct SwitchModule: UseCase {
    public var module: Module
    public var isOn: Bool

    public init(_ module: Module, isOn: Bool) {
        self.module = module
        self.isOn = isOn
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.access.setModule(module, isOn: isOn, by: work.actor.name, at: work.now)
            try commit.audit("switch module", module.rawValue, detail: isOn ? "on" : "off")
        }
    }
}
