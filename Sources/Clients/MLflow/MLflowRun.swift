import Foundation

/// A run of an experiment.
public struct MLflowRun: Sendable, Equatable {
    public let id: String
    public let experimentID: String
    /// The URI of the run's artifacts, such as mlflow-artifacts:/1/RUN/artifacts.
    public let artifactURI: String
    public let tags: [String: String]

    /// The path of the run's artifacts, relative to the root of the artifact proxy.
    var artifactPath: String {
        guard let range = artifactURI.range(of: ":/") else { return artifactURI }
        return artifactURI[range.upperBound...].drop { $0 == "/" }.description
    }
}

private struct RunResponse: Decodable {
    struct Run: Decodable {
        struct Info: Decodable { let runId, experimentId, artifactUri: String }
        struct Data: Decodable { let tags: [Pair]? }
        let info: Info
        let data: Data?

        var value: MLflowRun {
            MLflowRun(
                id: info.runId,
                experimentID: info.experimentId,
                artifactURI: info.artifactUri,
                tags: Dictionary((data?.tags ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            )
        }
    }
    let run: Run
}

private struct Pair: Codable, Sendable { let key, value: String }

private struct MetricValue: Encodable, Sendable {
    let key: String
    let value: Double
    let timestamp, step: Int64
}

extension MLflowClient {
    /// Finds the experiment of this name, or creates it.
    ///
    /// - Returns: the experiment's id.
    public func findOrCreateExperiment(_ name: String) async throws(MLflowError) -> String {
        struct GetResponse: Decodable {
            struct Experiment: Decodable { let experimentId: String }
            let experiment: Experiment
        }
        struct CreateResponse: Decodable { let experimentId: String }
        do {
            return try await get("experiments/get-by-name", ["experiment_name": name], as: GetResponse.self)
                .experiment.experimentId
        } catch {
            guard error.code == "RESOURCE_DOES_NOT_EXIST" else { throw error }
        }
        do { return try await post("experiments/create", ["name": name], as: CreateResponse.self).experimentId } catch {
            // Another client may have created it in the meantime.
            guard error.code == "RESOURCE_ALREADY_EXISTS" else { throw error }
            return try await get("experiments/get-by-name", ["experiment_name": name], as: GetResponse.self)
                .experiment.experimentId
        }
    }

    public func createRun(experimentID: String, name: String, startedAt: Date, tags: [String: String])
        async throws(MLflowError) -> MLflowRun
    {
        struct Body: Encodable, Sendable {
            let experimentId, runName: String
            let startTime: Int64
            let tags: [Pair]
        }
        let body = Body(
            experimentId: experimentID,
            runName: name,
            startTime: Int64(startedAt.timeIntervalSince1970 * 1000),
            tags: tags.sorted { $0.key < $1.key }.map { Pair(key: $0.key, value: $0.value) }
        )
        return try await post("runs/create", body, as: RunResponse.self).run.value
    }

    public func run(id: String) async throws(MLflowError) -> MLflowRun {
        try await get("runs/get", ["run_id": id], as: RunResponse.self).run.value
    }

    /// Finds the newest finished run with this tag; `nil` if there is none.
    public func findRun(experimentID: String, tag: String, value: String) async throws(MLflowError) -> MLflowRun? {
        struct Body: Encodable, Sendable {
            let experimentIds: [String]
            let filter: String
            let maxResults: Int
        }
        struct SearchResponse: Decodable { let runs: [RunResponse.Run]? }
        let body = Body(
            experimentIds: [experimentID],
            filter: "tags.`\(tag)` = '\(value)' and attributes.status = 'FINISHED'",
            maxResults: 1
        )
        return try await post("runs/search", body, as: SearchResponse.self).runs?.first?.value
    }

    /// Logs parameters and metrics, in batches within the server's limits.
    ///
    /// - Parameters:
    ///   - parameters: values are cut to 5,900 characters.
    ///   - metrics: each with its step. Non-finite values are omitted, because JSON cannot represent them.
    public func log(
        _ run: MLflowRun,
        parameters: [String: String],
        metrics: [(name: String, value: Double, step: Int64)]
    ) async throws(MLflowError) {
        struct Body: Encodable, Sendable {
            let runId: String
            let params: [Pair]
            let metrics: [MetricValue]
        }
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let values = metrics.filter { $0.value.isFinite }.map {
            MetricValue(key: $0.name, value: $0.value, timestamp: now, step: $0.step)
        }
        var pendingParameters = parameters.sorted { $0.key < $1.key }.map {
            Pair(key: $0.key, value: String($0.value.prefix(5900)))
        }[...]
        var pendingMetrics = values[...]
        while !pendingParameters.isEmpty || !pendingMetrics.isEmpty {
            let body = Body(
                runId: run.id,
                params: Array(pendingParameters.prefix(90)),
                metrics: Array(pendingMetrics.prefix(800))
            )
            _ = try await post("runs/log-batch", body, as: MLflowEmptyResponse.self)
            pendingParameters = pendingParameters.dropFirst(90)
            pendingMetrics = pendingMetrics.dropFirst(800)
        }
    }

    /// Logs the data set that a run was trained on.
    ///
    /// - Parameter digest: cut to 36 characters, the server's limit.
    public func logInput(_ run: MLflowRun, dataset: String, digest: String, source: String, profile: String)
        async throws(MLflowError)
    {
        struct Body: Encodable, Sendable {
            struct Input: Encodable, Sendable {
                struct Dataset: Encodable, Sendable { let name, digest, sourceType, source, profile: String }
                let tags: [Pair]
                let dataset: Dataset
            }
            let runId: String
            let datasets: [Input]
        }
        let input = Body.Input(
            tags: [Pair(key: "mlflow.data.context", value: "training")],
            dataset: .init(
                name: dataset,
                digest: String(digest.prefix(36)),
                sourceType: "local",
                source: source,
                profile: profile
            )
        )
        _ = try await post("runs/log-inputs", Body(runId: run.id, datasets: [input]), as: MLflowEmptyResponse.self)
    }

    /// Uploads a file.
    ///
    /// - Parameter name: the file's path within the run's artifacts.
    public func putArtifact(_ run: MLflowRun, _ name: String, _ data: Data) async throws(MLflowError) {
        try await putArtifact(run.artifactPath + "/" + name, data)
    }

    /// Downloads a file.
    public func getArtifact(_ run: MLflowRun, _ name: String) async throws(MLflowError) -> Data {
        try await getArtifact(run.artifactPath + "/" + name)
    }

    /// Ends a run with this status.
    public func finish(_ run: MLflowRun, status: String = "FINISHED") async throws(MLflowError) {
        struct Body: Encodable, Sendable {
            let runId, status: String
            let endTime: Int64
        }
        _ = try await post(
            "runs/update",
            Body(runId: run.id, status: status, endTime: Int64(Date().timeIntervalSince1970 * 1000)),
            as: MLflowEmptyResponse.self
        )
    }
}
