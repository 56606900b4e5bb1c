import LightGBM

/// Any bytes as a model in LightGBM's text format. An accepted model scores and explains rows of odd values, alike
/// whether rows come alone or together.
///
/// LightGBM itself is not given such texts: it trusts them, and bundles are checked by their SHA-256.
@Sendable func fuzzModelText(_ input: [UInt8]) {
    guard let forest = try? Forest([String(decoding: input, as: UTF8.self)]) else { return }
    let columns = forest.featureNames.count
    guard columns > 0 else { return }
    let odd: [Float] = [.nan, 0, -0.0, .infinity, -.infinity, 1e-36, 0.5, -3]
    let rows = (0..<11).map { row in (0..<columns).map { odd[(row + $0) % odd.count] } }
    let all = LightGBMMatrix(rows.flatMap(\.self), columns: columns)
    let alone = rows.map { LightGBMMatrix($0, columns: columns) }
    requireEqual(forest.predict(all), alone.flatMap(forest.predict))
    guard let contributions = forest.contributions(all) else { return }
    requireEqual(contributions, alone.flatMap { forest.contributions($0) ?? [] })
    requireEqual(contributions, forest.contributionsWithoutAVX2(all) ?? [])
}

private func requireEqual(_ values: [Double], _ others: [Double]) {
    require(values.count == others.count, "\(values.count) and \(others.count) values")
    for (value, other) in zip(values, others) {
        require(value == other || (value.isNaN && other.isNaN), "\(value) and \(other)")
    }
}
