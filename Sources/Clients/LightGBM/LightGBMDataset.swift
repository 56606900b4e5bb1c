import CLightGBM
import Foundation

/// A binned feature matrix with its labels.
///
/// `@unchecked Sendable`: after `init` the handle is only read, by boosters, which may share it.
public final class LightGBMDataset: @unchecked Sendable {
    let handle: DatasetHandle
    public let rows: Int

    /// - Parameters:
    ///   - labels: one per row.
    ///   - names: one per column.
    ///   - reference: for a validation set, the training set whose bins it must share.
    /// - Throws: `LightGBMError` if the counts differ, or a label is not finite.
    public init(
        _ matrix: LightGBMMatrix,
        labels: [Float],
        names: [String],
        parameters: LightGBMParameters,
        reference: LightGBMDataset? = nil
    ) throws(LightGBMError) {
        guard labels.count == matrix.rows, matrix.rows > 0 else {
            throw LightGBMError("create dataset", "\(matrix.rows) rows but \(labels.count) labels")
        }
        guard names.count == matrix.columns else {
            throw LightGBMError("create dataset", "\(matrix.columns) columns but \(names.count) names")
        }
        guard labels.allSatisfy(\.isFinite) else {
            throw LightGBMError("create dataset", "a label is not finite")
        }
        var created: DatasetHandle?
        try check(
            LGBM_DatasetCreateFromMat(
                matrix.values,
                C_API_DTYPE_FLOAT32,
                Int32(matrix.rows),
                Int32(matrix.columns),
                1,
                parameters.text,
                reference?.handle,
                &created
            ),
            "create dataset of \(matrix.rows) x \(matrix.columns)"
        )
        guard let created else { throw LightGBMError("create dataset", "LightGBM returned no handle") }
        handle = created
        rows = matrix.rows
        try check(
            LGBM_DatasetSetField(handle, "label", labels, Int32(labels.count), C_API_DTYPE_FLOAT32),
            "set labels"
        )
        let cNames = names.map { strdup($0) }
        defer { cNames.forEach { free($0) } }
        var pointers = cNames.map { UnsafePointer($0) }
        try check(LGBM_DatasetSetFeatureNames(handle, &pointers, Int32(names.count)), "set feature names")
    }

    deinit { LGBM_DatasetFree(handle) }
}
