import Features
import Modeling

extension ModelBundle {
    /// The feature set that the model reads.
    ///
    /// - Throws: `ModelingError` if this program does not have it.
    public func featureSet() throws(ModelingError) -> FeatureSet {
        guard let set = FeatureSet.all[featureSetVersion], set.hash == featureSetHash, set.names == featureNames else {
            throw ModelingError(
                "model \(name) \(version) was trained on feature set \(featureSetVersion) (\(featureSetHash)), "
                    + "which this program does not have"
            )
        }
        return set
    }
}
