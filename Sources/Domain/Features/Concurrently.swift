import Dispatch
import Synchronization

/// Runs two computations at the same time, on two threads if there are two, and returns when both are done.
func concurrently<A: Sendable, B: Sendable>(_ first: @Sendable () -> A, _ second: @Sendable () -> B) -> (A, B) {
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
    guard let x = a.withLock(\.self), let y = b.withLock(\.self) else {
        preconditionFailure("concurrentPerform returned before both computations were done")
    }
    return (x, y)
}
