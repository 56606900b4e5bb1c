import Foundation

/// Maps values in parallel, on as many tasks as there are cores.
///
/// The tasks yield between two values, because heartbeats and health checks share their threads.
///
/// - Parameter tasks: how many; `nil` for one for each core.
/// - Returns: the results in the order of `values`.
public func mapInParallel<T: Sendable, R: Sendable>(
    _ values: [T],
    tasks: Int? = nil,
    _ transform: @escaping @Sendable (T) async -> R
) async -> [R] {
    // A single value needs no task.
    if values.count <= 1 {
        guard let value = values.first else { return [] }
        return [await transform(value)]
    }
    let tasks = tasks ?? coreCount
    return await withTaskGroup(of: [(Int, R)].self) { group in
        for task in 0..<min(tasks, values.count) {
            group.addTask {
                var results: [(Int, R)] = []
                for index in stride(from: task, to: values.count, by: tasks) {
                    results.append((index, await transform(values[index])))
                    await Task.yield()
                }
                return results
            }
        }
        return await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// Asking the system costs as much as decoding a message.
private let coreCount = ProcessInfo.processInfo.activeProcessorCount
