extension DeliveryChannel {
    /// The permission for direct sends: email has one of its own; everything else, which mostly goes to a telephone,
    /// shares one.
    public var sendPermission: Permission { self == .email ? .sendEmail : .sendSMS }
}
