/// The name, size and settings of a topic to create.
public struct KafkaTopic: Sendable, Equatable {
    public let name: String
    public let partitions: Int32
    public let replicas: Int32
    /// Topic settings such as `retention.ms` and `cleanup.policy`.
    public let settings: [String: String]

    public init(name: String, partitions: Int32, replicas: Int32 = 1, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicas = replicas
        self.settings = settings
    }
}
