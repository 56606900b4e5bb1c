import Features
import Messages

extension ModelReference {
    /// A model that reads a feature set.
    static func reading(_ set: FeatureSet) -> ModelReference {
        var model = ModelReference()
        model.featureSetHash = set.hash
        return model
    }
}
