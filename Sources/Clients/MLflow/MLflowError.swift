/// An error that the server returned, or a failure to reach it.
public struct MLflowError: Error, Sendable, CustomStringConvertible, Equatable {
    /// MLflow's error code, such as RESOURCE_DOES_NOT_EXIST; UNREACHABLE if there was no response.
    public let code: String
    public let message: String
    /// The method and path of the request, or the setting at fault.
    public let request: String
    /// Whether the same request can succeed later.
    public let isRetriable: Bool

    public init(_ code: String, _ message: String, request: String, isRetriable: Bool = false) {
        self.code = code
        self.message = message
        self.request = request
        self.isRetriable = isRetriable
    }

    public var description: String { "mlflow [\(code)]: \(message) in: \(request)" }
}
