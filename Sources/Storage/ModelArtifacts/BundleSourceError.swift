/// An invalid value of `MODEL_BUNDLES`.
public struct BundleSourceError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ message: String) { description = message }
}
