import CParquet
import Foundation

/// Writes a Parquet file (zstd, column statistics) under a temporary name; `finish` renames it to its final name.
///
/// Without `finish`, `deinit` deletes the temporary file.
public struct ParquetWriter: ~Copyable {
    private let path: String
    private let temporary: String
    private let columns: [(name: String, kind: ParquetColumn.Kind)]
    private var handle: OpaquePointer?

    /// - Parameter metadata: key-value metadata for the footer.
    /// - Throws: `ParquetError` if the file cannot be created.
    public init(_ path: String, columns: [(name: String, kind: ParquetColumn.Kind)], metadata: [String: String] = [:])
        throws(ParquetError)
    {
        self.path = path
        self.temporary = "\(path).\(UUID().uuidString).part"
        self.columns = columns
        let pairs = metadata.sorted { $0.key < $1.key }
        var error: UnsafeMutablePointer<CChar>?
        let names = CStringArray(columns.map(\.name))
        let keys = CStringArray(pairs.map(\.key))
        let values = CStringArray(pairs.map(\.value))
        handle = parquet_writer_open(
            temporary,
            Int32(columns.count),
            names.pointers,
            columns.map(\.kind.rawValue),
            Int32(pairs.count),
            keys.pointers,
            values.pointers,
            &error
        )
        if handle == nil {
            unlink(temporary)
            throw ParquetError(path, consuming: error)
        }
    }

    deinit {
        guard let handle else { return }
        var error: UnsafeMutablePointer<CChar>?
        _ = parquet_writer_close(handle, &error)
        parquet_free(error)
        unlink(temporary)
    }

    /// Writes one row group.
    ///
    /// - Parameter group: the columns in the declared order, all of equal length.
    /// - Throws: `ParquetError` if the columns do not match the declared ones or differ in length, or the write fails.
    public mutating func write(_ group: [ParquetColumn]) throws(ParquetError) {
        guard let handle else { throw ParquetError(path, "the file is already finished") }
        guard group.count == columns.count, zip(group, columns).allSatisfy({ $0.name == $1.name && $0.kind == $1.kind })
        else {
            throw ParquetError(path, "the row group's columns do not match the file's columns")
        }
        let rows = group.first?.count ?? 0
        guard group.allSatisfy({ $0.count == rows && ($0.isValid?.count ?? rows) == rows }) else {
            throw ParquetError(path, "the row group's columns differ in length")
        }
        let buffers = group.map(ColumnBuffers.init)
        let values = buffers.map(\.values)
        var error: UnsafeMutablePointer<CChar>?
        let code = parquet_writer_write(handle, values, &error)
        withExtendedLifetime(buffers) {}
        if code != 0 { throw ParquetError(path, consuming: error) }
    }

    /// Writes the footer and renames the file to its final name, replacing any existing file.
    public mutating func finish() throws(ParquetError) {
        guard let handle else { throw ParquetError(path, "the file is already finished") }
        self.handle = nil
        var error: UnsafeMutablePointer<CChar>?
        guard parquet_writer_close(handle, &error) == 0 else {
            unlink(temporary)
            throw ParquetError(path, consuming: error)
        }
        guard rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw ParquetError(path, "cannot rename \(temporary) to this name: \(reason)")
        }
    }
}
