import Messages
import Postgres
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct ErrorClassTests {
    private func state(_ code: String) -> ErrorClass { .standard(PostgresError(.server(sqlState: code), "")) }

    @Test func `retries what an outage rejects`() {
        for code in ["40001", "40P01", "53300", "57P01", "57P03", "58030", "55P03"] {
            #expect(state(code) == .transient, "\(code)")
        }
        #expect(ErrorClass.standard(PostgresError(.connection, "")) == .transient)
        #expect(ErrorClass.standard(PostgresError(.cancelled, "")) == .transient)
    }

    @Test func `stops the worker if the database is set up wrongly`() {
        // In this order: undefined table, no privilege, undefined schema, no such database, wrong password.
        for code in ["42P01", "42501", "3F000", "3D000", "28P01"] { #expect(state(code) == .fatal, "\(code)") }
    }

    @Test func `stops the worker if its role is rejected`() {
        #expect(ErrorClass.standard(PostgresError(.setUp(sqlState: "22023"), "")) == .fatal)
    }

    @Test func `treats what a message may have caused as unknown`() {
        for code in ["22003", "23503", "P0001"] { #expect(state(code) == .unknown, "\(code)") }
        #expect(ErrorClass.standard(PostgresError(.decoding, "")) == .unknown)
        struct Strange: Error {}
        #expect(ErrorClass.standard(Strange()) == .unknown)
        #expect(ErrorClass.standard(ContractError("no")) == .contract)
    }
}
