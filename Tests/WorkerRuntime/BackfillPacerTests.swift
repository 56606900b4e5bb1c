import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct BackfillPacerTests {
    @Test func `takes one message until a batch was measured`() {
        #expect(BackfillPacer(unit: .milliseconds(50)).limit == 1)
    }

    @Test func `fits batches into the unit of work`() {
        var pacer = BackfillPacer(unit: .milliseconds(50))
        pacer.recordBatch(of: 10, took: .milliseconds(20))
        #expect(pacer.limit == 25)
        pacer.recordBatch(of: 1, took: .seconds(1))
        #expect(pacer.limit == 1)
    }
}
