import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A tracking server, spoken to over REST (MLflow REST API 2.0; artifacts through the server's proxy, `--serve-artifacts`).
public struct MLflowClient: Sendable {
    private let base: String
    private let session: URLSession

    /// - Parameter trackingURI: as http://127.0.0.1:5000; user and password may be in it.
    /// - Throws: `MLflowError` where that is no address.
    public init(trackingURI: String, timeout: Double = 30) throws(MLflowError) {
        guard let url = URL(string: trackingURI), let scheme = url.scheme, ["http", "https"].contains(scheme), url.host != nil else {
            throw MLflowError("ADDRESS", "\"\(trackingURI)\" is not an address as http://127.0.0.1:5000", request: "MLFLOW_TRACKING_URI")
        }
        base = trackingURI.hasSuffix("/") ? String(trackingURI.dropLast()) : trackingURI
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        session = URLSession(configuration: configuration)
    }

    private struct Refusal: Decodable {
        let errorCode: String?
        let message: String?
    }

    func post<Answer: Decodable>(_ path: String, _ body: some Encodable & Sendable, as: Answer.Type) async throws(MLflowError) -> Answer {
        try await decoded(try await send("POST", "/api/2.0/mlflow/" + path, try encoded(body, path), type: "application/json"), path)
    }

    func patch<Answer: Decodable>(_ path: String, _ body: some Encodable & Sendable, as: Answer.Type) async throws(MLflowError) -> Answer {
        try await decoded(try await send("PATCH", "/api/2.0/mlflow/" + path, try encoded(body, path), type: "application/json"), path)
    }

    func get<Answer: Decodable>(_ path: String, _ query: [String: String], as: Answer.Type) async throws(MLflowError) -> Answer {
        let text = query.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? value)"
        }.joined(separator: "&")
        return try await decoded(try await send("GET", "/api/2.0/mlflow/\(path)?\(text)", nil, type: nil), path)
    }

    /// - Parameter path: below the proxy's root.
    func putArtifact(_ path: String, _ data: Data) async throws(MLflowError) {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        _ = try await send("PUT", "/api/2.0/mlflow-artifacts/artifacts/\(escaped)", data, type: "application/octet-stream")
    }

    /// - Parameter path: below the proxy's root.
    func getArtifact(_ path: String) async throws(MLflowError) -> Data {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return try await send("GET", "/api/2.0/mlflow-artifacts/artifacts/\(escaped)", nil, type: nil)
    }

    private static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private func encoded(_ body: some Encodable, _ path: String) throws(MLflowError) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do { return try encoder.encode(body) } catch { throw MLflowError("ENCODING", "\(error)", request: path) }
    }

    private func decoded<Answer: Decodable>(_ data: Data, _ path: String) async throws(MLflowError) -> Answer {
        do { return try Self.decoder().decode(Answer.self, from: data) } catch {
            throw MLflowError("DECODING", "the answer is not what MLflow documents: \(error)", request: path)
        }
    }

    private func send(_ method: String, _ path: String, _ body: Data?, type: String?) async throws(MLflowError) -> Data {
        guard let url = URL(string: base + path) else { throw MLflowError("ADDRESS", "no address: \(base + path)", request: path) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        request.httpBody = body
        let (data, response): (Data, URLResponse)
        do { (data, response) = try await session.data(for: request) } catch {
            throw MLflowError("UNREACHABLE", error.localizedDescription, request: "\(method) \(base)\(path)", isRetriable: true)
        }
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            let refusal = try? Self.decoder().decode(Refusal.self, from: data)
            throw MLflowError(
                refusal?.errorCode ?? "HTTP \(status)", refusal?.message ?? String(decoding: data.prefix(300), as: UTF8.self),
                request: "\(method) \(path)", isRetriable: status >= 500 || status == 429)
        }
        return data
    }
}

/// An answer that says nothing.
struct MLflowNothing: Codable, Sendable {}
