/// A topic that cannot be read: it is missing, or its brokers return nothing.
public struct TopicScanError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
