import Logging
import ModelingStore
import Postgres
import Racing
import ServiceLifecycle
import WorkerRuntime

/// Shows what the bets of the last days were worth, from modeling.bets: every replica shows the same.
struct ClosingLineGauge: Service {
    let pool: PostgresPool
    let metrics: Metrics
    let logger: Logger
    let now: @Sendable () -> Instant

    private static let days = 30
    private static let interval = Duration.seconds(60)

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await show() } catch { logger.debug("the bets were not read: \(error)") }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func show() async throws {
        let since = now().day(in: .gmt).advanced(by: -Self.days)
        for book in try await pool.withConnection({ try await BoardStore.readBook(since: since, $0) }) {
            let labels = ["source": book.source, "days": "\(Self.days)"]
            metrics.set("giddyup_bets", labels, Double(book.bets))
            metrics.set("giddyup_bets_settled", labels, Double(book.settled))
            metrics.set("giddyup_bets_staked_units", labels, book.staked)
            metrics.set("giddyup_bets_profit_units", labels, book.profit)
            if let clv = book.clv { metrics.set("giddyup_bets_clv", labels, clv) }
        }
    }
}
