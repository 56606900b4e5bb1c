/// Why a model cannot be evaluated by `Forest`. LightGBM may still be able to.
public struct ForestError: Error, Sendable, CustomStringConvertible {
    public let message: String

    init(_ message: String) { self.message = message }

    static let noTree = ForestError("the splits of a tree are no tree")

    public var description: String { message }
}
