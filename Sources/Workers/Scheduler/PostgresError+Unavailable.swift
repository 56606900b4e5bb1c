import Postgres

extension PostgresError {
    /// What the server says about a table, schema or column of racing.* that is missing (42P01, 3F000, 42703) or not
    /// granted (42501); `nil` for other errors. modeling.* is ours: `giddyup migrate` creates it.
    var unavailableObject: String? {
        guard case .server(let state) = code else { return nil }
        let isMissing = ["42P01", "3F000", "42703"].contains(state) && query?.contains("modeling.") == false
        return isMissing || state == "42501" ? message : nil
    }
}
