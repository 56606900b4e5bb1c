/// Retries `body` while the metadata of its topics is stale, because a new topic's partitions appear and get leaders
/// only some time after it was created.
func retryingStaleMetadata<R: Sendable>(
    for timeout: Duration,
    _ body: () async throws(KafkaError) -> R
) async throws(KafkaError) -> R {
    let deadline = ContinuousClock.now + timeout
    while true {
        do throws(KafkaError) { return try await body() } catch {
            guard error.isStaleMetadata, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
