import FlyingFox
import FlyingSocks
import Foundation

/// The content of a page as server-sent events: again whenever it has changed, and a comment otherwise, so that a lost
/// connection is noticed.
struct BoardEvents: AsyncBufferedSequence {
    typealias Element = UInt8

    private let content: @Sendable () async throws -> String

    init(_ content: @escaping @Sendable () async throws -> String) { self.content = content }

    func makeAsyncIterator() -> Iterator { Iterator(content: content) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        fileprivate let content: @Sendable () async throws -> String
        private var last: String?
        private var isFirst = true

        private static let interval = Duration.seconds(2)

        fileprivate init(content: @escaping @Sendable () async throws -> String) { self.content = content }

        /// The server reads the sequence in buffers only.
        mutating func next() async throws -> UInt8? { nil }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            if !isFirst { try await Task.sleep(for: Self.interval) }
            isFirst = false
            // While the database cannot be read, the page stays as it is.
            guard let current = try? await content(), current != last else { return Array(": unchanged\n\n".utf8) }
            last = current
            let json = String(decoding: try JSONEncoder().encode(current), as: UTF8.self)
            return Array("data: \(json)\n\n".utf8)
        }
    }
}
