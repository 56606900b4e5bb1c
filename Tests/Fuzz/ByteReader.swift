import Foundation

/// Takes typed values from the bytes of an input. After the last byte it gives zeros and empty texts.
struct ByteReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    mutating func integer() -> Int64 { (0..<8).reduce(0) { value, _ in value << 8 | Int64(byte()) } }

    mutating func take(_ limit: Int) -> [UInt8] {
        let taken = bytes.prefix(limit)
        bytes = bytes.dropFirst(limit)
        return Array(taken)
    }

    mutating func text() -> String { String(decoding: take(Int(byte())), as: UTF8.self) }

    mutating func rest() -> [UInt8] { take(bytes.count) }
}

/// Runs a body with files of these contents, for code that takes paths. The files are in memory.
func withFiles<T>(_ contents: [String: [UInt8]], _ body: (_ folder: String) throws -> T) rethrows -> T {
    let folder = "/dev/shm/giddyup-fuzz-\(getpid())"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, bytes) in contents {
        guard FileManager.default.createFile(atPath: folder + "/" + name, contents: Data(bytes)) else {
            fatalError("cannot write \(folder)/\(name)")
        }
    }
    defer { for name in contents.keys { unlink(folder + "/" + name) } }
    return try body(folder)
}
