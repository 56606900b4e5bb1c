import Racing
import Testing

@Suite struct RunningStyleTests {
    @Test func `reads the positions at the calls`() {
        let style = RunningStyle("8 7 9 3")
        #expect(style == .calls(first: 8, middle: 9))
        #expect(style.early(fieldSize: 15) == 0.5 && style.middle(fieldSize: 15) == 8.0 / 14)
        #expect(style.gain(fieldSize: 15, finish: 2.0 / 14) == 8.0 / 14 - 2.0 / 14)
        for comment in [nil, "", "5", "---"] { #expect(RunningStyle(comment) == .unknown, "\(comment ?? "nil")") }
    }

    @Test(
        arguments: [
            ("Made all - driven over 3f out - forged clear last 150yds - readily(op 5/2)", 0, 0.2),
            ("Chased leaders - effort over 2f out - weakened quickly last 150yds", 0.25, -0.35),
            ("Took keen hold - held up in touch - ridden and one pace over 1f out", 0.6, 0),
            ("Dwelt and towards rear - ridden along 2f out - stayed on approaching final furlong", 0.85, 0.15),
            ("Led until 2f out - kept on same pace", 0, 0),
            ("Went right start - held up in rear - kept on well inside final furlong", 0.9, 0.15),
            ("Mid-division - headway far side - no extra(jockey said gelding led the field home)", 0.5, -0.1),
        ] as [(String, Float, Float)]
    )
    func `reads British comments`(comment: String, early: Float, gain: Float) {
        #expect(RunningStyle(comment) == .words(early: early, gain: gain), "\(comment)")
    }

    @Test func `words that say nothing of the early position leave it missing`() {
        // The lead was late, so the early position is not known.
        guard case .words(let early, let gain) = RunningStyle("Hampered start - led over 1f out - ran on well") else {
            Issue.record("the finish is known")
            return
        }
        #expect(early.isNaN && gain == 0.2)
        #expect(RunningStyle("Unseated rider at the first") == .unknown)
        #expect(RunningStyle("Pulled up before 3 out").early(fieldSize: 8).isNaN)
    }

    @Test(
        arguments: [
            ("Held up - improved behind leaders 4 out - in 3rd from 2 out - kept on one pace(op 9/2)", 0.75),
            ("Raced keenly just behind leaders - no extra", 0.3),
        ] as [(String, Float)]
    )
    func `numbers in words are no calls`(comment: String, early: Float) {
        guard case .words(let share, _) = RunningStyle(comment) else {
            Issue.record("\(comment) is a comment")
            return
        }
        #expect(share == early)
    }

    @Test func `a phrase for the finish does not place a horse early`() {
        let comment = "Slowly away - headway over 2f out - chased winner final furlong - kept on"
        #expect(RunningStyle(comment).early(fieldSize: 9).isNaN)
    }
}
