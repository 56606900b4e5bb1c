/// What the server refused, or that it could not be reached.
public struct MLflowError: Error, Sendable, CustomStringConvertible, Equatable {
    /// MLflow's own code, such as RESOURCE_DOES_NOT_EXIST; UNREACHABLE where there was no answer.
    public let code: String
    public let message: String
    /// What was asked.
    public let request: String
    /// The same request may succeed later.
    public let isRetriable: Bool

    public init(_ code: String, _ message: String, request: String, isRetriable: Bool = false) {
        self.code = code
        self.message = message
        self.request = request
        self.isRetriable = isRetriable
    }

    public var description: String { "mlflow [\(code)]: \(message) in: \(request)" }
}
