/// The loss that training minimises.
public enum LightGBMObjective {
    /// One of LightGBM's objectives, such as `binary`.
    case named(String)
    /// Fills the first and second derivatives of the loss, one of each per row, from the raw scores.
    case custom((_ scores: [Double], _ gradient: inout [Float], _ hessian: inout [Float]) -> Void)
}
