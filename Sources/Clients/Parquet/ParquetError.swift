import CParquet

/// An error of Arrow or of this wrapper, and the file it concerns.
public struct ParquetError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let message: String

    public init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// Takes ownership of the C message and frees it.
    init(_ path: String, consuming message: UnsafeMutablePointer<CChar>?) {
        self.init(path, message.map { String(cString: $0) } ?? "unknown error")
        parquet_free(message)
    }

    public var description: String { "parquet: \(path): \(message)" }
}
