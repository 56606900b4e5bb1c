import Foundation
import Parquet
import Testing

@Suite struct ParquetTests {
    private let path = NSTemporaryDirectory() + "giddyup-\(UUID().uuidString).parquet"

    private let group = [
        ParquetColumn("id", .int64([1, .max, -3])),
        ParquetColumn("x", .float([1.5, .nan, 0]), isValid: [true, true, false]),
        ParquetColumn("p", .double([0.1, 0.2, 0.3])),
        ParquetColumn("name", .text(["通勝", "", "Ärger"]), isValid: [true, false, true]),
        ParquetColumn("day", .date([0, 19_000, -1])),
    ]
    private var schema: [(name: String, kind: ParquetColumn.Kind)] { group.map { ($0.name, $0.kind) } }

    @Test func `columns round-trip with their nulls`() throws {
        defer { unlink(path) }
        var writer = try ParquetWriter(path, columns: schema, metadata: ["feature_set": "1", "hash": "abc"])
        try writer.write(group)
        try writer.write(group)
        #expect(!FileManager.default.fileExists(atPath: path), "the file gets its final name in finish()")
        try writer.finish()
        let reader = try ParquetReader(path)
        #expect(reader.rows == 6)
        #expect(reader.names == ["id", "x", "p", "name", "day"])
        #expect(reader.metadata == ["feature_set": "1", "hash": "abc"])
        #expect(try reader.column("id").values == .int64([1, .max, -3, 1, .max, -3]))
        let x = try reader.column("x")
        #expect(x.isValid == [true, true, false, true, true, false])
        guard case .float(let floats) = x.values else { throw ParquetError(path, "not floats") }
        #expect(floats[0] == 1.5 && floats[1].isNaN && floats[3] == 1.5)
        #expect(try reader.column("name").values == .text(["通勝", "", "Ärger", "通勝", "", "Ärger"]))
        #expect(try reader.column("name").isValid == [true, false, true, true, false, true])
        #expect(try reader.column("day").values == .date([0, 19_000, -1, 0, 19_000, -1]))
        #expect(try reader.column("p").isValid == nil)
    }

    @Test func `an unfinished file is deleted`() throws {
        do {
            var writer = try ParquetWriter(path, columns: schema)
            try writer.write(group)
        }
        let folder = (path as NSString).deletingLastPathComponent
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasPrefix((path as NSString).lastPathComponent)
        }
        #expect(files == [])
    }

    @Test func `writes and reads a file without rows`() throws {
        defer { unlink(path) }
        var writer = try ParquetWriter(path, columns: schema)
        try writer.finish()
        let reader = try ParquetReader(path)
        #expect(reader.rows == 0)
        #expect(try reader.column("name").values == .text([]))
    }

    @Test func `rejects invalid paths, files and row groups`() throws {
        defer { unlink(path) }
        #expect(throws: ParquetError.self) { _ = try ParquetReader("/nowhere/at/all.parquet") }
        #expect(throws: ParquetError.self) { _ = try ParquetWriter("/nowhere/at/all.parquet", columns: schema) }
        try Data("PAR1 but not really PAR1".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ParquetError.self) { _ = try ParquetReader(path) }
        var writer = try ParquetWriter(path, columns: schema)
        #expect(throws: ParquetError.self) { try writer.write([group[0]]) }
        #expect(throws: ParquetError.self) { try writer.write([ParquetColumn("id", .int64([1]))] + group.dropFirst()) }
        try writer.write(group)
        try writer.finish()
        #expect(throws: ParquetError.self) { try writer.write(group) }
        let reader = try ParquetReader(path)
        #expect(throws: ParquetError.self) { try reader.column("absent") }
    }
}
