/// The two lanes of a worker. Backfills and replays travel on topics of their own, so that they never delay a live
/// race.
package enum Lane: String, Sendable {
    case live
    case backfill
}
