import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct MapInParallelTests {
    @Test(arguments: [0, 1, 2, 3, 7, 100], [1, 2, 5]) func `keeps the order`(count: Int, tasks: Int) async {
        let squares = await mapInParallel(Array(0..<count), tasks: tasks) { value in
            // The first values take longest.
            for _ in value..<count { await Task.yield() }
            return value * value
        }
        #expect(squares == (0..<count).map { $0 * $0 })
    }
}
