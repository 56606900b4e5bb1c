import Betting
import Foundation
import Logging
import Messages
import ModelArtifacts
import ModelingStore
import Scorer
import SeededScoring
import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct ScorerCacheTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withFolder(_ body: (String, ScorerCache) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "bundles-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder, ScorerCache(.folder(folder), policy: StakingPolicy(), logger: logger))
    }

    private func write(to folder: String) throws {
        try BundleFile.write(SeededRace.bundle(trees: 2, leaves: 7), to: folder)
    }

    @Test func `loads a model once, however many tasks ask for it`() async throws {
        try await withFolder { folder, scorers async throws in
            try write(to: folder)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<50 { tasks.addTask { _ = try await scorers.scorer(SeededRace.model) } }
                try await tasks.waitForAll()
            }
            #expect(await scorers.loadCount == 1)
        }
    }

    @Test func `loads a model that was missing before`() async throws {
        try await withFolder { folder, scorers async throws in
            for _ in 0..<2 {
                let error = await #expect(throws: StoreError.self) { _ = try await scorers.scorer(SeededRace.model) }
                #expect(error?.code == .unknownModel)
            }
            try write(to: folder)
            _ = try await scorers.scorer(SeededRace.model)
            #expect(await scorers.loadCount == 1)
        }
    }

    /// The least recently used of nine gives way.
    @Test func `keeps eight models`() async throws {
        try await withFolder { folder, scorers async throws in
            try write(to: folder)
            func load(_ id: Int64) async throws {
                var model = SeededRace.model
                model.modelID = id
                _ = try await scorers.scorer(model)
            }
            for id in 1...8 { try await load(Int64(id)) }
            try await load(1)
            try await load(9)
            #expect(await scorers.loadCount == 9)
            try await load(1)
            #expect(await scorers.loadCount == 9)
            try await load(2)
            #expect(await scorers.loadCount == 10)
        }
    }

    @Test func `scores a batch in order, and one that fails does not stop the others`() async throws {
        try await withFolder { folder, scorers async throws in
            try write(to: folder)
            var absent = SeededRace.model
            absent.version = "absent"
            absent.modelID = 2
            let batch = (0..<30).map { [absent] number in
                var race = SeededRace.features(runners: 3)
                race.request.raceID = Int64(number)
                if number == 13 { race.request.models[0] = absent }
                return race
            }
            let outcomes = try await ScorerHandler(scorers, metrics: Metrics(), logger: logger).handle(batch)
            let races: [Int64?] = outcomes.map { outcome in
                if case .done(let outputs) = outcome { (outputs.first as? RaceSignals)?.raceID } else { nil }
            }
            #expect(races == (0..<30).map { $0 == 13 ? nil : Int64($0) })
        }
    }
}
