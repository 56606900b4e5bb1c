import CLibpq

extension PostgresConnection {
    /// Hashes a password as the server stores it (`password_encryption`, SCRAM by default), so that the password itself
    /// is not sent.
    public func encryptPassword(_ password: String, for role: String) throws(PostgresError) -> String {
        guard let hash = PQencryptPasswordConn(pointer, password, role, nil) else {
            throw PostgresError(.connection, "the password of \(role) cannot be hashed")
        }
        defer { PQfreemem(hash) }
        return String(cString: hash)
    }
}
