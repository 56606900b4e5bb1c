/// The entities of one kind (horses, trainers, ...) in a history, and the entity of each run.
struct Entities: Sendable {
    let table: SlotTable
    /// The entity of each run as a slot of `table`; -1 if it has none.
    let slotOfRun: [Int32]

    /// - Parameter key: the entity's id; 0 if the run has none.
    init(_ runners: [RunnerFacts], _ key: (RunnerFacts) -> Int64) {
        var table = SlotTable()
        slotOfRun = runners.map { key($0) == 0 ? -1 : table.insert(key($0)) }
        self.table = table
    }

    var count: Int { table.count }
}
