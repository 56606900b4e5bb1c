import Postgres

/// Creates the login roles of workers. Each is a member of `giddyup_worker`, which may read racing.* and write
/// modeling.*, and has no other right.
public enum RoleStore {
    /// The login role of a worker, such as `giddyup_feature_builder`.
    public static func name(of worker: String) -> String {
        "giddyup_" + worker.map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// Creates the role if it does not exist.
    ///
    /// - Parameter password: replaces the role's password; `nil` keeps it. Only its hash is sent to the server, so that
    ///   no log of statements contains it.
    /// - Returns: whether the role was created.
    /// - Throws: `StoreError` if the role exists and has more rights than a worker should have.
    public static func apply(_ role: String, password: String?, _ connection: PostgresConnection) async throws -> Bool {
        let found = try await connection.query(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb AS is_strong FROM pg_roles WHERE rolname = $1",
            [.text(role)]
        ).first
        if try found?.get("is_strong", as: Bool.self) == true {
            throw StoreError(.conflict, "the role \(role) exists and may do more than a worker: drop or rename it")
        }
        // A role that may create roles, but is no superuser, cannot name the attributes that it does not have.
        if found == nil { try await connection.run("CREATE ROLE %I LOGIN INHERIT", role) }
        try await connection.run("GRANT giddyup_worker TO %I", role)
        if let password {
            let hash = try connection.encryptPassword(password, for: role)
            try await connection.run("ALTER ROLE %I PASSWORD %L", role, hash)
        }
        return found == nil
    }
}

extension PostgresConnection {
    /// Runs a statement that takes no parameters, with names and literals quoted by the server (`format`).
    fileprivate func run(_ statement: String, _ values: String...) async throws {
        let quoted: String = try await query(
            "SELECT format($1, VARIADIC $2::text[]) AS statement",
            [.text(statement), .texts(values)]
        )[0].get("statement")
        try await script(quoted)
    }
}
