import Dispatch
import Synchronization

/// Two computations at once, on two threads where there are two; returns when both are done.
func both<A: Sendable, B: Sendable>(_ first: @Sendable () -> A, _ second: @Sendable () -> B) -> (A, B) {
    let a = Mutex<A?>(nil)
    let b = Mutex<B?>(nil)
    DispatchQueue.concurrentPerform(iterations: 2) { index in
        if index == 0 {
            let value = first()
            a.withLock { $0 = value }
        } else {
            let value = second()
            b.withLock { $0 = value }
        }
    }
    guard let x = a.withLock(\.self), let y = b.withLock(\.self) else { preconditionFailure("concurrentPerform returns when all have run") }
    return (x, y)
}
