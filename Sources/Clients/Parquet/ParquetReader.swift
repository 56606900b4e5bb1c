import CParquet

/// Reads a Parquet file column by column.
public struct ParquetReader: ~Copyable {
    private let path: String
    private let handle: OpaquePointer
    public let rows: Int
    public let names: [String]
    /// The footer's key-value metadata, without Arrow's own `ARROW:schema`.
    public let metadata: [String: String]

    /// - Throws: `ParquetError` if the file cannot be read or is not a Parquet file.
    public init(_ path: String) throws(ParquetError) {
        var error: UnsafeMutablePointer<CChar>?
        guard let handle = parquet_reader_open(path, &error) else { throw ParquetError(path, consuming: error) }
        self.path = path
        self.handle = handle
        rows = Int(parquet_reader_rows(handle))
        names = (0..<parquet_reader_columns(handle)).map { String(cString: parquet_reader_name(handle, $0)) }
        var pairs: [String: String] = [:]
        for index in 0..<parquet_reader_metadata(handle) {
            pairs[String(cString: parquet_reader_metadata_key(handle, index))] = String(
                cString: parquet_reader_metadata_value(handle, index)
            )
        }
        pairs["ARROW:schema"] = nil
        metadata = pairs
    }

    deinit { parquet_reader_close(handle) }

    /// Reads a whole column.
    ///
    /// - Throws: `ParquetError` if there is no such column, or its type is not one of `ParquetColumn.Kind`.
    public func column(_ name: String) throws(ParquetError) -> ParquetColumn {
        guard let index = names.firstIndex(of: name) else {
            throw ParquetError(path, "the file has no column \"\(name)\"")
        }
        var values = ParquetValues()
        var error: UnsafeMutablePointer<CChar>?
        guard parquet_reader_read(handle, Int32(index), &values, &error) == 0 else {
            throw ParquetError(path, consuming: error)
        }
        let count = Int(values.length)
        func array<T>(_ type: T.Type) -> [T] {
            Array(UnsafeBufferPointer(start: values.data?.assumingMemoryBound(to: T.self), count: count))
        }
        let columnValues: ParquetColumn.Values
        switch ParquetColumn.Kind(rawValue: values.kind) {
        case .int64: columnValues = .int64(array(Int64.self))
        case .float: columnValues = .float(array(Float.self))
        case .double: columnValues = .double(array(Double.self))
        case .date: columnValues = .date(array(Int32.self))
        case .text:
            let bytes = UnsafeRawBufferPointer(start: values.data, count: Int(values.data_bytes))
            let ends = UnsafeBufferPointer(start: values.offsets, count: count + 1)
            columnValues = .text(
                (0..<count).map { String(decoding: bytes[Int(ends[$0])..<Int(ends[$0 + 1])], as: UTF8.self) }
            )
        case nil: throw ParquetError(path, "column \"\(name)\" has an unsupported type")
        }
        let isValid = values.validity.map { bits in (0..<count).map { bits[$0 / 8] & (1 << ($0 % 8)) != 0 } }
        return ParquetColumn(name, columnValues, isValid: isValid)
    }
}
