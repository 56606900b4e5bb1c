import LightGBM

/// Any bytes as a model in LightGBM's text format. An accepted model scores rows of odd values by one of its leaves for
/// each tree, the same ones whether rows come alone or together.
///
/// LightGBM itself is not given such texts: it trusts them, and bundles are checked by their SHA-256.
@Sendable func fuzzModelText(_ input: [UInt8]) {
    guard let forest = try? Forest([String(decoding: input, as: UTF8.self)]) else { return }
    let columns = forest.featureNames.count
    guard columns > 0 else { return }
    let odd: [Float] = [.nan, 0, -0.0, .infinity, -.infinity, 1e-36, 0.5, -3]
    let rows = (0..<11).map { row in (0..<columns).map { odd[(row + $0) % odd.count] } }
    let together = forest.predict(LightGBMMatrix(rows.flatMap(\.self), columns: columns))
    for (row, score) in zip(rows, together) {
        let alone = forest.predict(LightGBMMatrix(row, columns: columns))[0]
        require(alone == score || (alone.isNaN && score.isNaN), "\(score) together, \(alone) alone")
    }
}
