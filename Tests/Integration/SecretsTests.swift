import Foundation
import Testing

/// Passwords appear in no log and in no error.
@Suite(.timeLimit(.minutes(20))) struct SecretsTests {
    @Test func `workers and the command line print no password`() async throws {
        try await TestFleet.with { fleet async throws in
            let secret = "correct-horse-battery"
            let wrong = fleet.setting([
                "DATABASE_URL": "postgresql://somebody:\(secret)@127.0.0.1:1/nowhere?connect_timeout=1",
                "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
                "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM": "PLAIN",
                "KAFKA_SASL_USERNAME": "somebody",
                "KAFKA_SASL_PASSWORD": secret,
                "LOG_LEVEL": "trace",
            ])
            let workers = try ["scheduler", "publisher", "clv-tracker"].map(wrong.start)
            try await fleet.wait {
                fleet.log("scheduler").contains("error")
                    && ["publisher", "clv-tracker"].allSatisfy { fleet.log($0).count > 500 }
            }
            for worker in workers { await worker.stop() }
            for name in ["scheduler", "publisher", "clv-tracker"] {
                #expect(!fleet.log(name).isEmpty && !fleet.log(name).contains(secret), "\(name)")
            }
            for line in ["status", "migrate", "models list"] {
                let output = try await wrong.giddyup(line, expecting: 1)
                #expect(!output.contains(secret), "giddyup \(line)")
            }
        }
    }
}
