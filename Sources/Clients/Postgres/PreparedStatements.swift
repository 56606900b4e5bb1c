/// The statements that a session has prepared, by their text. A name is never used twice.
struct PreparedStatements {
    private struct Entry {
        let name: String
        var lastUse: Int
    }

    private var entries: [String: Entry] = [:]
    private var count = 0
    private var uses = 0

    /// Whether the server may hold statements that this has forgotten.
    private(set) var mayHaveOthers = false

    /// How many statements a session holds: the server keeps a plan of each in memory.
    static let capacity = 64

    /// The name of a statement that is about to be executed.
    mutating func name(of sql: String) -> String? {
        uses += 1
        entries[sql]?.lastUse = uses
        return entries[sql]?.name
    }

    /// - Returns: a new name, and the name of the statement that gives way to it; `nil` if the statement has a name.
    mutating func add(_ sql: String) -> (name: String, replaced: String?)? {
        guard entries[sql] == nil else { return nil }
        var replaced: String?
        if entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            replaced = oldest.value.name
        }
        count += 1
        uses += 1
        let name = "giddyup_\(count)"
        entries[sql] = Entry(name: name, lastUse: uses)
        return (name, replaced)
    }

    mutating func remove(_ sql: String) { entries[sql] = nil }

    mutating func removeAll() {
        entries = [:]
        mayHaveOthers = true
    }

    /// Records that the server holds no statements.
    mutating func recordReset() { mayHaveOthers = false }
}
