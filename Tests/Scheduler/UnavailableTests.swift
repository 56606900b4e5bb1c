import Postgres
import Scheduler
import Testing

@Suite struct UnavailableTests {
    private func object(_ state: String, _ query: String) -> String? {
        PostgresError(.server(sqlState: state), "what the server says", query: query).unavailableObject
    }

    @Test func `waits for what another team creates and grants`() {
        for state in ["42P01", "3F000", "42703", "42501"] {
            #expect(object(state, "SELECT 1 FROM racing.races") == "what the server says", "\(state)")
        }
    }

    @Test func `does not wait for what a migration creates and grants, nor for an outage`() {
        for state in ["42P01", "42501"] { #expect(object(state, "SELECT 1 FROM modeling.ticks") == nil, "\(state)") }
        for state in ["55P03", "57P01"] { #expect(object(state, "SELECT 1 FROM racing.races") == nil, "\(state)") }
        #expect(PostgresError(.connection, "", query: "SELECT 1 FROM racing.races").unavailableObject == nil)
    }
}
