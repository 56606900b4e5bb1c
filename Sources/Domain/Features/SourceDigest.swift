import Racing

/// A fingerprint of all inputs of features, the same on every machine and in every run. Not cryptographic.
struct SourceDigest: Sendable, Equatable {
    private(set) var a: UInt64 = 0x6A09_E667_F3BC_C908
    private(set) var b: UInt64 = 0xBB67_AE85_84CA_A73B

    /// Updates two multiply-and-shift chains, as in wyhash and SplitMix64. The order of the words matters.
    mutating func add(_ word: UInt64) {
        a = (a ^ word) &* 0x9E37_79B9_7F4A_7C15
        a ^= a >> 32
        b = (b &+ word) &* 0xC2B2_AE3D_27D4_EB4F
        b ^= b >> 29
    }

    mutating func add(_ word: Int64) { add(UInt64(bitPattern: word)) }
    mutating func add(_ x: Float, _ y: Float) { add(UInt64(x.bitPattern) << 32 | UInt64(y.bitPattern)) }

    mutating func add(_ style: RunningStyle) {
        switch style {
        case .calls(let first, let middle): add(Int64(first) << 16 | Int64(middle))
        case .words(let early, let gain): add(early, gain)
        case .unknown: add(UInt64.max)
        }
    }

    mutating func add(_ race: RaceFacts) {
        add(race.raceID)
        add(race.course)
        add(race.furlongs.bitPattern)
        add(Int64(race.day.number) << 32 | Int64(race.metres))
        add(UInt64(race.classBonus.bitPattern) << 16 | UInt64(race.going) << 8 | UInt64(race.surface))
    }

    mutating func add(_ runner: RunnerFacts, _ result: PastResult) {
        add(runner.runnerID)
        add(runner.horse)
        add(runner.trainer)
        add(runner.jockey)
        add(runner.sire)
        add(runner.damsire)
        add(runner.headgear.bits)
        add(runner.draw, runner.age)
        add(runner.pounds, runner.officialRating)
        add(result.lengths.bitPattern)
        add(result.time.bitPattern)
        add(result.style)
        add(
            (result.isMishap ? 1 << 18 : 0) | UInt64(UInt16(bitPattern: result.position)) << 2
                | (runner.isHeadgearWorn ? 2 : 0)
                | (runner.isHeadgearFirstTime ? 1 : 0)
        )
    }

    /// 32 hexadecimal digits.
    var text: String {
        [a, b].map { word in
            String(repeating: "0", count: word.leadingZeroBitCount / 4) + (word == 0 ? "" : String(word, radix: 16))
        }.joined()
    }
}

extension SourceDigest {
    /// The digest after each race, in the order of the history.
    static func afterEach(_ history: RunHistory) -> [SourceDigest] {
        var digest = SourceDigest()
        return history.races.indices.map { index in
            digest.add(history.races[index])
            for run in history.runs(index) { digest.add(history.runners[run], history.results[run]) }
            return digest
        }
    }
}
