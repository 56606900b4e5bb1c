import Features
import Racing

@testable import Postgres
@testable import RacingImport

/// Any text as a CSV file.
@Sendable func fuzzCSVFile(_ input: [UInt8]) {
    withFiles(["a.csv": input]) { folder in
        guard let file = try? CSVFile(folder + "/a.csv", required: []) else { return }
        for index in 0..<file.count {
            for column in ["a", "b", "date"] {
                let row = file.row(index)
                keep(row.text(column))
                keep(try? row.int(column))
                if let number = try? row.double(column) { require(number.isFinite, "\(number)") }
                keep(try? row.day(column))
            }
        }
    }
}

/// Any bytes as a compressed CSV file: a damaged one is an error, and never fewer rows.
@Sendable func fuzzXZFile(_ input: [UInt8]) {
    withFiles(["a.csv.xz": input]) { folder in
        guard let file = try? CSVFile(folder + "/a.csv.xz", required: []) else { return }
        for index in 0..<file.count { keep(file.row(index).text("a")) }
    }
}

/// Rows of Hong Kong's files, below their right headers. A line of one `=` separates races from runners.
@Sendable func fuzzHongKongImport(_ input: [UInt8]) {
    let (races, runners) = files(input, HongKongImport.raceColumns, HongKongImport.runnerColumns)
    withFiles(["races.csv": races, "runners.csv": runners]) { folder in
        guard let files = try? HongKongImport(races: folder + "/races.csv", runners: folder + "/runners.csv") else {
            return
        }
        load(files.races, files.runners)
        for price in files.prices { require((price.back ?? 0) > 1, "a price of \(price.back ?? 0)") }
    }
}

@Sendable func fuzzBetfairImport(_ input: [UInt8]) {
    let (races, runners) = files(input, BetfairSPImport.raceColumns, BetfairSPImport.runnerColumns)
    withFiles(["races.csv": races, "runners.csv": runners]) { folder in
        guard let files = try? BetfairSPImport(races: folder + "/races.csv", runners: folder + "/runners.csv") else {
            return
        }
        require(files.races.count + files.report.skipped.count == files.report.races, "races are lost")
        load(files.races, files.runners)
    }
}

@Sendable func fuzzRPScrapeImport(_ input: [UInt8]) {
    withFiles(["a.csv": file(input[...], RPScrapeImport.columns)]) { folder in
        guard let file = try? RPScrapeImport(folder + "/a.csv") else { return }
        require(file.races.count + file.report.skipped.count == file.report.races, "races are lost")
        load(file.races, file.runners)
    }
}

private func files(_ input: [UInt8], _ races: [String], _ runners: [String]) -> (races: [UInt8], runners: [UInt8]) {
    let separator = Array("\n=\n".utf8)
    let split = input.indices.first { input[$0...].starts(with: separator) } ?? input.count
    return (file(input[..<split], races), file(input[split...].dropFirst(separator.count), runners))
}

private func file(_ rows: ArraySlice<UInt8>, _ columns: [String]) -> [UInt8] {
    Array((columns.joined(separator: ",") + "\n").utf8) + rows
}

/// What the loader and the form book compute from imported records.
private func load(_ races: [RaceRecord], _ runners: [RunnerRecord]) {
    var encoder = CopyRowEncoder(bytes: [])
    for column in RacingColumn<RaceRecord>.all { for race in races { column.write(race, &encoder) } }
    for column in RacingColumn<RunnerRecord>.all { for runner in runners { column.write(runner, &encoder) } }
    for race in races {
        require(race.furlongs?.isFinite != false, "\(race.furlongs ?? 0) furlongs")
        if let zone = try? CourseZone.zone(region: race.region, course: race.course), let off = race.off {
            let instant = off.instant(on: race.day, in: zone)
            require(instant.day(in: zone).days(since: race.day) <= 1, "the off \(instant) is not on \(race.day)")
        }
        keep(CalendarDay(year: race.day.components.year, month: race.day.components.month, day: 1))
        keep(RaceFacts(race).metres)
    }
    for runner in runners {
        let numbers = [
            runner.odds, runner.bsp, runner.beatenLengths, runner.lengthsToNext, runner.seconds, runner.prize,
            runner.morningPrice, runner.preplayPrice, runner.preplayHigh, runner.preplayLow, runner.preplayVolume,
        ]
        require(numbers.allSatisfy { $0?.isFinite != false }, "\(runner)")
        require(runner.odds.map { $0 > 1 } != false, "odds of \(runner.odds ?? 0)")
    }
    guard runners.count <= 12 else { return }
    _ = FormBook(races.map { race in (RaceFacts(race), runners.filter { $0.raceID == race.raceID }.map(pastRun)) })
}

private func pastRun(_ runner: RunnerRecord) -> (runner: RunnerFacts, result: PastResult) {
    let finish = runner.position.flatMap { try? Finish($0) } ?? .unplaced
    let facts = RunnerFacts(
        runnerID: runner.runnerID,
        horse: runner.runnerID,
        trainer: 1,
        jockey: 2,
        draw: runner.draw.map { Int(Int32(clamping: $0)) },
        age: runner.age,
        pounds: runner.pounds,
        officialRating: runner.officialRating,
        headgear: runner.headgear
    )
    let result = RunResult(finish: finish, beatenLengths: runner.beatenLengths, seconds: runner.seconds)
    return (facts, PastResult(result))
}

extension RaceFacts {
    /// The facts as the database gives them back: `dist_m` is an integer of 32 bits.
    fileprivate init(_ race: RaceRecord) {
        self.init(
            raceID: race.raceID,
            day: race.day,
            course: 1,
            pattern: race.pattern,
            raceClass: race.raceClass,
            furlongs: race.furlongs,
            metres: race.metres.map { Int(Int32(clamping: $0)) },
            going: race.going,
            surface: race.surface
        )
    }
}
