import CLightGBM
import Foundation

/// A binned matrix with its labels, as LightGBM trains on.
///
/// `@unchecked Sendable`: the handle is only read after `init`, by boosters that LightGBM lets share it.
public final class LightGBMDataset: @unchecked Sendable {
    let handle: DatasetHandle
    public let rows: Int

    /// - Parameters:
    ///   - labels: one per row.
    ///   - reference: the training set whose bins a validation set must share.
    /// - Throws: `LightGBMError` where counts disagree, or a label is not a number.
    public init(
        _ matrix: LightGBMMatrix, labels: [Float], names: [String], parameters: LightGBMParameters, reference: LightGBMDataset? = nil
    ) throws(LightGBMError) {
        guard labels.count == matrix.rows, matrix.rows > 0 else {
            throw LightGBMError("make a data set", "\(matrix.rows) rows and \(labels.count) labels")
        }
        guard names.count == matrix.columns else {
            throw LightGBMError("make a data set", "\(matrix.columns) columns and \(names.count) names")
        }
        guard labels.allSatisfy(\.isFinite) else { throw LightGBMError("make a data set", "a label is not a finite number") }
        var made: DatasetHandle?
        try check(
            LGBM_DatasetCreateFromMat(
                matrix.values, C_API_DTYPE_FLOAT32, Int32(matrix.rows), Int32(matrix.columns), 1, parameters.text, reference?.handle, &made),
            "make a data set of \(matrix.rows) x \(matrix.columns)")
        guard let made else { throw LightGBMError("make a data set", "no handle") }
        handle = made
        rows = matrix.rows
        try check(LGBM_DatasetSetField(handle, "label", labels, Int32(labels.count), C_API_DTYPE_FLOAT32), "set the labels")
        let owned = names.map { strdup($0) }
        defer { owned.forEach { free($0) } }
        var pointers = owned.map { UnsafePointer($0) }
        try check(LGBM_DatasetSetFeatureNames(handle, &pointers, Int32(names.count)), "name the columns")
    }

    deinit { LGBM_DatasetFree(handle) }
}
