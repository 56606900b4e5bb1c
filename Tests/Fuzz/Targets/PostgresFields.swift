@testable import Postgres

/// Any bytes as a row of a binary COPY, and as a field of each type.
@Sendable func fuzzPostgresFields(_ input: [UInt8]) {
    var reader = ByteReader(input)
    let plan = reader.take(Int(reader.byte() % 12))
    let header = Int(reader.byte() % 20)
    // A copy of the exact size, so that the address sanitizer sees every read beyond it.
    let bytes = reader.rest()
    bytes.withUnsafeBytes { buffer in
        var row = CopyRowDecoder(buffer, skipping: header, query: "COPY")
        do {
            while try row.beginRow() { for kind in plan { try read(kind, &row) } }
        } catch {}
        let type = input.first.map { types[Int($0) % types.count] } ?? 0
        decodeField(buffer, type)
    }
}

private let types: [UInt32] = [16, 17, 20, 21, 23, 25, 114, 700, 701, 1043, 1082, 1114, 1184, 3802, 0]

private func read(_ kind: UInt8, _ row: inout CopyRowDecoder) throws(PostgresError) {
    switch kind % 8 {
    case 0: keep(try row.int2())
    case 1: keep(try row.int4())
    case 2: keep(try row.int8())
    case 3: keep(try row.float8())
    case 4: keep(try row.bool())
    case 5: keep(try row.date().map(\.daysSince1970))
    case 6: keep(try row.timestamptz().map(\.microseconds))
    default: keep(try row.text())
    }
}

private func decodeField(_ buffer: UnsafeRawBufferPointer, _ type: UInt32) {
    keep(Int64.decode(buffer, type: type))
    keep(Int.decode(buffer, type: type))
    keep(Double.decode(buffer, type: type))
    keep(Bool.decode(buffer, type: type))
    keep(String.decode(buffer, type: type))
    keep(PostgresDate.decode(buffer, type: type).map { PostgresDate(daysSince1970: $0.daysSince1970) })
    keep(PostgresInstant.decode(buffer, type: type).map { $0.since2000 })
    keep([UInt8].decode(buffer, type: type))
}
