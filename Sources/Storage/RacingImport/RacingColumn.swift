import Postgres

/// A column of `racing.races` or `racing.runners` and its value in a record. Names stand in for ids until the merge.
struct RacingColumn<Row>: Sendable {
    typealias Value<T> = @Sendable (Row) -> T?

    let name: String
    let type: String
    /// Whether the new value replaces that of an existing row.
    let isReplaced: Bool
    let write: @Sendable (Row, inout CopyRowEncoder) -> Void

    private init(
        _ name: String,
        _ type: String,
        keepsExisting: Bool,
        _ write: @escaping @Sendable (Row, inout CopyRowEncoder) -> Void
    ) {
        self.name = name
        self.type = type
        isReplaced = !keepsExisting
        self.write = write
    }

    static func text(_ name: String, keepsExisting: Bool = false, _ value: @escaping Value<String>) -> Self {
        Self(name, "text", keepsExisting: keepsExisting) { $1.text(value($0)) }
    }

    static func int8(_ name: String, keepsExisting: Bool = false, _ value: @escaping Value<Int64>) -> Self {
        Self(name, "bigint", keepsExisting: keepsExisting) { $1.int8(value($0)) }
    }

    static func int4(_ name: String, keepsExisting: Bool = false, _ value: @escaping Value<Int>) -> Self {
        Self(name, "integer", keepsExisting: keepsExisting) { $1.int4(value($0).map { Int32(clamping: $0) }) }
    }

    static func float8(_ name: String, keepsExisting: Bool = false, _ value: @escaping Value<Double>) -> Self {
        Self(name, "float8", keepsExisting: keepsExisting) { $1.float8(value($0)) }
    }

    static func bool(_ name: String, keepsExisting: Bool = false, _ value: @escaping Value<Bool>) -> Self {
        Self(name, "boolean", keepsExisting: keepsExisting) { $1.bool(value($0)) }
    }

    static func date(_ name: String, keepsExisting: Bool = false, _ value: @escaping Value<PostgresDate>) -> Self {
        Self(name, "date", keepsExisting: keepsExisting) { $1.date(value($0)) }
    }

    static func time(_ name: String, keepsExisting: Bool = false, microseconds value: @escaping Value<Int64>) -> Self {
        Self(name, "time", keepsExisting: keepsExisting) { $1.time(microseconds: value($0)) }
    }
}

extension RacingColumn where Row == RaceRecord {
    static let all: [Self] = [
        .int8("race_id", keepsExisting: true) { $0.raceID },
        .text("race_key", keepsExisting: true) { $0.key },
        .date("race_date", keepsExisting: true) { $0.day.postgres },
        .text("region", keepsExisting: true) { $0.region },
        .text("course", keepsExisting: true) { $0.course },
        .time("off_time") { $0.off.map { Int64($0.seconds) * 1_000_000 } },
        .text("race_name") { $0.name },
        .text("race_type") { $0.type },
        .text("class") { $0.raceClass },
        .text("pattern") { $0.pattern },
        .text("rating_band") { $0.ratingBand },
        .text("age_band") { $0.ageBand },
        .text("sex_rest") { $0.sexRestriction },
        .text("dist_raw") { $0.distance },
        .float8("dist_f") { $0.furlongs },
        .int4("dist_m") { $0.metres },
        .text("going") { $0.going },
        .text("surface") { $0.surface },
        .int4("ran") { $0.ran },
        .bool("prelim") { $0.isPreliminary },
    ]
}

extension RacingColumn where Row == RunnerRecord {
    static let all: [Self] = [
        .int8("runner_id", keepsExisting: true) { $0.runnerID },
        .text("runner_key", keepsExisting: true) { $0.key },
        .int8("race_id", keepsExisting: true) { $0.raceID },
        .date("race_date", keepsExisting: true) { $0.day.postgres },
        .text("horse", keepsExisting: true) { $0.horse },
        .text("trainer") { $0.trainer },
        .text("jockey") { $0.jockey },
        .text("owner") { $0.owner },
        .text("sire", keepsExisting: true) { $0.sire },
        .text("dam", keepsExisting: true) { $0.dam },
        .text("damsire", keepsExisting: true) { $0.damsire },
        .int4("num") { $0.number },
        .text("pos_raw") { $0.position },
        .int4("draw") { $0.draw },
        .float8("ovr_btn") { $0.beatenLengths },
        .float8("btn") { $0.lengthsToNext },
        .int4("age") { $0.age },
        .text("sex") { $0.sex },
        .int4("lbs") { $0.pounds },
        .text("hg") { $0.headgear },
        .text("time_raw") { $0.time },
        .float8("secs") { $0.seconds },
        .float8("dec") { $0.odds },
        .float8("prize") { $0.prize },
        .text("prize_raw") { $0.prizeText },
        .int4("or") { $0.officialRating },
        .int4("rpr") { $0.performanceRating },
        .text("comment") { $0.comment },
        .float8("win_bsp") { $0.bsp },
        .float8("win_ppwap") { $0.preplayPrice },
        .float8("win_morningwap") { $0.morningPrice },
        .float8("win_ppmax") { $0.preplayHigh },
        .float8("win_ppmin") { $0.preplayLow },
        .float8("win_ipmax") { $0.inplayHigh },
        .float8("win_ipmin") { $0.inplayLow },
        .float8("win_morning_vol") { $0.morningVolume },
        .float8("win_pre_vol") { $0.preplayVolume },
        .float8("win_ip_vol") { $0.inplayVolume },
        .int4("win_lose") { $0.winSettled },
        .float8("place_bsp") { $0.placeBSP },
        .int4("place_win_lose") { $0.placeSettled },
        .int8("betfair_selection_id") { $0.selectionID },
    ]
}
