import Foundation

/// Runs the jobs of tasks one after the other, each after a pause, as on a machine that is too busy.
final class HeldUpExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "held-up")
    private let pause: TimeInterval

    init(pause: TimeInterval) { self.pause = pause }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.asyncAfter(deadline: .now() + pause) { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
