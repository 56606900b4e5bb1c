import CLibpq

/// One of the servers that a connection string names.
struct PostgresHost: Equatable {
    /// The settings that select this server.
    let settings: [(keyword: String, value: String)]

    static func == (a: Self, b: Self) -> Bool {
        a.settings.elementsEqual(b.settings) { $0.keyword == $1.keyword && $0.value == $1.value }
    }

    /// The servers that a connection string names, in order.
    ///
    /// libpq tries them one after another, but applies one time limit to all of them if its calls do not block. The
    /// first server that does not answer would use it up.
    ///
    /// - Returns: one server without settings if the string names one server or none, or is invalid.
    static func list(_ conninfo: String) -> [PostgresHost] {
        let single = [PostgresHost(settings: [])]
        guard let options = PQconninfoParse(conninfo, nil) else { return single }
        defer { PQconninfoFree(options) }
        var values: [String: [String]] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                values[String(cString: keyword)] = String(cString: value).split(
                    separator: ",",
                    omittingEmptySubsequences: false
                ).map(String.init)
            }
            option += 1
        }
        let count = max(values["host"]?.count ?? 0, values["hostaddr"]?.count ?? 0)
        guard count > 1 else { return single }
        return (0..<count).map { index in
            PostgresHost(
                settings: ["host", "hostaddr", "port"].compactMap { keyword in
                    guard let list = values[keyword] else { return nil }
                    // One port stands for all servers.
                    let value = keyword == "port" && list.count == 1 ? list[0] : list[safe: index]
                    return value.map { (keyword, $0) }
                }
            )
        }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
