/// The statements that a session has prepared, by their text. A name is never used twice.
struct PreparedStatements {
    private var names: [String: String] = [:]
    private var count = 0

    func name(of sql: String) -> String? { names[sql] }

    /// - Returns: a new name; `nil` if the statement has one.
    mutating func add(_ sql: String) -> String? {
        guard names[sql] == nil else { return nil }
        count += 1
        names[sql] = "giddyup_\(count)"
        return names[sql]
    }

    mutating func remove(_ sql: String) { names[sql] = nil }

    mutating func removeAll() { names = [:] }
}
