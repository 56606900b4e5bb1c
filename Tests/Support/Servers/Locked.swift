import Synchronization

/// A mutex-protected value that the tasks of a test share.
public final class Locked<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    public init(_ value: Value) { mutex = Mutex(value) }

    public func withLock<R: Sendable>(_ body: (inout Value) throws -> R) rethrows -> R {
        try mutex.withLock { value throws in
            var copy = value
            defer { value = copy }
            return try body(&copy)
        }
    }
}
