extension MLflowClient {
    private struct Version: Decodable { let version: String }
    private struct VersionResponse: Decodable { let modelVersion: Version }

    /// Creates a registered model, unless it exists.
    public func register(model: String) async throws(MLflowError) {
        struct Response: Decodable { let registeredModel: MLflowEmptyResponse? }
        do { _ = try await post("registered-models/create", ["name": model], as: Response.self) } catch {
            guard error.code == "RESOURCE_ALREADY_EXISTS" else { throw error }
        }
    }

    /// Finds the version of a registered model that a run produced, or creates it.
    ///
    /// - Parameters:
    ///   - folder: the folder of the model's files within the run's artifacts.
    ///   - tags: the tags of a new version.
    public func findOrCreateVersion(of model: String, _ run: MLflowRun, folder: String, tags: [String: String])
        async throws(MLflowError) -> String
    {
        struct SearchResponse: Decodable { let modelVersions: [Version]? }
        struct Body: Encodable, Sendable {
            struct Tag: Encodable, Sendable { let key, value: String }
            let name, source, runId: String
            let tags: [Tag]
        }
        let found = try await get(
            "model-versions/search",
            ["filter": "name='\(model)' and run_id='\(run.id)'"],
            as: SearchResponse.self
        )
        if let version = found.modelVersions?.first?.version { return version }
        let body = Body(
            name: model,
            source: run.artifactURI + "/" + folder,
            runId: run.id,
            tags: tags.sorted { $0.key < $1.key }.map { Body.Tag(key: $0.key, value: $0.value) }
        )
        return try await post("model-versions/create", body, as: VersionResponse.self).modelVersion.version
    }

    /// Sets an alias to a version.
    public func setAlias(_ alias: String, of model: String, version: String) async throws(MLflowError) {
        _ = try await post(
            "registered-models/alias",
            ["name": model, "alias": alias, "version": version],
            as: MLflowEmptyResponse.self
        )
    }

    /// Reads the version that an alias points to; `nil` if the alias is not set.
    public func version(of model: String, alias: String) async throws(MLflowError) -> String? {
        do {
            return try await get("registered-models/alias", ["name": model, "alias": alias], as: VersionResponse.self)
                .modelVersion.version
        } catch {
            guard ["RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"].contains(error.code) else { throw error }
            return nil
        }
    }

    /// Finds the run that produced the model version with this tag; `nil` if there is none.
    public func run(ofModel model: String, tag: String, value: String) async throws(MLflowError) -> MLflowRun? {
        struct TaggedVersion: Decodable {
            struct Tag: Decodable { let key, value: String }
            let runId: String
            let tags: [Tag]?
        }
        struct SearchResponse: Decodable {
            let modelVersions: [TaggedVersion]?
            let nextPageToken: String?
        }
        var pageToken: String?
        repeat {
            var query = ["filter": "name='\(model)'", "max_results": "200"]
            query["page_token"] = pageToken
            let found = try await get("model-versions/search", query, as: SearchResponse.self)
            for version in found.modelVersions ?? []
            where version.tags?.contains(where: { $0.key == tag && $0.value == value }) == true {
                return try await run(id: version.runId)
            }
            pageToken = found.nextPageToken.flatMap { $0.isEmpty ? nil : $0 }
        } while pageToken != nil
        return nil
    }
}
