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
            var shown: Set<String> = []
            while !Task.isCancelled {
                do { try await show(&shown) } catch { logger.debug("the bets were not read: \(error)") }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// - Parameter shown: the sources that have figures. One without bets in these days loses them.
    private func show(_ shown: inout Set<String>) async throws {
        let since = now().day(in: .gmt).advanced(by: -Self.days)
        let books = try await pool.withConnection { try await BoardStore.readBook(since: since, $0) }
        for source in shown.subtracting(books.map(\.source)) {
            for name in ["", "_settled", "_staked_units", "_profit_units", "_clv"] {
                metrics.remove("giddyup_bets\(name)", Self.labels(source))
            }
        }
        shown = Set(books.map(\.source))
        for book in books {
            let labels = Self.labels(book.source)
            metrics.set("giddyup_bets", labels, Double(book.bets))
            metrics.set("giddyup_bets_settled", labels, Double(book.settled))
            metrics.set("giddyup_bets_staked_units", labels, book.staked)
            metrics.set("giddyup_bets_profit_units", labels, book.profit)
            if let clv = book.clv { metrics.set("giddyup_bets_clv", labels, clv) }
        }
    }

    private static func labels(_ source: String) -> [String: String] { ["source": source, "days": "\(days)"] }
}
