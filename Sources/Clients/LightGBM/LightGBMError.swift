import CLightGBM

/// An error of LightGBM or of this wrapper, and the operation that failed.
public struct LightGBMError: Error, Sendable, CustomStringConvertible {
    public let operation: String
    public let message: String

    public init(_ operation: String, _ message: String) {
        self.operation = operation
        self.message = message
    }

    public var description: String { "lightgbm: \(operation): \(message)" }
}

/// Throws LightGBM's last error if `code` is not 0.
func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(LightGBMError) {
    if code != 0 { throw LightGBMError(operation(), String(cString: LGBM_GetLastError())) }
}
