import CLightGBM

/// What LightGBM refused, in its own words.
public struct LightGBMError: Error, Sendable, CustomStringConvertible {
    public let operation: String
    public let message: String

    public init(_ operation: String, _ message: String) {
        self.operation = operation
        self.message = message
    }

    public var description: String { "lightgbm: \(operation): \(message)" }
}

func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(LightGBMError) {
    if code != 0 { throw LightGBMError(operation(), String(cString: LGBM_GetLastError())) }
}
