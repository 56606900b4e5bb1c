extension MLflowClient {
    private struct Version: Decodable { let version: String }
    private struct VersionAnswer: Decodable { let modelVersion: Version }

    /// Makes sure that there is a registered model of this name.
    public func register(model: String) async throws(MLflowError) {
        struct Answer: Decodable { let registeredModel: MLflowNothing? }
        do { _ = try await post("registered-models/create", ["name": model], as: Answer.self) } catch {
            guard error.code == "RESOURCE_ALREADY_EXISTS" else { throw error }
        }
    }

    /// The version of a registered model that a run's files made; made where there is none.
    ///
    /// - Parameter folder: of the run's artifacts.
    public func version(of model: String, _ run: MLflowRun, folder: String, tags: [String: String]) async throws(MLflowError) -> String {
        struct Found: Decodable { let modelVersions: [Version]? }
        struct Body: Encodable, Sendable {
            struct Tag: Encodable, Sendable { let key, value: String }
            let name, source, runId: String
            let tags: [Tag]
        }
        let found = try await get("model-versions/search", ["filter": "name='\(model)' and run_id='\(run.id)'"], as: Found.self)
        if let version = found.modelVersions?.first?.version { return version }
        let body = Body(
            name: model, source: run.artifactURI + "/" + folder, runId: run.id,
            tags: tags.sorted { $0.key < $1.key }.map { Body.Tag(key: $0.key, value: $0.value) })
        return try await post("model-versions/create", body, as: VersionAnswer.self).modelVersion.version
    }

    /// Points an alias at a version.
    public func alias(_ alias: String, of model: String, version: String) async throws(MLflowError) {
        _ = try await post("registered-models/alias", ["name": model, "alias": alias, "version": version], as: MLflowNothing.self)
    }

    /// The version that an alias points at; nil where it points at none.
    public func version(of model: String, alias: String) async throws(MLflowError) -> String? {
        do { return try await get("registered-models/alias", ["name": model, "alias": alias], as: VersionAnswer.self).modelVersion.version } catch {
            guard ["RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"].contains(error.code) else { throw error }
            return nil
        }
    }

    /// The run whose files made the version of a model that carries a tag; nil where there is none.
    public func run(ofModel model: String, tag: String, value: String) async throws(MLflowError) -> MLflowRun? {
        struct Tagged: Decodable {
            struct Tag: Decodable { let key, value: String }
            let runId: String
            let tags: [Tag]?
        }
        struct Found: Decodable {
            let modelVersions: [Tagged]?
            let nextPageToken: String?
        }
        var page: String?
        repeat {
            var query = ["filter": "name='\(model)'", "max_results": "200"]
            query["page_token"] = page
            let found = try await get("model-versions/search", query, as: Found.self)
            for version in found.modelVersions ?? [] where version.tags?.contains(where: { $0.key == tag && $0.value == value }) == true {
                return try await run(id: version.runId)
            }
            page = found.nextPageToken.flatMap { $0.isEmpty ? nil : $0 }
        } while page != nil
        return nil
    }
}
