import Kafka
import Messages
import ModelingStore
import WorkerRuntime

/// How a replay changes the messages that it sends again.
struct ReplayedMessage {
    /// What became of a message.
    enum Result {
        case record(KafkaRecord)
        /// Not sent, and why.
        case leftOut(String)
    }

    let topic: Topic
    let prefix: String
    /// Scores recorded features with this model instead of those that they name.
    let model: RegisteredModel?
    /// Replaces live rows: the revisions that the ticks of these messages have now, by race and `as_of`.
    let corrections: [Tick.ID: Int]?
    let run: ReplayStore.Run

    /// The record to send. A replay travels on the backfill lane, if the topic has one.
    ///
    /// Recorded features and signals are sent as they are: handling them again gives the same rows. A request is sent
    /// as one of origin backfill, under the replay's revision: its features are built from what racing.* holds now,
    /// which is a reconstruction and must not replace what was known then.
    func replay(_ message: KafkaMessage) throws -> Result {
        if let model { return try score(message, with: model) }
        if let corrections { return try correct(message, corrections) }
        if [.raceRequests, .raceRequestsBackfill].contains(topic) {
            do throws(ContractError) {
                var request = try RaceRequest.decode(message)
                request.origin = .backfill
                request.revision = UInt32(clamping: run.revision ?? 0)
                return .record(marked(try record(of: request), message))
            } catch { return .leftOut("\(error)") }
        }
        let record = KafkaRecord(
            topic: topic.backfill.name(prefix: prefix),
            key: message.key,
            value: message.value,
            headers: message.headers
        )
        return .record(marked(record, message))
    }

    /// Requests a score by another model as a shadow of origin backfill, which never replaces a live row.
    private func score(_ message: KafkaMessage, with model: RegisteredModel) throws -> Result {
        var features: RaceFeatures
        do throws(ContractError) { features = try RaceFeatures.decode(message) } catch { return .leftOut("\(error)") }
        guard model.featureSetHash == nil || features.featureSet.hash == model.featureSetHash else {
            return .leftOut("built with another feature set than \(model.name) \(model.version) reads: use backfill")
        }
        var reference = ModelReference()
        reference.name = model.name
        reference.version = model.version
        reference.modelID = model.modelID
        reference.featureSetHash = model.featureSetHash ?? ""
        reference.shadow = true
        features.request.models = [reference]
        features.request.origin = .backfill
        return .record(marked(try record(of: features), message))
    }

    /// Requests the same scores under a higher revision, which replaces the rows of the tick.
    private func correct(_ message: KafkaMessage, _ revisions: [Tick.ID: Int]) throws -> Result {
        var features: RaceFeatures
        do throws(ContractError) { features = try RaceFeatures.decode(message) } catch { return .leftOut("\(error)") }
        guard features.request.origin == .live else { return .leftOut("not a live tick: use backfill") }
        let known = revisions[Tick.ID(raceID: features.request.raceID, asOf: features.request.asOf)] ?? 0
        guard features.request.revision < .max else { return .leftOut("its revision cannot be raised") }
        features.request.revision = max(UInt32(clamping: known), features.request.revision + 1)
        return .record(marked(try record(of: features, on: topic.backfill), message))
    }

    private func record(of contract: some Contract, on topic: Topic? = nil) throws(ContractError) -> KafkaRecord {
        do { return try contract.record(prefix: prefix, topic: topic) } catch { throw ContractError("\(error)") }
    }

    private func marked(_ record: KafkaRecord, _ message: KafkaMessage) -> KafkaRecord {
        var record = record
        record.headers.removeAll { [Replayed.header, Replayed.idHeader].contains($0.name) }
        // A replay of a replay still names the original.
        let original = message.header(Replayed.header) ?? "\(message.position)"
        record.headers.append(KafkaHeader(Replayed.header, original))
        record.headers.append(KafkaHeader(Replayed.idHeader, "\(run.id)"))
        return record
    }
}
