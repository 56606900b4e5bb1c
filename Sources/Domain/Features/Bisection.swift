extension Range<Int> {
    /// Finds the first index for which `isBefore` is false, by bisection; `upperBound` if there is none.
    ///
    /// - Parameter isBefore: true for all indices up to some point, and false from there on.
    @inline(__always)
    func partitionPoint(_ isBefore: (Int) -> Bool) -> Int {
        var low = lowerBound
        var high = upperBound
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
