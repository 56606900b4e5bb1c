import FlyingFox
import FlyingSocks
import Foundation

/// The content of a page as server-sent events: again whenever it has changed, and a comment otherwise, so that a lost
/// connection is noticed.
struct BoardEvents: AsyncBufferedSequence {
    typealias Element = UInt8

    private let interval: Duration
    private let content: @Sendable () async throws -> String

    init(every interval: Duration, _ content: @escaping @Sendable () async throws -> String) {
        self.interval = interval
        self.content = content
    }

    func makeAsyncIterator() -> Iterator { Iterator(interval: interval, content: content) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        private let interval: Duration
        private let content: @Sendable () async throws -> String
        private var last: String?
        private var isFirst = true

        fileprivate init(interval: Duration, content: @escaping @Sendable () async throws -> String) {
            self.interval = interval
            self.content = content
        }

        /// The server reads the sequence in buffers only.
        mutating func next() async throws -> UInt8? { nil }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            if !isFirst { try await Task.sleep(for: interval) }
            isFirst = false
            let current: String
            do { current = try await content() } catch is CancellationError { return nil } catch {
                // The page stays as it is, and says that it is old.
                last = nil
                return Array("event: stale\ndata:\n\n".utf8)
            }
            guard current != last else { return Array(": unchanged\n\n".utf8) }
            last = current
            let json = String(decoding: try JSONEncoder().encode(current), as: UTF8.self)
            return Array("data: \(json)\n\n".utf8)
        }
    }
}
