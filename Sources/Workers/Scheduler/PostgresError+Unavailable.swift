import Postgres

extension PostgresError {
    /// What the server says about a table, schema or column that is missing (42P01, 3F000, 42703) or not granted
    /// (42501); `nil` for other errors.
    var unavailableObject: String? {
        guard case .server(let state) = code, ["42P01", "3F000", "42703", "42501"].contains(state) else { return nil }
        return message
    }
}
