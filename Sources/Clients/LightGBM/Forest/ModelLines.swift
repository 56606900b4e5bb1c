import Foundation

/// The lines of a model text, in sections that empty lines separate.
struct ModelLines {
    /// KEY=VALUE, or a KEY alone.
    struct Line {
        let key: String
        /// The value's bytes, with a terminator behind them.
        fileprivate let bytes: ArraySlice<UInt8>

        var text: String { String(decoding: bytes, as: UTF8.self) }

        func numbers() throws(ForestError) -> [Double] {
            try parse { start, end in strtod(start, &end) }
        }

        func integers() throws(ForestError) -> [Int] {
            try parse { start, end in strtol(start, &end, 10) }
        }

        /// Parses words that single spaces separate.
        private func parse<Number>(
            _ one: (UnsafePointer<CChar>, inout UnsafeMutablePointer<CChar>?) -> Number
        ) throws(ForestError) -> [Number] {
            var numbers: [Number] = []
            let isWhole = bytes.withUnsafeBytes { raw in
                guard let base = raw.baseAddress else { return false }
                let start = base.assumingMemoryBound(to: CChar.self)
                var offset = 0
                while offset < raw.count {
                    var end: UnsafeMutablePointer<CChar>?
                    numbers.append(one(start + offset, &end))
                    let next = end.map { UnsafePointer($0) - start } ?? offset
                    // The C functions skip leading spaces and stop at the first byte that is not part of a number.
                    guard next > offset, next <= raw.count, raw[offset] != UInt8(ascii: " "),
                        next == raw.count || raw[next] == UInt8(ascii: " ")
                    else { return false }
                    offset = next + 1
                }
                return true
            }
            guard isWhole, !numbers.isEmpty else { throw ForestError("\(key) is malformed") }
            return numbers
        }
    }

    private let bytes: [UInt8]
    private var position = 0
    /// Whether the line that ends the trees was reached.
    private(set) var isComplete = false

    init(_ text: String) {
        var bytes = Array(text.utf8)
        // `strtod` reads until a byte that is not part of a number.
        bytes += [UInt8(ascii: "\n"), 0]
        self.bytes = bytes
    }

    /// Whether the next section is a tree. Skips empty lines.
    var hasMoreTrees: Bool {
        mutating get {
            while position < bytes.count - 1, bytes[position] == UInt8(ascii: "\n") { position += 1 }
            let rest = bytes[position...]
            if rest.starts(with: "end of trees".utf8) { isComplete = true }
            return rest.starts(with: "Tree=".utf8)
        }
    }

    /// The next line of the section; `nil` at its end.
    mutating func next() -> Line? {
        guard position < bytes.count - 1 else { return nil }
        let start = position
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1
        position = end + 1
        guard end > start else { return nil }
        let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
        return Line(
            key: String(decoding: bytes[start..<equals], as: UTF8.self),
            bytes: bytes[min(equals + 1, end)..<end]
        )
    }
}
