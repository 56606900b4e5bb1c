import Postgres

extension PostgresError {
    /// What the server says about a table, schema or column of racing.* that is missing (42P01, 3F000, 42703) or not
    /// granted (42501); `nil` for other errors. modeling.* is ours: `giddyup migrate` creates and grants it.
    package var unavailableObject: String? {
        guard case .server(let state) = code, query?.contains("modeling.") == false else { return nil }
        return ["42P01", "3F000", "42703", "42501"].contains(state) ? message : nil
    }
}
