import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A client of an MLflow tracking server (MLflow REST API 2.0).
///
/// The server must proxy artifacts (`--serve-artifacts`).
public struct MLflowClient: Sendable {
    private let base: String
    private let session: URLSession

    /// - Parameters:
    ///   - trackingURI: an HTTP URL such as http://127.0.0.1:5000; it may contain a user and password.
    ///   - timeout: the timeout of each request, in seconds.
    /// - Throws: `MLflowError` with code ADDRESS if `trackingURI` is not an HTTP URL.
    public init(trackingURI: String, timeout: Double = 30) throws(MLflowError) {
        guard let url = URL(string: trackingURI), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host != nil
        else {
            throw MLflowError(
                "ADDRESS",
                "\"\(trackingURI)\" is not an HTTP URL such as http://127.0.0.1:5000",
                request: "MLFLOW_TRACKING_URI"
            )
        }
        base = trackingURI.hasSuffix("/") ? String(trackingURI.dropLast()) : trackingURI
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        session = URLSession(configuration: configuration)
    }

    private struct ErrorResponse: Decodable {
        let errorCode: String?
        let message: String?
    }

    /// - Parameter path: relative to `/api/2.0/mlflow/`.
    func post<Response: Decodable>(_ path: String, _ body: some Encodable & Sendable, as: Response.Type)
        async throws(MLflowError) -> Response
    {
        try await decoded(
            try await send("POST", "/api/2.0/mlflow/" + path, try encoded(body, path), type: "application/json"),
            path
        )
    }

    /// - Parameter path: relative to `/api/2.0/mlflow/`.
    func get<Response: Decodable>(_ path: String, _ query: [String: String], as: Response.Type)
        async throws(MLflowError) -> Response
    {
        let queryString = query.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? value)"
        }.joined(separator: "&")
        return try await decoded(try await send("GET", "/api/2.0/mlflow/\(path)?\(queryString)", nil, type: nil), path)
    }

    /// - Parameter path: relative to the root of the artifact proxy.
    func putArtifact(_ path: String, _ data: Data) async throws(MLflowError) {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        _ = try await send(
            "PUT",
            "/api/2.0/mlflow-artifacts/artifacts/\(escaped)",
            data,
            type: "application/octet-stream"
        )
    }

    /// - Parameter path: relative to the root of the artifact proxy.
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

    private func decoded<Response: Decodable>(_ data: Data, _ path: String) async throws(MLflowError) -> Response {
        do { return try Self.decoder().decode(Response.self, from: data) } catch {
            throw MLflowError("DECODING", "unexpected response: \(error)", request: path)
        }
    }

    private func send(_ method: String, _ path: String, _ body: Data?, type: String?) async throws(MLflowError) -> Data
    {
        guard let url = URL(string: base + path) else {
            throw MLflowError("ADDRESS", "invalid URL: \(base + path)", request: path)
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        request.httpBody = body
        let (data, response): (Data, URLResponse)
        do { (data, response) = try await session.data(for: request) } catch {
            throw MLflowError(
                "UNREACHABLE",
                error.localizedDescription,
                request: "\(method) \(base)\(path)",
                isRetriable: true
            )
        }
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            let errorResponse = try? Self.decoder().decode(ErrorResponse.self, from: data)
            throw MLflowError(
                errorResponse?.errorCode ?? "HTTP \(status)",
                errorResponse?.message ?? String(decoding: data.prefix(300), as: UTF8.self),
                request: "\(method) \(path)",
                isRetriable: status >= 500 || status == 429
            )
        }
        return data
    }
}

/// A response body without fields that this client reads.
struct MLflowEmptyResponse: Decodable, Sendable {}
